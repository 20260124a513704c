//! The lists of tenants, projects, codes, devices and tokens with every filter, from their beginning and from the middle.

use daybook_model::{
    ProjectId, TenantId, code::CodeStatus, config::ConfigPlace, device::DeviceStatus, project::ProjectStatus,
    tenant::TenantStatus,
};

use super::{Case, Work, crowd, uuid};
use crate::{
    Cursor, TenantScope,
    read::{
        api_token,
        code::{self, CodeFilter},
        config,
        device::{self, DeviceFilter},
        notification::{self, NotificationFilter, NotificationStatus},
        project::{self, ProjectFilter},
        tenant::{self, TenantFilter, TenantSort},
    },
};

fn scopes() -> [TenantScope; 3] {
    let of = |number| TenantScope::Of(TenantId::from_uuid(uuid(crowd::TENANT + number)));
    [TenantScope::All, of(0), of(11)]
}

/// None, one of the large tenant, one of the small one.
fn of_projects() -> [Option<ProjectId>; 3] {
    [None, Some(2), Some(11)].map(|number| Some(ProjectId::from_uuid(uuid(crowd::PROJECT + number?))))
}

/// The beginning, and the place after this row.
fn places(number: i64) -> [Option<Cursor>; 2] {
    [None, Some(Cursor { key: None, id: uuid(number) })]
}

/// A search for the start of a label looks at every label that starts so; all others are the work of a page.
fn searches(labels: u64) -> [(Option<&'static str>, Work); 4] {
    let word = |text| (Some(text), Work::Page);
    [(None, Work::Page), word("03000"), word("nothing"), (Some("Label 1"), Work::Rows(labels))]
}

pub(super) fn codes() -> Vec<Case> {
    let mut cases = vec![];
    let states = [None, Some(CodeStatus::Active), Some(CodeStatus::Revoked), Some(CodeStatus::Expired)];
    for scope in scopes() {
        for project in of_projects() {
            for status in states {
                for label in [None, Some("Label 3000")] {
                    for (search, work) in searches(crowd::CODES_LABELLED_1) {
                        let (label, search) = (label.map(str::to_owned), search.map(str::to_owned));
                        let filter = CodeFilter { status, project, label, search };
                        for after in places(crowd::CODE + crowd::CODES / 2) {
                            let name = format!("codes of {scope:?}: {filter:?} after {after:?}");
                            cases.push(Case::listed(
                                name,
                                code::list(scope, &filter, after.as_ref(), 50),
                                work,
                            ));
                        }
                    }
                }
            }
        }
    }
    cases
}

pub(super) fn devices() -> Vec<Case> {
    let mut cases = vec![];
    for scope in scopes() {
        for project in of_projects() {
            for status in [None, Some(DeviceStatus::Active), Some(DeviceStatus::Revoked)] {
                for (search, work) in searches(crowd::DEVICES_LABELLED_1) {
                    let filter = DeviceFilter { status, project, search: search.map(str::to_owned) };
                    for after in places(crowd::DEVICE + crowd::DEVICES / 2) {
                        let name = format!("devices of {scope:?}: {filter:?} after {after:?}");
                        cases.push(Case::listed(
                            name,
                            device::list(scope, &filter, after.as_ref(), 50),
                            work,
                        ));
                    }
                }
            }
        }
    }
    cases
}

/// The history of the platform's configuration, of a project's whose tenant is large, and of one that has none.
pub(super) fn config_history() -> Vec<Case> {
    let of = |number: i64| {
        let (tenant, project) = (uuid(crowd::TENANT), uuid(crowd::PROJECT + number));
        ConfigPlace::Project(TenantId::from_uuid(tenant), ProjectId::from_uuid(project))
    };
    let mut cases = vec![];
    for place in [ConfigPlace::Platform, of(101), of(5_000)] {
        for before in [i64::MAX, crowd::EVENTS + crowd::CONFIG_EVENTS / 2, crowd::EVENTS / 2] {
            let (sql, values) = config::history(place, before, 51);
            let mut case = Case::fixed(sql, values);
            case.name = format!("configuration of {place:?} before {before}");
            cases.push(case);
        }
    }
    cases
}

pub(super) fn notifications() -> Vec<Case> {
    use NotificationStatus::{Failed, Sent, Waiting};
    let mut cases = vec![];
    for scope in scopes() {
        for status in [None, Some(Sent), Some(Waiting), Some(Failed)] {
            let filter = NotificationFilter { status };
            for after in places(crowd::NOTIFICATION + crowd::NOTIFICATIONS / 2) {
                let query = notification::list(scope, &filter, after.as_ref(), 50);
                let name = format!("notifications of {scope:?}: {filter:?} after {after:?}");
                cases.push(Case::listed(name, query, Work::Page));
            }
        }
    }
    cases
}

/// Projects, tenants and tokens.
pub(super) fn others() -> Vec<Case> {
    let mut cases = vec![];
    for scope in scopes() {
        for status in [None, Some(ProjectStatus::Active), Some(ProjectStatus::Inactive)] {
            for after in places(crowd::PROJECT + crowd::PROJECTS / 2) {
                let query = project::list(scope, &ProjectFilter { status }, after.as_ref(), 50);
                cases.push(Case::listed(
                    format!("projects of {scope:?}: {status:?} {after:?}"),
                    query,
                    Work::Page,
                ));
            }
        }
    }
    for status in [None, Some(TenantStatus::Active), Some(TenantStatus::Suspended)] {
        for search in [None, Some("tenant 1"), Some("nothing")] {
            for sort in [TenantSort::Created, TenantSort::Name] {
                let filter = TenantFilter { search: search.map(str::to_owned), status, sort };
                for after in
                    [None, Some(Cursor { key: Some("tenant 15".to_owned()), id: uuid(crowd::TENANT + 15) })]
                {
                    let query = tenant::list(&filter, after.as_ref(), 50);
                    cases.push(Case::listed(
                        format!("tenants: {filter:?} after {after:?}"),
                        query,
                        Work::Page,
                    ));
                }
            }
        }
    }
    for scope in scopes() {
        for after in places(crowd::TOKEN + crowd::TOKENS / 2) {
            let query = api_token::list(scope, after.as_ref(), 50);
            cases.push(Case::listed(format!("tokens of {scope:?} after {after:?}"), query, Work::Page));
        }
    }
    cases
}

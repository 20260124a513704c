//! A portal as it is after a year: about as many entries as `daybook demo` has, through the use cases.

use std::time::Duration;

use daybook_model::{Actor, code::CodeDraft, event::RequestInfo, project::ProjectDraft, tenant::TenantDraft};
use daybook_portal::{Activation, CodeRequest, Context, Portal, TenantScope};
use daybook_testkit::TestPortal;

const DAYS: usize = 365;
const TENANTS: usize = 24;
const PROJECTS_EACH: usize = 2;
/// On each day codes are generated for one project, and most of them are used.
const CODES_A_DAY: usize = 20;
const DEVICES_A_DAY: usize = 16;

/// Lets a year go by; answers with a code that is used up.
pub(crate) async fn a_year(test: &TestPortal) -> String {
    let portal = test.portal();
    let (mut places, mut used) = (vec![], String::new());
    for number in 0..TENANTS {
        places.extend(tenant(portal, number).await);
    }
    for day in 0..DAYS {
        test.clock().advance(Duration::from_secs(24 * 3_600));
        let (slug, project) = &places[day % places.len()];
        let draft = CodeDraft { count: Some(CODES_A_DAY as i64), ..CodeDraft::default() };
        let order = CodeRequest { tenant: Some(slug.clone()), project: Some(*project), draft };
        let codes = portal.generate_codes(&Context::system(), TenantScope::All, order).await.unwrap().items;
        for (number, code) in codes.iter().take(DEVICES_A_DAY).enumerate() {
            activate(portal, &code.code, &format!("serial-{day}-{number}")).await;
        }
        used.clone_from(&codes[0].code);
        refusal(portal, &used, day).await;
    }
    used
}

/// One more entry: the code is used already.
pub(crate) async fn refusal(portal: &Portal, used: &str, number: usize) {
    activate(portal, used, &format!("late-one-{number}")).await;
}

/// A tenant with its projects.
async fn tenant(portal: &Portal, number: usize) -> Vec<(String, daybook_model::ProjectId)> {
    let context = Context::system();
    let name = format!("Tenant number {number}");
    let draft = TenantDraft { name, device_limit: Some(100_000), ..TenantDraft::default() };
    let slug = portal.create_tenant(&context, draft).await.unwrap().slug;
    let mut places = vec![];
    for project in 0..PROJECTS_EACH {
        let draft = ProjectDraft {
            name: format!("Project {project} of {number}"),
            client_name: "Client".to_owned(),
            ..ProjectDraft::default()
        };
        let made = portal.create_project(&context, TenantScope::All, Some(&slug), draft).await.unwrap();
        places.push((slug.clone(), made.project.id));
    }
    places
}

/// An activation, whatever comes of it.
async fn activate(portal: &Portal, code: &str, fingerprint: &str) {
    let request = RequestInfo { id: None, ip: None, user_agent: None };
    let context = Context { actor: Actor::device(None), request, idempotency: None };
    let attempt = Activation {
        code: code.to_owned(),
        fingerprint: fingerprint.to_owned(),
        label: None,
        platform: Some("linux".to_owned()),
        project: None,
    };
    portal.activate(&context, attempt).await.unwrap();
}

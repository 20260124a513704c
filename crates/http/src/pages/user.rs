//! `/users/{id}`: one person: role, state, factors, sessions and what happened last about them. What its forms have in common is here too.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use daybook_model::{
    Action, UserId,
    factor::Factor,
    session::SessionStatus,
    user::{LinkPurpose, UserStatus},
};
use daybook_portal::{EventFilter, SessionFilter, SessionListing, UserListing};

use super::{
    ask::Ask,
    guard::Viewer,
    latest::{Days, days},
    list::{Badge, SHOWN},
    panel::{Panel, panel},
    sessions::SessionRow,
    shell::{Shell, framed, rendered},
    users::{PATH, badge, called},
};
use crate::{App, body::Id, personal::plain, problem::Problem};

/// How many entries stand on the page.
const ENTRIES: u32 = 15;

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    shell: Shell,
    listing: UserListing,
    email: Option<String>,
    badge: Badge,
    acts: Vec<Act>,
    factors: Vec<FactorRow>,
    /// Where they are removed if they are lost; none for whoever may not.
    lost_factors: Option<String>,
    sessions: Panel<Vec<SessionRow>>,
    /// Where all of them are ended.
    all_sessions: String,
    ends_sessions: bool,
    days: Panel<Days>,
}

framed!(UserPage);

impl UserPage {
    /// Whether there are sessions that the viewer may end.
    fn may_end_all(&self) -> bool {
        self.ends_sessions && self.sessions.as_ref().is_ok_and(|sessions| !sessions.is_empty())
    }
}

/// A button for something that can be done.
struct Act {
    class: &'static str,
    href: String,
    icon: &'static str,
    /// The name of its text.
    text: &'static str,
}

/// What whoever looks may do to this person as they are now.
fn acts(viewer: &Viewer, listing: &UserListing, path: &str) -> Vec<Act> {
    let user = &listing.user;
    let act = |name: &str, class, icon, text| Act { class, href: format!("{path}/{name}"), icon, text };
    let mut acts = vec![];
    if is_manager(viewer, listing) && user.status != UserStatus::Removed {
        acts.push(act("edit", "btn", "edit", "edit"));
        acts.push(act("role", "btn", "user-cog", "user-role-button"));
        match user.link_purpose() {
            Ok(LinkPurpose::Invitation) => acts.push(act("link", "btn", "mail", "user-link-invitation")),
            Ok(LinkPurpose::Reset) => acts.push(act("link", "btn", "key", "user-link-reset")),
            Err(_) => {}
        }
        match user.status {
            UserStatus::Disabled => acts.push(act("enable", "btn", "check", "user-enable-button")),
            UserStatus::Active => acts.push(act("disable", "btn danger", "lock", "user-disable-button")),
            UserStatus::Invited | UserStatus::Removed => {}
        }
        acts.push(act("remove", "btn danger", "ban", "user-remove-button"));
    }
    if viewer.may(Action::PersonsErase) && user.erased_at.is_none() {
        acts.push(act("erase", "btn danger", "x", "user-erase-button"));
    }
    acts
}

/// A way to prove who one is, as pages show it.
pub(super) struct FactorRow {
    /// Where its owner removes it.
    pub(super) own: String,
    /// The name of the text that says what it is.
    pub(super) kind: String,
    pub(super) icon: &'static str,
    pub(super) label: Option<String>,
    pub(super) created_at: daybook_model::Timestamp,
}

impl From<Factor> for FactorRow {
    fn from(factor: Factor) -> Self {
        use daybook_model::factor::FactorKind;
        let icon = match factor.kind {
            FactorKind::Totp => "clock",
            FactorKind::Passkey => "fingerprint",
            FactorKind::Oidc => "world",
        };
        Self {
            own: format!("/account/factors/{}", factor.id),
            kind: format!("factor-{}", factor.kind.as_str()),
            icon,
            label: plain(factor.label),
            created_at: factor.created_at,
        }
    }
}

/// Whether somebody is the viewer's to manage at all, whatever is done: people of the platform are its owners' alone.
fn has_authority(viewer: &Viewer, listing: &UserListing) -> bool {
    listing.user.tenant.is_some() || viewer.authority().platform_users
}

fn is_manager(viewer: &Viewer, listing: &UserListing) -> bool {
    viewer.may(Action::TenantUsersWrite) && has_authority(viewer, listing)
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Response, Problem> {
    let (scope, locale) = (viewer.scope(), viewer.look.locale);
    let listing = app.portal.user(scope, id).await?;
    let factors = app.portal.factors_of_user(scope, id).await?;
    let filter = SessionFilter { status: Some(SessionStatus::Active), user: Some(id) };
    let sessions = app.portal.sessions(scope, &filter, None, SHOWN).await.map(|page| page.items);
    let about = EventFilter { user: Some(id), ..EventFilter::default() };
    let events = app.portal.events(scope, &about, None, ENTRIES).await.map(|page| page.events);
    let shell = Shell::of(&app, &viewer, called(locale, &listing)).await?;
    let (current, path) = (viewer.person.session, format!("{PATH}/{id}"));
    let row = |row: SessionListing| {
        let row = SessionRow::seen_from(row, current);
        SessionRow { end: format!("{path}/sessions/{}", row.id), ..row }
    };
    let shown = UserPage {
        email: plain(listing.user.email.clone()),
        badge: badge(&listing.user),
        acts: acts(&viewer, &listing, &path),
        lost_factors: (is_manager(&viewer, &listing) && !factors.is_empty())
            .then(|| format!("{path}/factors")),
        factors: factors.into_iter().map(FactorRow::from).collect(),
        sessions: panel(&viewer, sessions)?.map(|rows| rows.into_iter().map(row).collect()),
        all_sessions: format!("{path}/sessions"),
        ends_sessions: viewer.may(Action::SessionsWrite) && has_authority(&viewer, &listing),
        days: days(&app, &viewer, events)?,
        listing,
        shell,
    };
    Ok(rendered(StatusCode::OK, &shown))
}

/// Somebody whom the viewer is about to change.
pub(super) struct Managed {
    pub(super) listing: UserListing,
    /// What they are called.
    pub(super) name: String,
    /// Their page.
    pub(super) path: String,
}

impl Managed {
    /// This person, if they are the viewer's to change.
    pub(super) async fn of(app: &App, viewer: &Viewer, id: UserId) -> Result<Self, Problem> {
        let listing = app.portal.user(viewer.scope(), id).await?;
        if !has_authority(viewer, &listing) {
            return Err(Problem::forbidden("people of the platform are managed by its owners alone"));
        }
        Ok(Self { name: called(viewer.look.locale, &listing), path: format!("{PATH}/{id}"), listing })
    }

    /// The form for something that is done to them, under a title with their name.
    pub(super) async fn ask(
        &self,
        app: &App,
        viewer: &Viewer,
        act: &str,
        [title, button]: [&str; 2],
    ) -> Result<Ask, Problem> {
        let title = viewer.look.locale.text_with(title, &[("name", self.name.as_str().into())]);
        let shell = Shell::of(app, viewer, title).await?;
        Ok(Ask::new(viewer, shell, format!("{}/{act}", self.path), self.path.as_str(), button))
    }

    /// What must be typed before something is done that cannot be undone: the address, else what they are called.
    pub(super) fn to_type(&self) -> String {
        plain(self.listing.user.email.clone()).unwrap_or_else(|| self.name.clone())
    }
}

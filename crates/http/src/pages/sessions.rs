//! `/sessions`: where one is signed in oneself, and ending that elsewhere.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{SessionId, Timestamp, session::SessionStatus};
use daybook_portal::{SessionFilter, SessionListing};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::given,
    guard::Viewer,
    list::{Pager, SHOWN},
    onward::see_other,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, page::PageParams, personal::plain, problem::Problem};

const PATH: &str = "/sessions";

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    shell: Shell,
    sessions: Vec<SessionRow>,
    pager: Pager,
}

framed!(SessionsPage);

/// A session, as lists show one.
pub(super) struct SessionRow {
    pub(super) id: String,
    /// Where it is ended.
    pub(super) end: String,
    /// With what it was begun, in a few words; none once erased.
    pub(super) device: Option<String>,
    /// The same in full.
    pub(super) user_agent: String,
    /// From where it was begun; none once erased.
    pub(super) ip: Option<String>,
    /// Whether it is the one that looks.
    pub(super) is_current: bool,
    pub(super) created_at: Timestamp,
    pub(super) last_seen_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl SessionRow {
    /// The session as somebody with this session sees it.
    pub(super) fn seen_from(listing: SessionListing, current: SessionId) -> Self {
        let session = listing.session;
        let user_agent = plain(session.user_agent);
        Self {
            id: session.id.to_string(),
            end: format!("{PATH}/{}/end", session.id),
            device: user_agent.as_deref().map(device),
            user_agent: user_agent.unwrap_or_default(),
            ip: plain(session.ip),
            is_current: session.id == current,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// The browser and the system that a user agent names; the whole of it if it names none that is known. Most name others besides
/// themselves, so the order matters.
fn device(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    let parts: Vec<_> = [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect();
    if parts.is_empty() { user_agent.to_owned() } else { parts.join(" · ") }
}

/// Where the list begins.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    cursor: String,
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let person = &viewer.person;
    let filter = SessionFilter { status: Some(SessionStatus::Active), user: Some(person.user) };
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let page = app.portal.sessions(viewer.scope(), &filter, cursor.as_ref(), SHOWN).await?;
    let shown = SessionsPage {
        pager: Pager::of(PATH, &[], &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, viewer.look.locale.text("nav-sessions").into_owned()).await?,
        sessions: page.items.into_iter().map(|row| SessionRow::seen_from(row, person.session)).collect(),
    };
    Ok(rendered(StatusCode::OK, &shown))
}

async fn end_form(app: &App, viewer: &Viewer, id: SessionId) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("session-end-title").into_owned()).await?;
    let lead = shell.t("session-end-lead");
    Ok(Ask::new(viewer, shell, format!("{PATH}/{id}/end"), PATH, "session-end").lead(lead))
}

pub(super) async fn show_end(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<SessionId>,
) -> Result<Response, Problem> {
    Ok(end_form(&app, &viewer, id).await?.answer())
}

pub(super) async fn end(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<SessionId>,
) -> Result<Response, Problem> {
    let outcome = app.portal.end_own_session(&viewer.context(), &viewer.person, id).await;
    if outcome.is_ok() && id == viewer.person.session {
        return Ok(see_other("/sign-in"));
    }
    let again = end_form(&app, &viewer, id).await?;
    after(&viewer, outcome, |()| PATH.to_owned(), || again)
}

async fn end_others_form(app: &App, viewer: &Viewer) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("sessions-end-others").into_owned()).await?;
    let lead = shell.t("sessions-end-others-lead");
    Ok(Ask::new(viewer, shell, "/sessions/end-others", PATH, "sessions-end-all-button").lead(lead))
}

pub(super) async fn show_end_others(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(end_others_form(&app, &viewer).await?.answer())
}

pub(super) async fn end_others(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let outcome = app.portal.end_other_sessions(&viewer.context(), &viewer.person).await;
    let again = end_others_form(&app, &viewer).await?;
    after(&viewer, outcome, |_| PATH.to_owned(), || again)
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        for (user_agent, said) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome · Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0",
                "Firefox · macOS",
            ),
            ("curl/8.14.1", "curl/8.14.1"),
        ] {
            assert_eq!(device(user_agent), said, "{user_agent}");
        }
    }
}

//! `GET …/me/sessions`.

use axum::{Json, extract::State};
use daybook_model::session::SessionStatus;
use daybook_portal::{SessionFilter, TenantScope};

use crate::{
    App,
    body::Query,
    caller::PersonCaller,
    page::{Items, PageParams},
    people_api::sessions::SessionView,
    problem::Problem,
};

/// List one's own sessions
///
/// Those that are signed in, latest first.
#[utoipa::path(get, path = "/me/sessions", tag = "account", params(PageParams), security(("session" = ["account"])), responses(
    (status = 200, body = Items<SessionView>),
))]
pub(crate) async fn list_own_sessions(
    caller: PersonCaller,
    State(app): State<App>,
    Query(page): Query<PageParams>,
) -> Result<Json<Items<SessionView>>, Problem> {
    let (_, person) = caller.into_parts();
    let filter = SessionFilter { status: Some(SessionStatus::Active), user: Some(person.user) };
    let scope = person.tenant.as_ref().map_or(TenantScope::All, |tenant| TenantScope::Of(tenant.id));
    let sessions = app.portal.sessions(scope, &filter, page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(sessions, |session| SessionView::seen_from(session, Some(person.session)))))
}

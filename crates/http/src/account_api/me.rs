//! `GET …/me`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::FactorView;
use crate::{App, caller::PersonCaller, people_api::users::UserView, problem::Problem};

/// One's own account.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeView {
    user: UserView,
    /// What the role may do.
    #[schema(example = json!(["tenants:read", "account"]))]
    permissions: Vec<&'static str>,
    /// How one can prove who one is besides the password.
    factors: Vec<FactorView>,
    /// How many recovery codes are left.
    recovery_codes_left: i64,
    /// The id of the session that asks.
    session: String,
    /// Send it as `X-Form-Token` with what changes something, where the browser does not say where the request comes from.
    form_token: String,
}

/// See one's own account
#[utoipa::path(get, path = "/me", tag = "account", security(("session" = ["account"])), responses(
    (status = 200, body = MeView),
))]
pub(crate) async fn read_me(caller: PersonCaller, State(app): State<App>) -> Result<Json<MeView>, Problem> {
    let (_, person) = caller.into_parts();
    let account = app.portal.account(&person).await?;
    Ok(Json(MeView {
        permissions: person.role.actions().map(daybook_model::Action::as_str).collect(),
        user: UserView::of(account.user, account.tenant_slug, account.tenant_name),
        factors: account.factors.into_iter().map(FactorView::from).collect(),
        recovery_codes_left: account.recovery_codes_left,
        session: person.session.to_string(),
        form_token: person.form_token,
    }))
}

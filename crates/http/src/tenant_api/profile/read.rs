//! `GET /tenant/api/profile`.

use axum::{Json, extract::State, response::IntoResponse};

use super::ProfileView;
use crate::{
    App,
    caller::{Caller, may},
    etag::Versioned,
    problem::Problem,
};

/// Read the own profile
#[utoipa::path(get, path = "/profile", tag = "profile", security(("api_token" = ["profile:read"])), responses((status = 200, body = ProfileView)))]
pub(crate) async fn read_profile(
    caller: Caller<may::ProfileRead>,
    State(app): State<App>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.profile(caller.own_tenant()?).await?;
    Ok(Versioned(tenant.version, Json(ProfileView::from(tenant))))
}

//! `GET …/activation-trend`.

use axum::{Json, extract::State};
use daybook_portal::Trend;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    log_api::events::recent::days,
    problem::{Problem, ProblemBody},
};

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// How many days, today included, 1 to 730; 30 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 730, default = 30)]
    days: Option<String>,
}

/// Activation trend
///
/// Codes generated, projects activated and devices enrolled, per day and in all until its end.
#[utoipa::path(get, path = "/activation-trend", tag = "numbers", params(Params), security(("api_token" = ["numbers:read"])), responses(
    (status = 200, body = Trend),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn activation_trend(
    caller: Caller<may::NumbersRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Trend>, Problem> {
    let days = days(params.days.as_deref(), 30, 730)?;
    Ok(Json(app.portal.activation_trend(caller.scope(), days).await?))
}

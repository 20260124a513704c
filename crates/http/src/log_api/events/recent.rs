//! `GET …/recent-activities`: one query on the log.

use axum::{Json, extract::State};
use daybook_model::clock::MICROS_PER_DAY;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Activity, filter::FilterParams};
use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    page::PageParams,
    problem::{Problem, ProblemBody},
};

/// Which activities.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// How many days back, 1 to 3,650; 7 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 3650, default = 7)]
    days: Option<String>,
    /// `MAJOR` or `MINOR`.
    severity: Option<String>,
    /// Event types, separated by commas.
    r#type: Option<String>,
    /// Slug or id of a tenant. Not for a tenant's own events.
    tenant: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// The feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecentActivities {
    /// Newest first.
    activities: Vec<Activity>,
    /// Asks for the next page as `cursor`; null on the last.
    next: Option<String>,
    /// The log size at which this holds.
    as_of: u64,
}

/// Recent activities
///
/// The feed of the dashboard: what happened in the last days, newest first, from the log.
#[utoipa::path(get, path = "/recent-activities", tag = "log", params(Params, PageParams), security(("api_token" = ["log:read"])), responses(
    (status = 200, body = RecentActivities),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn recent_activities(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<RecentActivities>, Problem> {
    let (limit, before) = (params.page.limit()?, params.page.before()?);
    let days = days(params.days.as_deref(), 7, 3_650)?;
    let Params { severity, r#type, tenant, .. } = params;
    let filter = FilterParams { severity, r#type, tenant, ..FilterParams::default() }
        .resolve(&app, caller.scope())
        .await?;
    let Some(mut filter) = filter else {
        let as_of = app.portal.log_size().await?;
        return Ok(Json(RecentActivities { activities: vec![], next: None, as_of }));
    };
    let now = app.portal.store().now();
    filter.since = Some(now.plus_seconds(-i64::from(days) * MICROS_PER_DAY / 1_000_000));
    let page = app.portal.events(caller.scope(), &filter, before, limit).await?;
    let activities = Activity::all(&page.events)?;
    Ok(Json(RecentActivities { activities, next: page.next.map(|seq| seq.to_string()), as_of: page.as_of }))
}

/// A parameter that counts days.
pub(crate) fn days(text: Option<&str>, default: u32, max: u32) -> Result<u32, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(default) };
    match text.parse() {
        Ok(days) if (1..=max).contains(&days) => Ok(days),
        _ => Err(Problem::field("?days", "OUT_OF_RANGE", format!("must be a whole number from 1 to {max}"))),
    }
}

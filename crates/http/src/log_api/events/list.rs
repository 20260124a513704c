//! `GET …/events`: the explorer.

use axum::{Json, extract::State};
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

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    #[serde(flatten)]
    #[param(ignore)]
    filter: FilterParams,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventList {
    /// Newest first.
    items: Vec<Activity>,
    /// Asks for the next page as `cursor`; null on the last.
    next: Option<String>,
    /// The log size at which this holds.
    as_of: u64,
}

/// List events
///
/// The whole log, or a tenant's part of it, newest first. Filters combine; each is answered from an index.
#[utoipa::path(get, path = "/events", tag = "log", params(FilterParams, PageParams), security(("api_token" = ["log:read"])), responses(
    (status = 200, body = EventList),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_events(
    caller: Caller<may::LogRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<EventList>, Problem> {
    let (limit, before) = (params.page.limit()?, params.page.before()?);
    let Some(filter) = params.filter.resolve(&app, caller.scope()).await? else {
        let as_of = app.portal.log_size().await?;
        return Ok(Json(EventList { items: vec![], next: None, as_of }));
    };
    let page = app.portal.events(caller.scope(), &filter, before, limit).await?;
    let items = Activity::all(&page.events)?;
    Ok(Json(EventList { items, next: page.next.map(|seq| seq.to_string()), as_of: page.as_of }))
}

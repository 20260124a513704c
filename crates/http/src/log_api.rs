//! The event log: the feed, the explorer, its export, the live stream, the registry and the head. Under `/admin/api` it is the whole log, under `/tenant/api` what
//! is the tenant's in it. Must not decide what a tenant sees of an event: `daybook_model` does. One endpoint, one file.

pub(crate) mod events;
mod status;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The routes of one side, relative to its API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(events::recent::recent_activities))
        .routes(routes!(events::list::list_events))
        .routes(routes!(events::ndjson::export_events_as_ndjson))
        .routes(routes!(events::csv::export_events_as_csv))
        .routes(routes!(events::stream::stream_events))
        .routes(routes!(events::read::read_event))
        .routes(routes!(events::proof::prove_event))
        .routes(routes!(events::types::list_event_types))
        .routes(routes!(status::log_status))
}

//! `GET …/event-types`: the registry.

use axum::Json;
use daybook_model::EventType;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::caller::{Caller, may};

/// A type of event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventTypeView {
    /// Its name everywhere.
    #[schema(example = "TENANT_CREATED")]
    r#type: String,
    /// `MAJOR` or `MINOR`; fixed.
    severity: String,
    /// `done` or `refused`; fixed.
    outcome: String,
    /// What it is mainly about.
    entity: String,
    /// A few words.
    title: String,
    /// What it means.
    description: String,
    /// Name of an icon.
    icon: String,
    /// `ok`, `info`, `warn`, `bad` or `plain`.
    tone: String,
    /// JSON Schema of the entities it names and its metadata.
    schema: Value,
}

/// Every type of event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventTypes {
    items: Vec<EventTypeView>,
}

/// List event types
///
/// The registry: every type with its severity, its words and the JSON Schema of what it says.
#[utoipa::path(get, path = "/event-types", tag = "log", security(("api_token" = ["log:read"])), responses((status = 200, body = EventTypes)))]
pub(crate) async fn list_event_types(_: Caller<may::LogRead>) -> Json<EventTypes> {
    let view = |kind: &EventType| {
        let spec = kind.spec();
        EventTypeView {
            r#type: spec.wire.to_owned(),
            severity: spec.severity.to_string(),
            outcome: spec.outcome.to_string(),
            entity: spec.entity.to_string(),
            title: spec.title.to_owned(),
            description: spec.description.to_owned(),
            icon: spec.icon.to_owned(),
            tone: spec.tone.to_string(),
            schema: kind.schema(),
        }
    };
    Json(EventTypes { items: EventType::ALL.iter().map(view).collect() })
}

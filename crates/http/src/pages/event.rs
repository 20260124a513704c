//! `/events/{place}`: one entry with what changed, who and where, and the bytes that are hashed.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use daybook_portal::{LoggedEvent, PortalError};
use daybook_proof::leaf_hash;
use serde_json::Value;

use super::{
    entry::EntryView,
    guard::Viewer,
    shell::{Shell, framed, rendered},
};
use crate::{App, personal::plain, problem::Problem};

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    shell: Shell,
    entry: EntryView,
    id: String,
    title: String,
    /// Field, before, after.
    changes: Vec<(String, String, String)>,
    ip: Option<String>,
    user_agent: Option<String>,
    request: Option<String>,
    recorded: daybook_model::Timestamp,
    leaf_hash: String,
    raw: String,
}

framed!(EventPage);

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let logged = app.portal.event(viewer.scope(), &name).await?;
    let title = viewer.look.locale.text_with("entry", &[("name", logged.seq.into())]);
    let shell = Shell::of(&app, &viewer, title).await?;
    Ok(rendered(StatusCode::OK, &page(shell, &logged)?))
}

fn page(shell: Shell, logged: &LoggedEvent) -> Result<EventPage, Problem> {
    let (event, locale) = (&logged.event, shell.locale());
    let metadata = event.metadata().map_err(PortalError::from)?;
    let entry: Value = serde_json::from_slice(&logged.entry).unwrap_or_default();
    Ok(EventPage {
        entry: EntryView::of(logged, locale).map_err(PortalError::from)?,
        id: event.id.to_string(),
        title: logged.title.clone(),
        changes: changes(&metadata),
        ip: plain(event.request.ip.clone()),
        user_agent: plain(event.request.user_agent.clone()),
        request: event.request.id.map(|id| id.to_string()),
        recorded: event.recorded_at,
        leaf_hash: leaf_hash(&logged.entry).to_string(),
        raw: serde_json::to_string_pretty(&entry).unwrap_or_default(),
        shell,
    })
}

/// The fields that have a value before and one after.
fn changes(metadata: &Value) -> Vec<(String, String, String)> {
    let fields = metadata.get("changes").and_then(Value::as_object);
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let change = |(name, change): (&String, &Value)| {
        (name.clone(), text(change.get("before")), text(change.get("after")))
    };
    fields.into_iter().flatten().map(change).collect()
}

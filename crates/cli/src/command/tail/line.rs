//! An event as a line: for people, or as JSON with the field names of the recent-activities feed. Must not read the database.

use anyhow::Result;
use daybook_model::{
    Actor, ActorType, EventType, Personal, Recorded,
    event::{Severity, Subjects, Tone},
};
use daybook_store::LoggedEvent;
use serde::Serialize;
use serde_json::{Value, json};

use crate::output::{printable, toned};

/// The longest name of an event type, so that sentences begin in one column.
const TYPE_WIDTH: usize = 20;

/// `2026-01-31 09:30:00     1234 ● TENANT_CREATED       Tenant Acme was created.  by Ada`.
pub(super) fn text(event: &LoggedEvent, colour: bool) -> String {
    let spec = event.event.payload.event_type().spec();
    let mark = match spec.severity {
        Severity::Major => "●",
        Severity::Minor => "·",
    };
    let at = event.event.occurred_at.to_string();
    let at = at.get(..19).unwrap_or(&at).replace('T', " ");
    let kind = toned(&format!("{mark} {:TYPE_WIDTH$}", spec.wire), spec.tone, colour);
    let who = toned(&printable(&format!("by {}", actor(&event.event))), Tone::Plain, colour);
    format!("{at} {:>8} {kind} {}  {who}", event.seq, printable(&event.description))
}

/// The actor's name, or what else is known of it. A device has no name but the label that its event gives it.
fn actor(event: &Recorded) -> String {
    let Actor { kind, name, .. } = &event.actor;
    let label = || {
        let subjects = Subjects::of(&event.payload.to_data().ok()?).ok()?;
        known(subjects.device?.label.as_ref()).filter(|_| *kind == ActorType::Device)
    };
    known(name.as_ref())
        .or_else(label)
        .or_else(|| event.actor.public_id())
        .unwrap_or_else(|| kind.as_str().replace('_', " "))
}

fn is_erased(value: Option<&Personal>) -> bool {
    value == Some(&Personal::Erased)
}

fn known(value: Option<&Personal>) -> Option<String> {
    value.and_then(Personal::known).cloned()
}

/// The event as the admin API answers it; a test holds the two together.
pub(super) fn json(logged: &LoggedEvent) -> Result<Value> {
    let event = &logged.event;
    let spec = event.payload.event_type().spec();
    let subjects = Subjects::of(&event.payload.to_data()?)?;
    let erases = event.payload.event_type() == EventType::PersonErased;
    Ok(json!({
        "seq": logged.seq,
        "id": event.id,
        "type": spec.wire,
        "severity": spec.severity.as_str(),
        "title": logged.title,
        "description": logged.description,
        "icon": spec.icon,
        "tone": spec.tone.as_str(),
        "outcome": spec.outcome.as_str(),
        "origin": event.origin.as_str(),
        "actor": {
            "type": event.actor.kind.as_str(),
            "id": event.actor.public_id(),
            "name": known(event.actor.name.as_ref()),
            "erased": is_erased(event.actor.name.as_ref()),
        },
        "tenant": subjects.tenant,
        "project": subjects.project.map(|project| named(&project.id, Some(&project.name), false)),
        "code": subjects.code.map(|code| named(&code.id, Some(&code.hint), false)),
        "device": subjects.device.map(|device| person(&device.id, device.label.as_ref(), false)),
        "user": subjects.user.map(|user| person(&user.id, user.name.as_ref(), erases)),
        "session": subjects.session.map(|session| person(&session.id, None, false)),
        "api_token": subjects.api_token.map(|token| person(&token.id, token.name.as_ref(), false)),
        "metadata": event.metadata()?,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "request_id": event.request.id,
    }))
}

fn named(id: &impl Serialize, name: Option<&String>, erased: bool) -> Value {
    json!({ "id": id, "name": name, "erased": erased })
}

/// Something whose name is personal: erased by itself, or because the event erases whom it is about.
fn person(id: &impl Serialize, name: Option<&Personal>, erases: bool) -> Value {
    named(id, name.and_then(Personal::known), erases || is_erased(name))
}

#[cfg(test)]
mod tests {
    use daybook_model::{
        EventId, TenantId, Timestamp,
        event::{Origin, RequestInfo},
        tenant::TenantDraft,
    };

    use super::*;
    use crate::system::{SystemClock, SystemEntropy};

    fn created(actor: Actor) -> LoggedEvent {
        let draft = TenantDraft { name: "Acme".to_owned(), ..TenantDraft::default() };
        let payload = draft
            .decide(TenantId::new(&SystemClock, &SystemEntropy), daybook_model::Clock::now(&SystemClock))
            .unwrap();
        let at: Timestamp = "2026-01-31T09:30:00.25Z".parse().unwrap();
        LoggedEvent {
            seq: 7,
            event: Recorded {
                id: EventId::new(&SystemClock, &SystemEntropy),
                occurred_at: at,
                recorded_at: at,
                origin: Origin::Live,
                actor,
                request: RequestInfo::default(),
                payload: payload.into(),
            },
            title: "Tenant created".to_owned(),
            description: "Tenant \u{1b}[2JAcme was created.".to_owned(),
            entry: vec![],
        }
    }

    #[test]
    fn a_line_says_when_what_and_who() {
        assert_eq!(
            text(&created(Actor::system()), false),
            "2026-01-31 09:30:00        7 ● TENANT_CREATED       Tenant \u{fffd}[2JAcme was created.  by system"
        );
        let token = daybook_model::ApiTokenId::new(&SystemClock, &SystemEntropy);
        let ada = created(Actor::api_token(token, Personal::from("Ada".to_owned())));
        assert!(text(&ada, false).ends_with("  by Ada"));
        assert!(text(&ada, true).contains("\u{1b}[32m● TENANT_CREATED"));
        let erased = created(Actor::api_token(token, Personal::Erased));
        assert!(text(&erased, false).ends_with(&format!("  by {token}")));
    }

    #[test]
    fn json_is_the_answer_of_the_admin_api() {
        let value = json(&created(Actor::system())).unwrap();
        assert_eq!(value.pointer("/tenant/slug"), Some(&json!("acme")));
        assert_eq!(value.pointer("/metadata/plan"), Some(&json!("standard")));
        assert_eq!(
            value.pointer("/actor"),
            Some(&json!({ "type": "system", "id": null, "name": null, "erased": false }))
        );
        assert_eq!(value.pointer("/occurred_at"), Some(&json!("2026-01-31T09:30:00.250000Z")));
    }
}

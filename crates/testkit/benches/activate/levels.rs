//! The levels above the bare engine that live in this process: the store and the portal.

use daybook_model::{
    Actor, DeviceId,
    activation::{self, Attempt, NewDevice, Verdict},
    device::{DeviceTokenKind, DeviceTokens},
    entropy::random_bytes,
    event::Origin,
};
use daybook_portal::Portal;
use daybook_store::{Result, Scope, Store};

use crate::{
    ground::{self, LABEL, PLATFORM, Ticket},
    system::{SystemClock, SystemEntropy, new_id},
};

/// One activation as a unit of work: what it is decided on is read under lock, the model decides, two events are recorded.
pub(crate) async fn store(store: &Store, ticket: Ticket) {
    loop {
        match attempt(store, &ticket).await {
            Err(error) if error.is_retryable() => {}
            other => return other.unwrap(),
        }
    }
}

async fn attempt(store: &Store, ticket: &Ticket) -> Result<()> {
    let scope = Scope { actor: Actor::device(None), request: ground::request(), origin: Origin::Live };
    let fingerprint = fingerprint_hash(ticket);
    let mut unit = store.begin(scope).await?;
    let (code, tenant) = unit.locks().code_with_tenant(ticket.digest).await?.unwrap();
    let project = unit.locks().project(tenant.id, code.project.unwrap()).await?;
    let device = unit.locks().device_by_fingerprint(tenant.id, &fingerprint).await?;
    let attempt = Attempt {
        tenant: &tenant,
        code: &code,
        project: project.as_ref(),
        names_other_project: false,
        device: device.as_ref(),
        now: unit.now(),
    };
    let new = NewDevice {
        id: DeviceId::new(&SystemClock, &SystemEntropy),
        fingerprint,
        label: Some(LABEL.to_owned()),
        platform: Some(PLATFORM.to_owned()),
    };
    let Verdict::Enrol(events) = activation::decide(attempt, new) else { panic!("a fresh code was refused") };
    let (activated, enrolled, _) = *events;
    unit.act_as(Actor::device(Some(enrolled.device.id)));
    unit.record(activated).await?;
    let tokens = tokens(unit.now());
    unit.record_with(enrolled, tokens).await?;
    unit.commit().await.map(drop)
}

/// As long as the hash of a fingerprint, in hex.
fn fingerprint_hash(ticket: &Ticket) -> String {
    ticket.digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn tokens(now: daybook_model::Timestamp) -> DeviceTokens {
    let token = |kind, days| (kind, new_id(), random_bytes(&SystemEntropy), now.plus_days(days));
    DeviceTokens {
        issued: vec![token(DeviceTokenKind::Access, 1), token(DeviceTokenKind::Refresh, 180)],
        previous_end_at: now,
    }
}

/// One activation as the use case.
pub(crate) async fn portal(portal: &Portal, ticket: Ticket) {
    ground::activate(portal, &ticket).await;
}

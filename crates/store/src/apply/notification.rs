//! Events of notifications → rows: what people chose. The notifications themselves lie beside the state.

use daybook_model::{Timestamp, notification::NotificationChoicesChanged};

use super::user::tenant_key;
use crate::engine::{Write, statements, vals};

statements! {
    SET_CHOICE = "INSERT INTO notification_choices (tenant_id, user_id, kind, status, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, user_id, kind) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at";
    DROP_UNWANTED = "DELETE FROM notifications WHERE tenant_id = $1 AND user_id = $2 AND kind = $3 AND status <> 'sent'";
}

pub(super) fn choices_changed(event: &NotificationChoicesChanged, at: Timestamp) -> Vec<Write> {
    let (tenant, user) = (tenant_key(event.tenant.as_ref()), event.user.id);
    let mut writes = vec![];
    for choice in &event.choices {
        let (kind, status) = (choice.kind.as_str(), if choice.enabled { "on" } else { "off" });
        writes.push(Write::one(&SET_CHOICE, vals![tenant, user, kind, status, at]));
        // What is on its way and not wanted any more.
        writes.extend((!choice.enabled).then(|| Write::any(&DROP_UNWANTED, vals![tenant, user, kind])));
    }
    writes
}

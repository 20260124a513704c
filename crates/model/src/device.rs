//! Devices: their state and the events of their life. Pure decisions only; enrolment is decided in [`crate::activation`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    DeviceId, Personal, ProjectId, TenantId, Timestamp,
    change::text_enum,
    code::CodeRef,
    event::Narrated,
    project::ProjectRef,
    tenant::TenantRef,
    totals::{Deltas, Total},
};

/// Whether a device may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStatus {
    /// It may.
    Active,
    /// It was revoked, for ever.
    Revoked,
}

text_enum!(DeviceStatus { Active = "active", Revoked = "revoked" });

/// A device as an event names it: the label is its owner's words, so personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceRef {
    /// The device's id.
    pub id: DeviceId,
    /// What its owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Personal>,
}

/// A device as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Never changes.
    pub id: DeviceId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// The project it belongs to.
    pub project: Option<ProjectId>,
    /// The code that enrolled it.
    pub code: crate::CodeId,
    /// SHA-256 of the fingerprint its maker chose, in hex; unique within the tenant.
    pub fingerprint: Option<Personal>,
    /// What its owner calls it.
    pub label: Option<Personal>,
    /// What it runs on.
    pub platform: Option<String>,
    /// Whether it may work.
    pub status: DeviceStatus,
    /// When it was enrolled.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Device {
    /// As the next event will name it.
    pub fn to_ref(&self) -> DeviceRef {
        DeviceRef { id: self.id, label: self.label.clone() }
    }

    /// The event that revokes it; `None` if it is revoked already.
    pub fn revoke(
        &self,
        owner: TenantRef,
        project: Option<ProjectRef>,
        reason: Option<String>,
    ) -> Option<DeviceRevoked> {
        (self.status == DeviceStatus::Active).then(|| DeviceRevoked {
            tenant: owner,
            project,
            device: self.to_ref(),
            reason: reason.map(Personal::from),
        })
    }
}

/// The kinds of bearer token a device holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceTokenKind {
    /// Opens the device routes; short-lived.
    Access,
    /// Only exchanges itself for a new pair; long-lived.
    Refresh,
}

text_enum!(DeviceTokenKind { Access = "access", Refresh = "refresh" });

/// What stays beside a new pair of device tokens, never in an event.
#[derive(Clone)]
pub struct DeviceTokens {
    /// The new tokens: kind, public id, SHA-256 of the secret, end of life.
    pub issued: Vec<(DeviceTokenKind, uuid::Uuid, [u8; 32], Timestamp)>,
    /// When the tokens that the device held before end.
    pub previous_end_at: Timestamp,
}

/// A device was enrolled with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceEnrolled {
    /// Its tenant.
    pub tenant: TenantRef,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The code that enrolled it.
    pub code: CodeRef,
    /// The new device.
    pub device: DeviceRef,
    /// SHA-256 of the fingerprint its maker chose, in hex.
    pub fingerprint: Personal,
    /// What it runs on.
    pub platform: Option<String>,
}

/// Why a device's tokens were replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RotationCause {
    /// It activated again with the same fingerprint.
    Reactivated,
    /// It exchanged its refresh token.
    Refreshed,
}

/// A device's tokens were replaced by new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceTokenRotated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The device.
    pub device: DeviceRef,
    /// Why.
    pub cause: RotationCause,
}

/// A device was revoked: its tokens end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceRevoked {
    /// Its tenant.
    pub tenant: TenantRef,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The device.
    pub device: DeviceRef,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

fn where_of(project: Option<&ProjectRef>, tenant: &TenantRef) -> String {
    project.map_or_else(|| tenant.name.clone(), |project| format!("{} of {}", project.name, tenant.name))
}

impl Narrated for DeviceEnrolled {
    fn sentence(&self) -> String {
        format!(
            "A device was enrolled for {} with the code ending {}.",
            where_of(self.project.as_ref(), &self.tenant),
            self.code.hint
        )
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add_for(self.project.as_ref().map(|p| p.id), Total::DevicesActive, 1)
    }
}

impl Narrated for DeviceTokenRotated {
    fn sentence(&self) -> String {
        let why = match self.cause {
            RotationCause::Reactivated => "activated again",
            RotationCause::Refreshed => "renewed its tokens",
        };
        format!("A device of {} {why}.", where_of(self.project.as_ref(), &self.tenant))
    }
}

impl Narrated for DeviceRevoked {
    fn sentence(&self) -> String {
        format!("A device of {} was revoked.", where_of(self.project.as_ref(), &self.tenant))
    }

    fn deltas(&self) -> Deltas {
        let project = self.project.as_ref().map(|p| p.id);
        Deltas::none().add_for(project, Total::DevicesActive, -1).add_for(project, Total::DevicesRevoked, 1)
    }
}

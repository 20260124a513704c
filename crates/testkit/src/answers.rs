//! Answers of the API as the contract names their fields, written down here a second time on purpose: a field that is renamed in the
//! server no longer reads.

use serde::Deserialize;
use serde_json::Value;

/// An error (RFC 9457).
#[derive(Clone, Debug, Deserialize)]
pub struct Problem {
    /// Names the kind.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What was wrong.
    pub detail: String,
    /// Stable, `SCREAMING_SNAKE`.
    pub code: String,
    /// As in `X-Request-Id`.
    pub request_id: String,
    /// What is wrong field by field.
    #[serde(default)]
    pub errors: Vec<ProblemField>,
}

impl Problem {
    /// Status and code: what programs decide by.
    pub fn kind(&self) -> (u16, &str) {
        (self.status, &self.code)
    }

    /// The places of the fields that are wrong.
    pub fn pointers(&self) -> Vec<&str> {
        self.errors.iter().map(|error| error.pointer.as_str()).collect()
    }
}

/// A field that is wrong.
#[derive(Clone, Debug, Deserialize)]
pub struct ProblemField {
    /// Where it stands.
    pub pointer: String,
    /// Stable, `SCREAMING_SNAKE`.
    pub code: String,
    /// What is expected.
    pub detail: String,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Asks for the next page.
    pub next: Option<String>,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Tenant {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub status: String,
    pub contact_email: Option<String>,
    pub domain: Option<String>,
    pub logo_url: Option<String>,
    pub primary_color: Option<String>,
    pub plan: String,
    pub device_limit: Option<i64>,
    pub limits: serde_json::Value,
    pub subscription: String,
    pub trial_ends_at: Option<String>,
    pub code_prefix: String,
    pub self_service_codes: bool,
    pub version: i64,
    pub created_at: String,
    pub updated_at: String,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Plan {
    pub name: String,
    pub title: String,
    pub device_limit: Option<i64>,
    pub project_limit: Option<i64>,
    pub monthly_activation_quota: Option<i64>,
    pub usage_quotas: std::collections::BTreeMap<String, i64>,
    pub version: i64,
}

/// A tenant as other answers name it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct TenantName {
    pub id: String,
    pub slug: String,
    pub name: String,
}

/// What deleting a tenant closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Impact {
    pub projects_active: i64,
    pub projects_inactive: i64,
    pub codes_active: i64,
    pub devices_active: i64,
    #[serde(default)]
    pub users: i64,
    #[serde(default)]
    pub sessions_active: i64,
}

/// The preview of a deletion.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct DeletionImpact {
    pub tenant: Tenant,
    pub closes: Impact,
    pub as_of: u64,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Project {
    pub id: String,
    pub tenant: TenantName,
    pub name: String,
    pub client_name: Option<String>,
    pub description: Option<String>,
    pub priority: String,
    pub status: String,
    pub is_active: bool,
    pub activated_at: Option<String>,
    pub version: i64,
    pub created_at: String,
    pub updated_at: String,
}

/// Codes as they are shown once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Generated {
    pub batch_id: String,
    pub items: Vec<NewCode>,
}

/// A code as it is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct NewCode {
    pub id: String,
    pub code: String,
    pub hint: String,
    pub max_uses: i64,
    pub expires_at: Option<String>,
}

/// An activation code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Code {
    pub id: String,
    pub tenant_id: String,
    pub project_id: Option<String>,
    pub hint: String,
    pub label: Option<String>,
    pub status: String,
    pub max_uses: i64,
    pub use_count: i64,
    pub expires_at: Option<String>,
    pub created_at: String,
    pub revoked_at: Option<String>,
    /// In lists only.
    pub tenant_slug: Option<String>,
    /// In lists only.
    pub project_name: Option<String>,
}

/// A device as its operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Device {
    pub id: String,
    pub tenant_id: String,
    pub project_id: Option<String>,
    pub code_id: String,
    pub label: Option<String>,
    pub platform: Option<String>,
    pub status: String,
    pub created_at: String,
    pub revoked_at: Option<String>,
    pub tenant_slug: String,
    pub tenant_name: String,
    pub project_name: Option<String>,
    pub last_seen_at: Option<String>,
    pub app_version: Option<String>,
}

/// An API token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct ApiToken {
    pub id: String,
    pub name: Option<String>,
    pub role: String,
    pub scopes: Option<Vec<String>>,
    pub tenant_id: Option<String>,
    pub user_id: Option<String>,
    pub created_at: String,
    pub expires_at: Option<String>,
    pub revoked_at: Option<String>,
    pub last_used_at: Option<String>,
    /// Only in the answer that issues it.
    pub token: Option<String>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Actor {
    pub r#type: String,
    pub id: Option<String>,
    pub name: Option<String>,
    pub erased: bool,
}

/// Something an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Subject {
    pub id: String,
    pub name: Option<String>,
    pub erased: bool,
}

/// An event, as feed, explorer and stream show it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Activity {
    pub seq: u64,
    pub id: String,
    pub r#type: String,
    pub severity: String,
    pub title: String,
    pub description: String,
    pub icon: String,
    pub tone: String,
    pub outcome: String,
    pub origin: String,
    pub actor: Actor,
    pub tenant: Option<TenantName>,
    pub project: Option<Subject>,
    pub code: Option<Subject>,
    pub device: Option<Subject>,
    pub user: Option<Subject>,
    pub session: Option<Subject>,
    pub api_token: Option<Subject>,
    pub metadata: Value,
    pub occurred_at: String,
    pub recorded_at: String,
    pub request_id: Option<String>,
}

/// Recent Activities.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Feed {
    pub activities: Vec<Activity>,
    pub next: Option<String>,
    pub as_of: u64,
}

/// A page of the log explorer.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct EventPage {
    pub items: Vec<Activity>,
    pub next: Option<String>,
    pub as_of: u64,
}

/// One event with all that is known of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct EventDetail {
    #[serde(flatten)]
    pub activity: Activity,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub entry: Value,
    pub leaf_hash: String,
}

/// The head of the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct LogStatus {
    pub size: u64,
    pub root: String,
    pub pending: u64,
}

/// A device with everything it needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Enrolment {
    pub device: OwnDevice,
    pub token: String,
    pub refresh_token: String,
    pub expires_at: String,
    pub refresh_expires_at: String,
    pub policy: Policy,
    pub license: String,
    pub license_expires_at: String,
}

/// A device as it sees itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct OwnDevice {
    pub id: String,
    pub tenant_id: String,
    pub project_id: Option<String>,
    pub label: Option<String>,
    pub status: String,
    pub created_at: String,
}

/// What a device's tenant allows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Policy {
    pub plan: String,
    pub device_limit: Option<i64>,
}

/// What a device token is worth.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "named as in the contract")]
pub struct Validation {
    pub valid: bool,
    pub code: String,
}

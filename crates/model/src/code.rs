//! Activation codes: how they are written, their state, and the events of their life. Pure decisions only.
//! Must not let a whole code into an event or a `Debug` text: only its last group, the hint, is ever shown.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    BatchId, CodeId, Entropy, Personal, ProjectId, TenantId, Timestamp, base32,
    change::text_enum,
    entropy::random_bytes,
    event::Narrated,
    invalid::{Checker, Invalid},
    project::ProjectRef,
    tenant::TenantRef,
    text,
    totals::{Deltas, Total},
};

/// Random symbols of a code: 24 × 5 = 120 bits.
const BODY_SYMBOLS: usize = 24;
/// How many codes one request may generate.
pub const MAX_BATCH: i64 = 1_000;
/// How many uses one code may have.
pub const MAX_USES: i64 = 1_000_000;
/// How far ahead a code may expire: 100 years of days.
pub const MAX_EXPIRY_DAYS: i64 = 36_525;

/// A whole activation code, checked: prefix, 24 random symbols and the check symbol. A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ActivationCode {
    /// Prefix, body and check symbol in one spelling, without hyphens.
    symbols: String,
}

/// Why a text is not an activation code; found before the database is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Wrong length or foreign symbols.
    #[error("an activation code looks like ACME-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")]
    Malformed,
    /// The check symbol does not fit: a symbol was mistyped or two were swapped.
    #[error("the code is mistyped: its check symbol does not fit")]
    Checksum,
}

impl ActivationCode {
    /// A fresh code with this prefix (see [`text::code_prefix`]).
    pub fn generate(prefix: &str, entropy: &dyn Entropy) -> Self {
        let body = random_bytes::<BODY_SYMBOLS>(entropy).map(base32::symbol);
        let mut symbols: String = prefix.chars().chain(body).collect();
        symbols.push(base32::symbol(check_value(&symbols)));
        Self { symbols }
    }

    /// Reads a code the way people type it: either case, `I L` as `1`, `O` as `0`, spaces and hyphens ignored.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() > 200 {
            return Err(CodeError::Malformed);
        }
        let values: Option<Vec<u8>> =
            text.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(base32::value).collect();
        let symbols: String = values.ok_or(CodeError::Malformed)?.into_iter().map(base32::symbol).collect();
        let prefix_length = symbols.len().checked_sub(BODY_SYMBOLS + 1).ok_or(CodeError::Malformed)?;
        let (prefix, _) = symbols.split_at_checked(prefix_length).ok_or(CodeError::Malformed)?;
        text::code_prefix(prefix).map_err(|_| CodeError::Malformed)?;
        let given = symbols.chars().next_back().and_then(base32::value);
        let body = symbols.get(..symbols.len() - 1).unwrap_or_default();
        if given == Some(check_value(body)) { Ok(Self { symbols }) } else { Err(CodeError::Checksum) }
    }

    /// As printed: the prefix, then groups of five, the last ending in the check symbol.
    pub fn reveal(&self) -> String {
        let prefix_length = self.symbols.len() - (BODY_SYMBOLS + 1);
        let (prefix, rest) = self.symbols.split_at_checked(prefix_length).unwrap_or_default();
        let mut text = prefix.to_owned();
        for (at, symbol) in rest.chars().enumerate() {
            if at % 5 == 0 {
                text.push('-');
            }
            text.push(symbol);
        }
        text
    }

    /// The last group: all that is shown after the first time.
    pub fn hint(&self) -> String {
        self.symbols.get(self.symbols.len().saturating_sub(5)..).unwrap_or_default().to_owned()
    }

    /// What it begins with: the prefix of its tenant or project.
    pub fn prefix(&self) -> &str {
        let length = self.symbols.len().saturating_sub(BODY_SYMBOLS + 1);
        self.symbols.get(..length).unwrap_or_default()
    }

    /// The bytes under the HMAC that the database stores.
    pub fn as_bytes(&self) -> &[u8] {
        self.symbols.as_bytes()
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ActivationCode(…-{})", self.hint())
    }
}

/// The check symbol over GF(32) with x⁵+x²+1: Σ αⁱ·vᵢ, i counted from the check symbol. The weights of up to 31 places differ,
/// so every single wrong symbol and every swap of two unlike symbols is found.
fn check_value(symbols: &str) -> u8 {
    let mut weight = 1;
    symbols.chars().rev().filter_map(base32::value).fold(0, |sum, value| {
        weight = multiply(weight, 2);
        sum ^ multiply(weight, value)
    })
}

fn multiply(a: u8, b: u8) -> u8 {
    let mut product =
        (0..5).filter(|bit| b >> bit & 1 == 1).fold(0u16, |sum, bit| sum ^ (u16::from(a) << bit));
    for bit in (5..10).rev() {
        if product >> bit & 1 == 1 {
            product ^= 0b10_0101 << (bit - 5);
        }
    }
    product.to_le_bytes()[0]
}

/// Whether a code can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// It can.
    Active,
    /// Every use is taken.
    Used,
    /// Its time is over.
    Expired,
    /// An operator revoked it.
    Revoked,
}

text_enum!(CodeStatus { Active = "active", Used = "used", Expired = "expired", Revoked = "revoked" });

impl CodeStatus {
    /// The total that counts codes in this state.
    pub const fn total(self) -> Total {
        match self {
            Self::Active => Total::CodesActive,
            Self::Used => Total::CodesUsed,
            Self::Expired => Total::CodesExpired,
            Self::Revoked => Total::CodesRevoked,
        }
    }
}

/// A code as an event names it: its id and last group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeRef {
    /// The code's id.
    pub id: CodeId,
    /// Its last group.
    pub hint: String,
}

/// A code as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Never changes.
    pub id: CodeId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// The project it is bound to.
    pub project: Option<ProjectId>,
    /// Its last group.
    pub hint: String,
    /// What the operator calls it.
    pub label: Option<Personal>,
    /// Whether it can be used.
    pub status: CodeStatus,
    /// How many devices it enrols.
    pub max_uses: i64,
    /// How many it has enrolled.
    pub use_count: i64,
    /// When its time is over.
    pub expires_at: Option<Timestamp>,
    /// When it was generated.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Code {
    /// As the next event will name it.
    pub fn to_ref(&self) -> CodeRef {
        CodeRef { id: self.id, hint: self.hint.clone() }
    }
}

/// Which codes of one request an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// The same for all codes of the request.
    pub id: BatchId,
    /// From 1.
    pub position: i64,
    /// How many codes the request generated.
    pub count: i64,
}

/// What stays beside a generated code, never in an event: its HMAC and the id of the key it was made with.
#[derive(Clone)]
pub struct CodeSecret {
    /// HMAC-SHA-256 of the code.
    pub digest: [u8; 32],
    /// Which key made it.
    pub key_id: String,
}

/// What is asked for when codes are generated; unchecked.
#[derive(Debug, Clone, Default)]
pub struct CodeDraft {
    /// 1 to [`MAX_BATCH`]; 1 if absent.
    pub count: Option<i64>,
    /// 1 to [`MAX_USES`]; 1 if absent.
    pub max_uses: Option<i64>,
    /// Days from now; not together with `expires_at`.
    pub expires_in_days: Option<i64>,
    /// A moment in the future; never if both are absent.
    pub expires_at: Option<Timestamp>,
    /// What the operator calls them.
    pub label: Option<String>,
}

/// A checked [`CodeDraft`].
#[derive(Debug, Clone)]
pub struct CodeOrder {
    /// How many codes.
    pub count: i64,
    /// How many uses each.
    pub max_uses: i64,
    /// When their time is over.
    pub expires_at: Option<Timestamp>,
    /// What the operator calls them.
    pub label: Option<String>,
}

impl CodeDraft {
    /// The order as it will be carried out, or all that is wrong with it.
    pub fn check(self, now: Timestamp) -> Result<CodeOrder, Invalid> {
        let mut check = Checker::default();
        let count = check.take("/count", text::within(self.count.unwrap_or(1), 1, MAX_BATCH));
        let max_uses = check.take("/max_uses", text::within(self.max_uses.unwrap_or(1), 1, MAX_USES));
        let days = self.expires_in_days.map(|days| text::within(days, 1, MAX_EXPIRY_DAYS));
        let days = check.take_opt("/expires_in_days", days);
        let one = self.expires_in_days.is_none() || self.expires_at.is_none();
        check.require("/expires_at", one, "CONFLICTING", "give expires_in_days or expires_at, not both");
        let ahead = self.expires_at.is_none_or(|at| at > now);
        check.require("/expires_at", ahead, "NOT_IN_FUTURE", "must be in the future");
        let near = self.expires_at.is_none_or(|at| at <= now.plus_days(MAX_EXPIRY_DAYS));
        check.require("/expires_at", near, "OUT_OF_RANGE", "must be within 100 years");
        let label = check.take_opt("/label", self.label.as_deref().map(text::name));
        let expires_at = days.map(|days| now.plus_days(days)).or(self.expires_at);
        let order = || Some(CodeOrder { count: count?, max_uses: max_uses?, expires_at, label });
        check.finish(order())
    }
}

/// A code was generated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeGenerated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The new code.
    pub code: CodeRef,
    /// The request it was generated in.
    pub batch: Batch,
    /// How many devices it enrols.
    pub max_uses: i64,
    /// When its time is over.
    pub expires_at: Option<Timestamp>,
    /// What the operator calls it.
    pub label: Option<Personal>,
}

/// A code was bound to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeAssigned {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project it now belongs to.
    pub project: ProjectRef,
    /// The code.
    pub code: CodeRef,
    /// The state it is in, for the project's own totals.
    pub status: CodeStatus,
}

/// A use of a code was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeActivated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The code.
    pub code: CodeRef,
    /// The device that took the use.
    pub device: crate::device::DeviceRef,
    /// Which use this was, from 1.
    pub use_number: i64,
    /// How many it has.
    pub max_uses: i64,
}

/// A code's time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeExpired {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The code.
    pub code: CodeRef,
    /// When its time was over.
    pub expires_at: Timestamp,
}

/// A code was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeRevoked {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The code.
    pub code: CodeRef,
    /// The state it was in.
    pub was: CodeStatus,
    /// How many devices it had enrolled; they stay.
    pub use_count: i64,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// Why a code is not bound to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignRefusal {
    /// It belongs to another project.
    AssignedElsewhere,
    /// It is used up, expired or revoked.
    NotActive,
}

impl Code {
    /// The event that revokes it; `None` if it is revoked already.
    pub fn revoke(
        &self,
        tenant: TenantRef,
        project: Option<ProjectRef>,
        reason: Option<String>,
    ) -> Option<CodeRevoked> {
        (self.status != CodeStatus::Revoked).then(|| CodeRevoked {
            tenant,
            project,
            code: self.to_ref(),
            was: self.status,
            use_count: self.use_count,
            reason: reason.map(Personal::from),
        })
    }

    /// The event that binds it to a project; `None` if it is bound to it already.
    pub fn assign(
        &self,
        tenant: TenantRef,
        project: ProjectRef,
    ) -> Result<Option<CodeAssigned>, AssignRefusal> {
        match self.project {
            Some(bound) if bound == project.id => Ok(None),
            Some(_) => Err(AssignRefusal::AssignedElsewhere),
            None if self.status != CodeStatus::Active => Err(AssignRefusal::NotActive),
            None => Ok(Some(CodeAssigned { tenant, project, code: self.to_ref(), status: self.status })),
        }
    }

    /// The event that ends it, if its time is over and it has not ended otherwise.
    pub fn expire(
        &self,
        tenant: TenantRef,
        project: Option<ProjectRef>,
        now: Timestamp,
    ) -> Option<CodeExpired> {
        let expires_at = self.expires_at.filter(|&at| at <= now && self.status == CodeStatus::Active)?;
        Some(CodeExpired { tenant, project, code: self.to_ref(), expires_at })
    }
}

fn id_of(project: Option<&ProjectRef>) -> Option<ProjectId> {
    project.map(|project| project.id)
}

impl Narrated for CodeGenerated {
    fn sentence(&self) -> String {
        let Batch { position, count, .. } = self.batch;
        let of = if count > 1 { format!(" ({position} of {count})") } else { String::new() };
        format!("The code ending {} was generated for {}{of}.", self.code.hint, self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add_for(id_of(self.project.as_ref()), Total::CodesActive, 1)
    }
}

impl Narrated for CodeAssigned {
    fn sentence(&self) -> String {
        format!(
            "The code ending {} was assigned to project {} of {}.",
            self.code.hint, self.project.name, self.tenant.name
        )
    }

    fn deltas(&self) -> Deltas {
        Deltas { joins_project: Some((self.project.id, self.status.total())), ..Deltas::none() }
    }
}

impl CodeActivated {
    /// Whether this took the last use.
    pub const fn exhausts(&self) -> bool {
        self.use_number == self.max_uses
    }
}

impl Narrated for CodeActivated {
    fn sentence(&self) -> String {
        format!(
            "The code ending {} of {} was used ({} of {}).",
            self.code.hint, self.tenant.name, self.use_number, self.max_uses
        )
    }

    fn deltas(&self) -> Deltas {
        let project = id_of(self.project.as_ref());
        if self.exhausts() {
            Deltas::none().add_for(project, Total::CodesActive, -1).add_for(project, Total::CodesUsed, 1)
        } else {
            Deltas::none()
        }
    }
}

impl Narrated for CodeExpired {
    fn sentence(&self) -> String {
        format!("The code ending {} of {} expired.", self.code.hint, self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        let project = id_of(self.project.as_ref());
        Deltas::none().add_for(project, Total::CodesActive, -1).add_for(project, Total::CodesExpired, 1)
    }
}

impl Narrated for CodeRevoked {
    fn sentence(&self) -> String {
        format!("The code ending {} of {} was revoked.", self.code.hint, self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        let project = id_of(self.project.as_ref());
        Deltas::none().add_for(project, self.was.total(), -1).add_for(project, Total::CodesRevoked, 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = self.0.wrapping_mul(31).wrapping_add(u8::try_from(at % 251).unwrap().wrapping_mul(7));
            }
        }
    }

    #[test]
    fn a_code_looks_as_the_contract_says() {
        let code = ActivationCode::generate("ACME", &Fixed(1));
        let text = code.reveal();
        assert_eq!(
            text, "ACME-Z6DMV-29GQY-5CKT1-8FPX4-BJS0C",
            "codes that were printed before must be read for ever"
        );
        assert_eq!(
            code.as_bytes(),
            text.replace('-', "").as_bytes(),
            "what was hashed before must match for ever"
        );
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4, 5, 5, 5, 5, 5]);
        assert_eq!(text.rsplit('-').next(), Some(code.hint().as_str()));
        assert_eq!(text.split('-').next(), Some(code.prefix()));
        assert_eq!(format!("{code:?}"), format!("ActivationCode(…-{})", code.hint()));
    }

    #[test]
    fn codes_read_the_way_people_type_them() {
        let code = ActivationCode::generate("ACME", &Fixed(3));
        let typed = code.reveal().to_lowercase().replace('1', "l").replace('0', "o").replace('-', " ");
        assert_eq!(ActivationCode::parse(&typed), Ok(code));
    }

    #[test]
    fn what_is_no_code_is_malformed() {
        for text in
            ["", "ACME", "A-00000-00000-00000-00000-00000", "12-00000-00000-00000-00000-00000", "ACME-0000U"]
        {
            assert_eq!(ActivationCode::parse(text), Err(CodeError::Malformed), "{text}");
        }
        let code = ActivationCode::generate("ACME", &Fixed(1));
        let spaced = |length: usize| format!("{:length$}", code.reveal());
        assert_eq!(ActivationCode::parse(&spaced(200)), Ok(code.clone()));
        assert_eq!(ActivationCode::parse(&spaced(201)), Err(CodeError::Malformed));
    }

    proptest! {
        #[test]
        fn every_single_slip_and_every_swap_is_found(seed: u8, prefix in "[A-HJKMNP-TV-Z]{2,6}", at in 0usize..40, to in 0usize..40, other in 0u8..32) {
            let code = ActivationCode::generate(&prefix, &Fixed(seed));
            prop_assert_eq!(ActivationCode::parse(&code.reveal()), Ok(code.clone()));
            let symbols: Vec<char> = code.symbols.chars().collect();
            let (at, to) = (at % symbols.len(), to % symbols.len());
            let mut wrong = symbols.clone();
            wrong[at] = base32::symbol(other);
            if wrong != symbols {
                let text: String = wrong.iter().collect();
                prop_assert!(ActivationCode::parse(&text).is_err());
            }
            let mut swapped = symbols.clone();
            swapped.swap(at, to);
            if swapped != symbols {
                let text: String = swapped.iter().collect();
                prop_assert!(ActivationCode::parse(&text).is_err());
            }
        }

        #[test]
        fn parsing_is_total(text in ".{0,60}") {
            if let Ok(code) = ActivationCode::parse(&text) {
                prop_assert_eq!(ActivationCode::parse(&code.reveal()), Ok(code));
            }
        }
    }
}

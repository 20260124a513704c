//! What a tenant sees of its own events. One rule for every type: the whole entry, which holds no personal value and which a proof needs,
//! and the personal values beside it, but for those of who acted if that is one of the operator's. Must not know any type.

use uuid::Uuid;

use super::{EntryError, Recorded, RequestInfo, Subjects};
use crate::{Actor, ActorType, ApiTokenId, TenantId};

/// Whose somebody who acted is, as their kind says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// The tenant's: its people and its devices, and whoever tries to be one of them.
    ToTenant,
    /// The operator's: the people of the platform, and Daybook itself.
    ToOperator,
    /// Whose the token is.
    WithToken(ApiTokenId),
}

impl Actor {
    /// Whose it is, in an event of a tenant.
    pub fn belongs(&self) -> Belongs {
        match (self.kind, self.id) {
            (ActorType::Tenant | ActorType::Device, _) => Belongs::ToTenant,
            (ActorType::ApiToken, Some(id)) => Belongs::WithToken(ApiTokenId::from_uuid(id)),
            (ActorType::ApiToken, None) | (ActorType::Admin | ActorType::System, _) => Belongs::ToOperator,
        }
    }
}

impl Recorded {
    /// Whose it is: of this tenant, or of the platform alone.
    pub fn tenant(&self) -> Result<Option<TenantId>, EntryError> {
        Ok(Subjects::of(&self.payload.to_data()?)?.tenant.map(|tenant| tenant.id))
    }

    /// The event as its tenant sees it if it was one of the operator's who acted: without their name, address and browser. Ids stay: they
    /// stand in the entry, and name nobody.
    #[must_use]
    pub fn without_operator(self) -> Self {
        let actor = Actor { name: None, ..self.actor };
        let request = RequestInfo { id: self.request.id, ip: None, user_agent: None };
        Self { actor, request, ..self }
    }

    /// As [`Recorded::without_operator`], if who acted is not the tenant's; `own` says which tokens are.
    #[must_use]
    pub fn seen_by_tenant(self, own: impl Fn(Uuid) -> bool) -> Self {
        let is_own = match self.actor.belongs() {
            Belongs::ToTenant => true,
            Belongs::ToOperator => false,
            Belongs::WithToken(id) => own(id.uuid()),
        };
        if is_own { self } else { self.without_operator() }
    }
}

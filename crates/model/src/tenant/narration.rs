//! What the events of tenants say of themselves: their sentences and what they add to the totals.

use super::{
    TenantChanges, TenantCreated, TenantDeleted, TenantImpact, TenantResumed, TenantStatus, TenantSuspended,
    TenantUpdated,
};
use crate::{
    change::list_fields,
    event::Narrated,
    subscription::Subscription,
    totals::{Deltas, Total},
};

impl Narrated for TenantCreated {
    fn sentence(&self) -> String {
        format!("Tenant {} was created on plan {}.", self.tenant.name, self.plan)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none()
            .add(Total::TenantsActive, 1)
            .add(Total::TenantsOnPlan(self.plan.clone()), 1)
            .add_opt(self.subscription.and_then(Subscription::counted), 1)
    }
}

impl Narrated for TenantUpdated {
    fn sentence(&self) -> String {
        let TenantChanges {
            name,
            contact_email,
            domain,
            logo_url,
            primary_color,
            plan,
            device_limit,
            code_prefix,
            self_service_codes,
        } = &self.changes;
        let fields = [
            (name.is_some(), "name"),
            (contact_email.is_some(), "contact e-mail"),
            (domain.is_some(), "domain"),
            (logo_url.is_some(), "logo"),
            (primary_color.is_some(), "colour"),
            (plan.is_some(), "plan"),
            (device_limit.is_some(), "device limit"),
            (code_prefix.is_some(), "code prefix"),
            (self_service_codes.is_some(), "codes of its own"),
        ];
        format!("Tenant {} was changed: {}.", self.tenant.name, list_fields(&fields))
    }

    fn deltas(&self) -> Deltas {
        match &self.changes.plan {
            Some(plan) => Deltas::none()
                .add(Total::TenantsOnPlan(plan.before.clone()), -1)
                .add(Total::TenantsOnPlan(plan.after.clone()), 1),
            None => Deltas::none(),
        }
    }
}

impl Narrated for TenantSuspended {
    fn sentence(&self) -> String {
        format!("Tenant {} was suspended.", self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::TenantsActive, -1).add(Total::TenantsSuspended, 1)
    }
}

impl Narrated for TenantResumed {
    fn sentence(&self) -> String {
        format!("Tenant {} was resumed.", self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::TenantsSuspended, -1).add(Total::TenantsActive, 1)
    }
}

impl Narrated for TenantDeleted {
    fn sentence(&self) -> String {
        let TenantImpact { projects_active, projects_inactive, codes_active, devices_active, .. } =
            self.closed;
        format!(
            "Tenant {} was deleted with {} projects; {codes_active} active codes and {devices_active} devices were revoked.",
            self.tenant.name,
            projects_active + projects_inactive,
        )
    }

    fn deltas(&self) -> Deltas {
        let was = match self.was {
            TenantStatus::Suspended => Total::TenantsSuspended,
            TenantStatus::Active | TenantStatus::Deleted => Total::TenantsActive,
        };
        let closed = self.closed;
        let deltas = Deltas::none()
            .add(was, -1)
            .add(Total::TenantsOnPlan(self.plan.clone()), -1)
            .add_opt(self.subscription.and_then(Subscription::counted), -1)
            .add(Total::ProjectsActive, -closed.projects_active)
            .add(Total::ProjectsInactive, -closed.projects_inactive)
            .add(Total::CodesActive, -closed.codes_active)
            .add(Total::CodesRevoked, closed.codes_active)
            .add(Total::DevicesActive, -closed.devices_active)
            .add(Total::DevicesRevoked, closed.devices_active)
            .add(Total::UsersInvited, -closed.users_invited)
            .add(Total::UsersActive, -closed.users_active)
            .add(Total::UsersDisabled, -closed.users_disabled)
            .add(Total::SessionsActive, -closed.sessions_active);
        Deltas { closes_projects: true, ..deltas }
    }
}

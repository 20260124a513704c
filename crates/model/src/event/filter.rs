//! Which events a list shows, and how that is read from what people and programs write. Must not know how events are stored.

use std::str::FromStr;

use uuid::Uuid;

use super::{EntryError, EventType, Origin, Outcome, Recorded, Severity, Subjects};
use crate::{CodeId, DeviceId, ProjectId, TenantId, Timestamp, UserId, actor::parse_actor_id};

/// Which events a list shows. Every condition is optional; all must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only these types.
    pub types: Option<Vec<EventType>>,
    /// Only about this tenant.
    pub tenant: Option<TenantId>,
    /// Only about this project.
    pub project: Option<ProjectId>,
    /// Only about this code.
    pub code: Option<CodeId>,
    /// Only about this device.
    pub device: Option<DeviceId>,
    /// Only about this user.
    pub user: Option<UserId>,
    /// Only by this actor.
    pub actor: Option<Uuid>,
    /// Only from there.
    pub origin: Option<Origin>,
    /// Only what happened at or after this.
    pub since: Option<Timestamp>,
    /// Only what happened before this.
    pub until: Option<Timestamp>,
}

/// What a text that somebody looks for names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// A tenant.
    Tenant(TenantId),
    /// A project.
    Project(ProjectId),
    /// An activation code.
    Code(CodeId),
    /// A device.
    Device(DeviceId),
    /// A user.
    User(UserId),
    /// Whoever acted.
    Actor(Uuid),
    /// A type of event.
    Type(EventType),
    /// None of these: perhaps a tenant's slug.
    Word(String),
}

impl Sought {
    /// What a text names. Reads everything.
    pub fn read(text: &str) -> Self {
        fn id<T: FromStr>(text: &str, named: fn(T) -> Sought) -> Option<Sought> {
            text.parse().ok().map(named)
        }
        let text = text.trim();
        (id(text, Self::Tenant))
            .or_else(|| id(text, Self::Project))
            .or_else(|| id(text, Self::Code))
            .or_else(|| id(text, Self::Device))
            .or_else(|| id(text, Self::User))
            .or_else(|| parse_actor_id(text).map(Self::Actor))
            .or_else(|| id(&text.to_uppercase(), Self::Type))
            .unwrap_or_else(|| Self::Word(text.to_lowercase()))
    }
}

impl EventFilter {
    /// Narrows the filter by a parameter of this name: `severity`, `outcome`, `type` (names separated by commas), `project`, `code`,
    /// `device`, `user`, `actor`, `origin`, `since` or `until`. Nothing is changed by an empty value, as forms send it, or by a
    /// parameter of another name. The error says what the value must be.
    pub fn narrow(&mut self, name: &str, value: &str) -> Result<(), String> {
        if value.is_empty() {
            return Ok(());
        }
        match name {
            "severity" => {
                let severity: Severity = read(value)?;
                self.keep_types(|kind| kind.severity() == severity);
            }
            "outcome" => {
                let outcome: Outcome = read(value)?;
                self.keep_types(|kind| kind.spec().outcome == outcome);
            }
            "type" => {
                let named =
                    value.split(',').map(|name| read(name.trim())).collect::<Result<Vec<EventType>, _>>()?;
                self.keep_types(|kind| named.contains(&kind));
            }
            "project" => self.project = Some(read(value)?),
            "code" => self.code = Some(read(value)?),
            "device" => self.device = Some(read(value)?),
            "user" => self.user = Some(read(value)?),
            "actor" => {
                let wrong = || "must be the id of a token, a user or a device".to_owned();
                self.actor = Some(parse_actor_id(value).ok_or_else(wrong)?);
            }
            "origin" => self.origin = Some(read(value)?),
            "since" => self.since = Some(read(value)?),
            "until" => self.until = Some(read(value)?),
            _ => {}
        }
        Ok(())
    }

    /// Narrows the filter to what is sought; `false` if that contradicts it or is a word, which names nothing by itself.
    #[must_use]
    pub fn narrow_to(&mut self, sought: &Sought) -> bool {
        match *sought {
            Sought::Tenant(id) => narrowed(&mut self.tenant, id),
            Sought::Project(id) => narrowed(&mut self.project, id),
            Sought::Code(id) => narrowed(&mut self.code, id),
            Sought::Device(id) => narrowed(&mut self.device, id),
            Sought::User(id) => narrowed(&mut self.user, id),
            Sought::Actor(id) => narrowed(&mut self.actor, id),
            Sought::Type(sought) => {
                self.keep_types(|kind| kind == sought);
                self.types.as_ref().is_some_and(|types| !types.is_empty())
            }
            Sought::Word(_) => false,
        }
    }

    /// Whether the filter's list shows this event: for one that is already in memory.
    pub fn shows(&self, event: &Recorded) -> Result<bool, EntryError> {
        if self.types.as_ref().is_some_and(|types| !types.contains(&event.payload.event_type()))
            || self.origin.is_some_and(|origin| event.origin != origin)
            || self.since.is_some_and(|since| event.occurred_at < since)
            || self.until.is_some_and(|until| event.occurred_at >= until)
        {
            return Ok(false);
        }
        let about = Subjects::of(&event.payload.to_data()?)?;
        Ok(is(self.code, about.code.map(|code| code.id))
            && is(self.device, about.device.map(|device| device.id))
            && is(self.user, about.user.map(|user| user.id))
            && is(self.project, about.project.map(|project| project.id))
            && is(self.actor, event.actor.id)
            && is(self.tenant, about.tenant.map(|tenant| tenant.id)))
    }

    fn keep_types(&mut self, fits: impl Fn(EventType) -> bool) {
        self.types.get_or_insert_with(|| EventType::ALL.to_vec()).retain(|kind| fits(*kind));
    }
}

fn read<T: FromStr<Err: std::fmt::Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(|error: T::Err| error.to_string())
}

fn is<T: PartialEq + Copy>(wanted: Option<T>, found: Option<T>) -> bool {
    wanted.is_none() || wanted == found
}

fn narrowed<T: PartialEq>(field: &mut Option<T>, sought: T) -> bool {
    let fits = field.as_ref().is_none_or(|present| *present == sought);
    *field = Some(sought);
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Actor, Payload,
        event::{Origin, RequestInfo},
        sign_in::{SignInMethod, UserLogin},
        tenant::TenantRef,
        user::UserRef,
    };

    /// Somebody of Acme signs in, by a token that is theirs.
    fn signed_in(at: Timestamp) -> Recorded {
        let tenant = TenantRef {
            id: TenantId::from_uuid(Uuid::from_u128(1)),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
        };
        let user = UserRef { id: UserId::from_uuid(Uuid::from_u128(2)), name: None };
        let login = UserLogin { tenant: Some(tenant), user, method: SignInMethod::Password };
        Recorded {
            id: crate::EventId::from_uuid(Uuid::from_u128(3)),
            occurred_at: at,
            recorded_at: at,
            origin: Origin::Live,
            actor: Actor { kind: crate::ActorType::ApiToken, id: Some(Uuid::from_u128(4)), name: None },
            request: RequestInfo::default(),
            payload: Payload::from(login),
        }
    }

    fn narrowed_by(pairs: &[(&str, &str)]) -> Result<EventFilter, String> {
        let mut filter = EventFilter::default();
        pairs.iter().try_for_each(|(name, value)| filter.narrow(name, value)).map(|()| filter)
    }

    #[test]
    fn severity_outcome_and_type_all_hold() {
        let refused = narrowed_by(&[("outcome", "refused")]).unwrap().types.unwrap();
        assert!(refused.contains(&EventType::ActivationRefused));
        let both = narrowed_by(&[("type", "ACTIVATION_REFUSED, CODE_GENERATED"), ("outcome", "refused")]);
        assert_eq!(both.unwrap().types.unwrap(), [EventType::ActivationRefused]);
        let none = narrowed_by(&[("type", "ACTIVATION_REFUSED"), ("type", "CODE_GENERATED")]);
        assert_eq!(none.unwrap().types.unwrap(), []);
    }

    #[test]
    fn an_event_is_shown_by_what_fits_it_and_hidden_by_anything_that_does_not() {
        let at: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let (event, later) = (signed_in(at), Timestamp::from_micros(at.as_micros() + 1));
        let text = |id: Uuid| crate::ApiTokenId::from_uuid(id).to_string();
        let (user, other) = (UserId::from_uuid(Uuid::from_u128(2)), Uuid::from_u128(9));
        let fitting = [
            ("type", "USER_LOGIN".to_owned()),
            ("origin", "live".to_owned()),
            ("since", at.to_string()),
            ("until", later.to_string()),
            ("user", user.to_string()),
            ("actor", text(Uuid::from_u128(4))),
        ];
        let others = [
            ("type", "USER_LOGOUT".to_owned()),
            ("severity", "MAJOR".to_owned()),
            ("outcome", "refused".to_owned()),
            ("origin", "backfill".to_owned()),
            ("since", later.to_string()),
            ("until", at.to_string()),
            ("user", UserId::from_uuid(other).to_string()),
            ("actor", text(other)),
            ("project", ProjectId::from_uuid(other).to_string()),
            ("code", CodeId::from_uuid(other).to_string()),
            ("device", DeviceId::from_uuid(other).to_string()),
        ];
        let mut all = EventFilter::default();
        assert_eq!(all.shows(&event), Ok(true), "nothing is asked");
        for (name, value) in &fitting {
            all.narrow(name, value).unwrap();
            assert_eq!(narrowed_by(&[(name, value)]).unwrap().shows(&event), Ok(true), "{name}");
        }
        assert_eq!(all.shows(&event), Ok(true));
        for (name, value) in &others {
            assert_eq!(narrowed_by(&[(name, value)]).unwrap().shows(&event), Ok(false), "{name} alone");
            let mut one_too_many = all.clone();
            one_too_many.narrow(name, value).unwrap();
            assert_eq!(one_too_many.shows(&event), Ok(false), "{name}");
        }
        let of = |id| EventFilter {
            tenant: Some(TenantId::from_uuid(Uuid::from_u128(id))),
            ..EventFilter::default()
        };
        assert_eq!((of(1).shows(&event), of(9).shows(&event)), (Ok(true), Ok(false)));
        assert_eq!(event.tenant(), Ok(of(1).tenant));
    }

    #[test]
    fn a_severity_is_of_these_types_and_of_no_others() {
        let kept = narrowed_by(&[("severity", "MAJOR")]).unwrap().types.unwrap();
        let (major, minor): (Vec<EventType>, Vec<EventType>) =
            EventType::ALL.iter().partition(|kind| kind.severity() == Severity::Major);
        assert_eq!(kept, major);
        assert!(minor.contains(&EventType::UserLogin));
    }

    #[test]
    fn nothing_is_changed_by_an_empty_value_or_another_name() {
        assert_eq!(narrowed_by(&[("severity", ""), ("colour", "red")]), Ok(EventFilter::default()));
    }

    #[test]
    fn a_wrong_value_is_said_to_be_wrong() {
        for name in ["severity", "outcome", "type", "project", "code", "device", "user", "actor", "origin"] {
            narrowed_by(&[(name, "x")]).unwrap_err();
        }
        for name in ["since", "until"] {
            narrowed_by(&[(name, "yesterday")]).unwrap_err();
        }
    }

    #[test]
    fn what_is_sought_is_known_by_its_look() {
        let (tenant, device) =
            (TenantId::from_uuid(Uuid::from_u128(7)), DeviceId::from_uuid(Uuid::from_u128(8)));
        assert_eq!(Sought::read(&format!(" {tenant} ")), Sought::Tenant(tenant));
        assert_eq!(Sought::read(&device.to_string()), Sought::Device(device));
        assert_eq!(Sought::read("code_activated"), Sought::Type(EventType::CodeActivated));
        assert_eq!(Sought::read("Acme"), Sought::Word("acme".to_owned()));
        let mut filter = EventFilter::default();
        assert!(filter.narrow_to(&Sought::Tenant(tenant)));
        assert!(!filter.narrow_to(&Sought::Tenant(TenantId::from_uuid(Uuid::nil()))));
        assert!(filter.narrow_to(&Sought::Type(EventType::CodeActivated)));
        assert!(!filter.narrow_to(&Sought::Type(EventType::CodeGenerated)));
        assert!(!filter.narrow_to(&Sought::Word("acme".to_owned())));
    }
}

//! An entry of the log as feeds show it: one sentence, who and where; entries that say the same one after the other are read as one line.

use daybook_model::{
    Actor, ActorType, RequestId, Timestamp,
    event::{EntryError, Outcome, Severity, Subjects},
};
use daybook_portal::LoggedEvent;

use crate::{locale::Locale, personal::shown};

/// A line of a feed.
pub(crate) struct EntryView {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
    /// `major` or `minor`: a class, and a shape.
    pub(crate) severity: &'static str,
    pub(crate) refused: bool,
    pub(crate) icon: &'static str,
    /// The wire name of its type.
    pub(crate) kind: &'static str,
    /// What its type is called.
    pub(crate) title: &'static str,
    pub(crate) sentence: String,
    pub(crate) actor: Noun,
    pub(crate) tenant: Option<Noun>,
    /// In which request it happened.
    pub(crate) request: Option<RequestId>,
}

/// Entries of a feed that are read as one line. Never empty; the newest first.
pub(crate) struct Run {
    pub(crate) entries: Vec<EntryView>,
}

/// How many entries that say the same are read as one line.
const FOLDED: usize = 3;

/// Something that an entry names.
pub(crate) struct Noun {
    pub(crate) text: String,
    /// The address of what it is; of the entries about it where it has no page.
    pub(crate) href: Option<String>,
}

impl EntryView {
    pub(crate) fn of(logged: &LoggedEvent, locale: Locale) -> Result<Self, EntryError> {
        let event = &logged.event;
        let spec = event.payload.event_type().spec();
        let tenant = Subjects::of(&event.payload.to_data()?)?.tenant;
        Ok(Self {
            seq: logged.seq,
            at: event.occurred_at,
            severity: if spec.severity == Severity::Major { "major" } else { "minor" },
            refused: spec.outcome == Outcome::Refused,
            icon: spec.icon,
            kind: spec.wire,
            title: spec.title,
            request: event.request.id,
            sentence: logged.description.clone(),
            actor: Noun::actor(&event.actor, locale),
            tenant: tenant.map(|tenant| Noun::new(tenant.name, format!("/tenants/{}", tenant.id))),
        })
    }

    /// The name of the text that says how severe it is.
    pub(crate) fn severity_text(&self) -> &'static str {
        match (self.refused, self.severity) {
            (true, _) => "severity-refused",
            (false, "major") => "severity-major",
            (false, _) => "severity-minor",
        }
    }
}

impl EntryView {
    /// Whether both say the same of the same: routine, or parts of one request. What was refused is never one of many.
    fn goes_with(&self, other: &Self) -> bool {
        let is_routine =
            self.severity == "minor" || (self.request.is_some() && self.request == other.request);
        let said = |entry: &Self| {
            (entry.kind, entry.actor.href.clone(), entry.tenant.as_ref().map(|of| of.href.clone()))
        };
        is_routine && !self.refused && said(self) == said(other)
    }
}

impl Run {
    /// Consecutive entries that say the same, together; those that are not many, each by itself.
    pub(crate) fn of(entries: Vec<EntryView>) -> Vec<Self> {
        let mut runs: Vec<Self> = vec![];
        for entry in entries {
            let last =
                runs.last_mut().filter(|run| run.entries.last().is_some_and(|last| last.goes_with(&entry)));
            match last {
                Some(run) => run.entries.push(entry),
                None => runs.push(Self { entries: vec![entry] }),
            }
        }
        let unfold = |run: Self| match run.entries.len() {
            ..FOLDED => run.entries.into_iter().map(|entry| Self { entries: vec![entry] }).collect(),
            _ => vec![run],
        };
        runs.into_iter().flat_map(unfold).collect()
    }

    /// The newest of them, if they are read as one line.
    pub(crate) fn folded(&self) -> Option<&EntryView> {
        self.entries.first().filter(|_| self.entries.len() > 1)
    }

    /// The oldest of them.
    pub(crate) fn oldest(&self) -> Option<&EntryView> {
        self.entries.last()
    }

    /// What they say.
    pub(crate) fn sentence(&self, locale: Locale) -> String {
        let title = self.entries.first().map_or("", |newest| newest.title);
        locale.text_with("feed-run", &[("what", title.into()), ("count", self.entries.len().into())])
    }
}

impl Noun {
    pub(super) fn new(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), href: Some(href) }
    }

    /// Who did something. A person whose name is not shown is not led to either.
    fn actor(actor: &Actor, locale: Locale) -> Self {
        let is_known = actor.name.is_some() || actor.kind == ActorType::Device;
        let page = |id: String| match actor.kind {
            ActorType::Admin | ActorType::Tenant => format!("/users/{id}"),
            ActorType::Device => format!("/devices/{id}"),
            ActorType::ApiToken | ActorType::System => format!("/events?q={id}"),
        };
        let id = actor.public_id().filter(|_| is_known);
        Self { text: actor_name(actor, locale), href: id.map(page) }
    }
}

/// Who did something: their name, the word for one that was erased, or what they are.
pub(crate) fn actor_name(actor: &Actor, locale: Locale) -> String {
    let kind = || locale.text(&format!("actor-{}", actor.kind.as_str())).into_owned();
    shown(actor.name.as_ref(), locale).unwrap_or_else(kind)
}

/// Entries under the day on which they happened, in their order.
pub(crate) fn by_day(entries: Vec<EntryView>, now: Timestamp, locale: Locale) -> Vec<(String, Vec<Run>)> {
    let mut days: Vec<(i64, Vec<EntryView>)> = vec![];
    for entry in entries {
        let day = entry.at.day();
        match days.last_mut().filter(|(last, _)| *last == day) {
            Some((_, of_day)) => of_day.push(entry),
            None => days.push((day, vec![entry])),
        }
    }
    let heading = |day: i64| {
        let date = locale.long_day(Timestamp::start_of_day(day));
        if now.day() - day == 1 { format!("{}, {date}", locale.text("yesterday")) } else { date }
    };
    days.into_iter().map(|(day, entries)| (heading(day), Run::of(entries))).collect()
}

//! `/dashboard`: figures, what happened lately, activations by day, devices by project. Everything on it is of one size of the log.

use askama::{Template, filters::Safe};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use daybook_model::{EventType, Timestamp, clock::parse_date, event::Severity};
use daybook_portal::{Distribution, LoggedEvent, Overview, OverviewQuery, PortalError, ProjectUsage, Range};
use serde::Deserialize;

use super::{
    entry::{EntryView, Run, by_day},
    guard::Viewer,
    latest::{Days, entries},
    next_steps::{Concern, Step, concerns, first_steps, quick_steps},
    panel::{Panel, panel},
    shell::{Shell, framed, rendered},
};
use crate::{
    App,
    chart::{self, Bars, Part, Series},
    locale::Locale,
    log_api::events::stream,
    problem::Problem,
};

/// How many entries the feed shows.
const NEWEST: u32 = 25;
/// How many projects the ring names.
const NAMED: u32 = 6;
/// The ranges that can be chosen, each with its days.
const RANGES: [(&str, i64); 3] = [("7d", 7), ("30d", 30), ("90d", 90)];
/// The severities that can be chosen, each with the name of its text.
pub(super) const SEVERITIES: [(&str, &str); 3] =
    [("", "severity-all"), ("MAJOR", "severity-major"), ("MINOR", "severity-minor")];
/// The figures, each with the type whose days its line shows.
const SERIES: [EventType; 6] = [
    EventType::TenantCreated,
    EventType::ProjectCreated,
    EventType::CodeGenerated,
    EventType::DeviceEnrolled,
    EventType::CodeActivated,
    EventType::ActivationRefused,
];
const SLICES: [&str; NAMED as usize] = ["s1", "s2", "s3", "s4", "s5", "s6"];
const SWATCHES: [&str; NAMED as usize] = ["c1", "c2", "c3", "c4", "c5", "c6"];

/// A number with its line.
struct Figure {
    name: &'static str,
    value: i64,
    spark: Safe<String>,
    note: String,
}

/// A project's share of all devices.
struct Share {
    name: String,
    value: i64,
    class: &'static str,
    percent: String,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    shell: Shell,
    as_of: u64,
    range: &'static str,
    ranges: [(&'static str, i64); 3],
    severity: &'static str,
    severities: [(&'static str, &'static str); 3],
    /// `&severity=…`, or nothing.
    severity_query: String,
    figures: Vec<Figure>,
    first_steps: Vec<Step>,
    quick_steps: Vec<Step>,
    concerns: Vec<Concern>,
    feed: Panel<Feed>,
    /// The place after which the live feed goes on.
    newest_place: i64,
    trend: Safe<String>,
    trend_caption: String,
    days: Vec<(String, i64, i64)>,
    /// The projects with most devices, as a ring and as a table.
    ring: Panel<(Safe<String>, Vec<Share>)>,
}

/// The newest entries.
struct Feed {
    /// Today's, which the live feed adds to.
    today: Vec<Run>,
    /// Those of the days before, under their headings.
    earlier: Days,
}

impl Feed {
    fn of(events: &[LoggedEvent], now: Timestamp, locale: Locale) -> Result<Self, PortalError> {
        let (today, earlier): (Vec<_>, Vec<_>) =
            entries(events, locale)?.into_iter().partition(|entry| entry.at.day() >= now.day());
        Ok(Self { today: Run::of(today), earlier: by_day(earlier, now, locale) })
    }

    fn is_empty(&self) -> bool {
        self.today.is_empty() && self.earlier.is_empty()
    }
}

framed!(DashboardPage);

/// What of the dashboard somebody wants to see.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    range: String,
    #[serde(default)]
    severity: String,
    after: Option<String>,
}

impl Asked {
    /// A range that can be chosen; that of 30 days for everything else.
    fn range(&self) -> (&'static str, i64) {
        RANGES.into_iter().find(|(name, _)| *name == self.range).unwrap_or(("30d", 30))
    }

    fn severity(&self) -> &'static str {
        SEVERITIES.into_iter().map(|(name, _)| name).find(|name| *name == self.severity).unwrap_or("")
    }

    /// The types of that severity; all if none is chosen.
    fn shown(&self) -> Option<Vec<EventType>> {
        let severity: Severity = self.severity().parse().ok()?;
        Some(EventType::ALL.iter().copied().filter(|kind| kind.severity() == severity).collect())
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (name, days) = asked.range();
    let today = app.portal.store().now().day();
    let range = Range { first: today - days + 1, last: today };
    let query =
        OverviewQuery { range, series: &SERIES, projects: NAMED, shown: asked.shown(), newest: NEWEST };
    let title = viewer.look.locale.text("nav-dashboard").into_owned();
    let overview = app.portal.overview(query).await?;
    let shell = Shell::at(&app, &viewer, title, overview.stats.as_of).await?;
    let page = page(&viewer, shell, &asked, (name, days), overview)?;
    Ok(rendered(StatusCode::OK, &page))
}

fn page(
    viewer: &Viewer,
    shell: Shell,
    asked: &Asked,
    (range, days): (&'static str, i64),
    overview: Overview,
) -> Result<DashboardPage, Problem> {
    let locale = shell.locale();
    let severity = asked.severity();
    let (accepted, refused): (i64, i64) =
        overview.days.iter().fold((0, 0), |(a, r), day| (a + day.activations, r + day.refusals));
    let caption = locale.text_with(
        "activations-caption",
        &[
            ("total", locale.number(accepted).into()),
            ("count", locale.number(refused).into()),
            ("days", days.into()),
        ],
    );
    let newest_place = i64::try_from(overview.stats.as_of).unwrap_or(i64::MAX) - 1;
    Ok(DashboardPage {
        as_of: overview.stats.as_of,
        range,
        ranges: RANGES,
        severity,
        severities: SEVERITIES,
        severity_query: if severity.is_empty() { String::new() } else { format!("&severity={severity}") },
        figures: figures(&overview, days, locale),
        first_steps: first_steps(viewer, &overview.stats),
        quick_steps: quick_steps(viewer),
        concerns: concerns(locale, &overview.stats),
        newest_place,
        trend: trend(&overview, &caption, locale),
        trend_caption: caption,
        days: overview
            .days
            .iter()
            .rev()
            .map(|day| (day_text(&day.date, locale), day.activations, day.refusals))
            .collect(),
        feed: panel(viewer, overview.newest.and_then(|events| Feed::of(&events, shell.now, locale)))?,
        ring: panel(viewer, overview.distribution)?.map(|of| ring(&of, locale)),
        shell,
    })
}

fn day_text(date: &str, locale: Locale) -> String {
    locale.short_day(Timestamp::start_of_day(parse_date(date).unwrap_or_default()))
}

fn figures(overview: &Overview, days: i64, locale: Locale) -> Vec<Figure> {
    let stats = &overview.stats;
    let line = |at: usize| overview.series.get(at).map_or(&[][..], Vec::as_slice);
    let sum = |at: usize| line(at).iter().sum::<i64>();
    let new = |at: usize| {
        locale.text_with("figure-new", &[("count", locale.number(sum(at)).into()), ("days", days.into())])
    };
    let in_days = || locale.text_with("figure-days", &[("days", days.into())]);
    let values = [
        ("figure-tenants", stats.tenants.total, new(0)),
        ("figure-projects", stats.projects.active, new(1)),
        ("figure-codes", stats.codes.active, new(2)),
        ("figure-devices", stats.devices.active, new(3)),
        ("figure-activations", sum(4), in_days()),
        ("figure-refused", sum(5), in_days()),
    ];
    let figure = |(at, (name, value, note))| Figure {
        name,
        value,
        spark: chart::spark(line(at), if name == "figure-refused" { "bad" } else { "" }),
        note,
    };
    values.into_iter().enumerate().map(figure).collect()
}

fn trend(overview: &Overview, caption: &str, locale: Locale) -> Safe<String> {
    let labels: Vec<String> = overview.days.iter().map(|day| day_text(&day.date, locale)).collect();
    let series = [
        Series {
            name: locale.text("accepted").into_owned(),
            class: "c1",
            values: overview.days.iter().map(|day| day.activations).collect(),
        },
        Series {
            name: locale.text("refused").into_owned(),
            class: "c3",
            values: overview.days.iter().map(|day| day.refusals).collect(),
        },
    ];
    let ticks: Vec<String> = [labels.first(), labels.last()].into_iter().flatten().cloned().collect();
    chart::bars(&Bars {
        title: &locale.text("activations"),
        description: caption,
        labels: &labels,
        series: &series,
        ticks: &ticks,
        number: &|number| locale.number(number),
    })
}

/// The projects with most devices and the rest, as a ring and as a table.
fn ring(of: &Distribution, locale: Locale) -> (Safe<String>, Vec<Share>) {
    let with_devices: Vec<&ProjectUsage> =
        of.by_project.iter().filter(|project| project.devices_active > 0).collect();
    let mut shares: Vec<(String, i64, usize)> = with_devices
        .iter()
        .enumerate()
        .map(|(at, project)| (project.name.clone(), project.devices_active, at))
        .collect();
    let rest = of.devices.active - shares.iter().map(|(_, count, _)| count).sum::<i64>();
    if rest > 0 {
        shares.push((locale.text("others").into_owned(), rest, SLICES.len()));
    }
    let parts: Vec<Part> = shares
        .iter()
        .map(|(name, value, at)| Part {
            name: name.clone(),
            value: *value,
            class: SLICES.get(*at).copied().unwrap_or("s0"),
        })
        .collect();
    let below = locale.text_with("on-projects", &[("count", of.projects.active.into())]);
    let title = locale.text("devices-by-project");
    let drawn = chart::donut(&parts, &title, &locale.number(of.devices.active), &below, &|number| {
        locale.number(number)
    });
    let share = |(name, value, at): (String, i64, usize)| {
        let thousandths = value * 1_000 / of.devices.active.max(1);
        let class = SWATCHES.get(at).copied().unwrap_or("c0");
        Share { name, value, class, percent: format!("{}.{} %", thousandths / 10, thousandths % 10) }
    };
    (drawn, shares.into_iter().map(share).collect())
}

/// The newest entries as they come, each rendered as the feed shows it.
pub(super) async fn live(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (look, shown) = (viewer.look, asked.shown());
    stream::live(&app, viewer.scope(), &headers, asked.after.as_deref(), move |logged| {
        let kind = logged.event.payload.event_type();
        if shown.as_ref().is_some_and(|shown| !shown.contains(&kind)) {
            return None;
        }
        let shell = Shell::open(logged.event.occurred_at, look, "");
        let entry = EntryView::of(logged, look.locale).ok()?;
        EntryFragment { shell, entry }.render().ok()
    })
    .await
}

/// One entry, as the feed of the page has it.
#[derive(Template)]
#[template(path = "entry.html")]
struct EntryFragment {
    shell: Shell,
    entry: EntryView,
}

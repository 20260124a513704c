//! `/analytics`: a range of days in figures and charts, each with its table. Everything on it is of one size of the log; the totals are those
//! of the dashboard.

use askama::{Template, filters::Safe};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{EventType, Timestamp, clock::parse_date};
use daybook_portal::{Course, DayCount, Insight, ProjectUsage, Range, Ranked, TenantUsage};
use serde::Deserialize;

use super::{
    guard::Viewer,
    shell::{Shell, framed, rendered},
};
use crate::{
    App,
    chart::{self, Bars, Heat, Part, Series},
    locale::Locale,
    problem::Problem,
};

/// The ranges that can be chosen, each with the name of its text and its days.
const RANGES: [(&str, &str, i64); 4] =
    [("7d", "range-7d", 7), ("30d", "range-30d", 30), ("90d", "range-90d", 90), ("1y", "range-1y", 365)];
/// From so many days on, a column is a week.
const WEEKLY: usize = 92;
/// How many tenants the stacked columns name.
const STACKED: usize = 5;
/// How many projects are ranked.
const PROJECTS: u32 = 8;
/// How many weeks the heatmap has.
const WEEKS: i64 = 52;
/// What the figures besides all entries count.
const COUNTED: [EventType; 3] =
    [EventType::CodeActivated, EventType::ActivationRefused, EventType::DeviceEnrolled];
const FIGURES: [(&str, &str); 3] =
    [("figure-activations", ""), ("figure-refused", "bad"), ("figure-enrolled", "")];
const SWATCHES: [&str; 7] = ["c1", "c2", "c3", "c4", "c5", "c6", "c0"];

/// A number of the range with its line.
struct Figure {
    name: &'static str,
    value: i64,
    spark: Safe<String>,
    note: String,
}

/// A tenant of the ranking, with what was refused to it.
struct Top {
    usage: TenantUsage,
    refusals: i64,
}

/// A name with a number, and its share as a bar.
struct Bar {
    name: String,
    count: i64,
    percent: String,
    class: &'static str,
    drawn: Safe<String>,
}

#[derive(Template)]
#[template(path = "analytics.html")]
struct AnalyticsPage {
    shell: Shell,
    range: &'static str,
    ranges: [(&'static str, &'static str, i64); 4],
    from: Timestamp,
    to: Timestamp,
    as_of: u64,
    figures: Vec<Figure>,
    /// The totals now: the name of the text, the number.
    totals: [(&'static str, i64); 4],
    trend: Safe<String>,
    trend_caption: String,
    trend_rows: Vec<(String, i64, i64)>,
    heat: Safe<String>,
    scale: Safe<String>,
    heat_caption: String,
    /// The days of a week; none before the first and after the last.
    heat_rows: Vec<(String, Vec<Option<i64>>)>,
    weekdays: Vec<String>,
    tenants: Vec<Top>,
    tenants_caption: String,
    projects: Vec<(ProjectUsage, Safe<String>)>,
    plans: Vec<Bar>,
    plan_strip: Safe<String>,
    subscriptions: [(&'static str, i64); 5],
    reasons: Vec<Bar>,
    stacked: Safe<String>,
    /// The names of its series, each with its colour.
    stacked_names: Vec<(String, &'static str)>,
    stacked_rows: Vec<(String, Vec<i64>)>,
}

framed!(AnalyticsPage);

/// Which range.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    range: String,
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let chosen = RANGES.into_iter().find(|(name, ..)| *name == asked.range);
    let (name, _, days) = chosen.unwrap_or(("30d", "range-30d", 30));
    let today = app.portal.store().now().day();
    let range = Range { first: today - days + 1, last: today };
    // The heatmap has whole weeks, but for the present one.
    let year = Range { first: today - weekday(today) - 7 * (WEEKS - 1), last: today };
    let insight = app.portal.insight(range, &COUNTED, PROJECTS, year).await?;
    let title = viewer.look.locale.text("nav-analytics").into_owned();
    let shell = Shell::at(&app, &viewer, title, insight.analytics.as_of).await?;
    Ok(rendered(StatusCode::OK, &page(shell, name, range, &insight)))
}

/// 0 for Monday.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

fn page(shell: Shell, name: &'static str, range: Range, insight: &Insight) -> AnalyticsPage {
    let (locale, of) = (shell.locale(), &insight.analytics);
    let steps = steps(&of.events_per_day, locale);
    let refused = insight.courses.get(1).map_or(0, |course| course.days.iter().sum());
    let trend_caption = locale.text_with(
        "activations-caption",
        &[
            ("total", locale.number(of.activations).into()),
            ("count", locale.number(refused).into()),
            ("days", (range.last - range.first + 1).into()),
        ],
    );
    let (stacked, stacked_names, stacked_rows) = stacked(insight, &steps, locale);
    let (plans, plan_strip) = plans(&of.plan_distribution, locale);
    AnalyticsPage {
        range: name,
        ranges: RANGES,
        from: Timestamp::start_of_day(range.first),
        to: Timestamp::start_of_day(range.last),
        as_of: of.as_of,
        figures: figures(insight, range, locale),
        totals: [
            ("figure-tenants", of.tenants.total),
            ("figure-projects", of.projects.active),
            ("figure-codes", of.codes.active),
            ("figure-devices", of.devices.active),
        ],
        trend: trend(&steps, insight, &trend_caption, locale),
        trend_rows: trend_rows(&steps, insight),
        trend_caption,
        heat: heat(&insight.year, locale),
        scale: chart::scale(),
        heat_caption: heat_caption(&insight.year, locale),
        heat_rows: heat_rows(&insight.year, locale),
        weekdays: (0..7).map(|row| locale.text(&format!("weekday-{row}")).into_owned()).collect(),
        tenants: tenants(insight),
        tenants_caption: locale.text_with(
            "top-tenants-caption",
            &[("count", of.top_tenants.len().into()), ("total", locale.number(of.tenants.total).into())],
        ),
        projects: projects(&insight.top_projects),
        plans,
        plan_strip,
        subscriptions: [
            ("subscription-trialing", of.subscriptions.trialing),
            ("subscription-active", of.subscriptions.active),
            ("subscription-past_due", of.subscriptions.past_due),
            ("subscription-suspended", of.subscriptions.suspended),
            ("subscription-canceled", of.subscriptions.canceled),
        ],
        reasons: reasons(&of.refusal_reasons, locale),
        stacked,
        stacked_names,
        stacked_rows,
        shell,
    }
}

fn start(date: &str) -> Timestamp {
    Timestamp::start_of_day(parse_date(date).unwrap_or_default())
}

/// The columns of a range: how many days each has, and its label. Days, or weeks that end with the range.
fn steps(days: &[DayCount], locale: Locale) -> Vec<(usize, String)> {
    let label =
        |of: &[DayCount]| of.first().map(|day| locale.short_day(start(&day.date))).unwrap_or_default();
    if days.len() <= WEEKLY {
        return days.chunks(1).map(|of| (1, label(of))).collect();
    }
    let (rest, weeks) = days.split_at(days.len() % 7);
    let rest = (!rest.is_empty()).then_some(rest);
    rest.into_iter().chain(weeks.chunks(7)).map(|of| (of.len(), label(of))).collect()
}

/// The numbers of days, added up for each column.
fn added(days: &[i64], steps: &[(usize, String)]) -> Vec<i64> {
    let mut days = days.iter();
    steps.iter().map(|(count, _)| days.by_ref().take(*count).sum()).collect()
}

fn figures(insight: &Insight, range: Range, locale: Locale) -> Vec<Figure> {
    let days = range.last - range.first + 1;
    let figure = |(name, class), course: &Course| Figure {
        name,
        value: course.days.iter().sum(),
        spark: chart::spark(&course.days, class),
        note: locale.text_with(
            "figure-before",
            &[("count", locale.number(course.before).into()), ("days", days.into())],
        ),
    };
    let all = figure(("figure-entries", ""), &insight.entries);
    let counted = FIGURES.into_iter().zip(&insight.courses).map(|(of, course)| figure(of, course));
    std::iter::once(all).chain(counted).collect()
}

/// What stands below columns: the first and the last, and some between.
fn ticks(steps: &[(usize, String)]) -> Vec<String> {
    let last = steps.len().saturating_sub(1);
    let mut places: Vec<usize> = (0..5).map(|quarter| last * quarter / 4).collect();
    places.dedup();
    places.into_iter().filter_map(|at| steps.get(at)).map(|(_, label)| label.clone()).collect()
}

/// Accepted and refused activations, added up for each column.
fn accepted_and_refused(steps: &[(usize, String)], insight: &Insight) -> [Vec<i64>; 2] {
    let days = |of: fn(&DayCount) -> i64| insight.analytics.events_per_day.iter().map(of).collect::<Vec<_>>();
    [added(&days(|day| day.activations), steps), added(&days(|day| day.refusals), steps)]
}

fn trend(steps: &[(usize, String)], insight: &Insight, caption: &str, locale: Locale) -> Safe<String> {
    let labels: Vec<String> = steps.iter().map(|(_, label)| label.clone()).collect();
    let [accepted, refused] = accepted_and_refused(steps, insight);
    let series = [
        Series { name: locale.text("accepted").into_owned(), class: "c1", values: accepted },
        Series { name: locale.text("refused").into_owned(), class: "c3", values: refused },
    ];
    chart::bars(&Bars {
        title: &locale.text("activations"),
        description: caption,
        labels: &labels,
        series: &series,
        ticks: &ticks(steps),
        number: &|number| locale.number(number),
    })
}

fn trend_rows(steps: &[(usize, String)], insight: &Insight) -> Vec<(String, i64, i64)> {
    let [accepted, refused] = accepted_and_refused(steps, insight);
    let rows = steps.iter().zip(accepted.into_iter().zip(refused));
    rows.rev().map(|((_, label), (accepted, refused))| (label.clone(), accepted, refused)).collect()
}

fn heat(year: &[DayCount], locale: Locale) -> Safe<String> {
    let values: Vec<i64> = year.iter().map(|day| day.events).collect();
    let label = |day: &DayCount| {
        let entries = locale.text_with("log-entries", &[("count", day.events.into())]);
        format!("{}\n{entries}", locale.long_day(start(&day.date)))
    };
    let labels: Vec<String> = year.iter().map(label).collect();
    let rows: Vec<String> = (0..7).map(|row| locale.text(&format!("wday-{row}")).into_owned()).collect();
    let rows: Vec<String> = rows
        .into_iter()
        .enumerate()
        .map(|(row, name)| if row % 2 == 0 { name } else { String::new() })
        .collect();
    let first_of_month = |(index, day): (usize, &DayCount)| {
        let (month, day_of_month) = day.date.split_once('-')?.1.split_once('-')?;
        let month = month.trim_start_matches('0');
        (day_of_month == "01").then(|| (index, locale.text(&format!("mon-{month}")).into_owned()))
    };
    let months: Vec<_> = year.iter().enumerate().filter_map(first_of_month).collect();
    let title = locale.text("entries-by-day");
    chart::heat(&Heat {
        title: &title,
        lead: 0,
        values: &values,
        labels: &labels,
        rows: &rows,
        months: &months,
    })
}

fn heat_caption(year: &[DayCount], locale: Locale) -> String {
    let total: i64 = year.iter().map(|day| day.events).sum();
    let busiest = year.iter().max_by_key(|day| day.events);
    let (name, count) =
        busiest.map_or_else(Default::default, |day| (locale.day(start(&day.date)), day.events));
    locale.text_with(
        "heat-caption",
        &[
            ("total", locale.number(total).into()),
            ("count", locale.number(count).into()),
            ("name", name.into()),
        ],
    )
}

fn heat_rows(year: &[DayCount], locale: Locale) -> Vec<(String, Vec<Option<i64>>)> {
    let row = |week: &[DayCount]| {
        let name = week.first().map(|day| locale.day(start(&day.date))).unwrap_or_default();
        let mut days: Vec<Option<i64>> = week.iter().map(|day| Some(day.events)).collect();
        days.resize(7, None);
        (name, days)
    };
    year.chunks(7).rev().map(row).collect()
}

fn tenants(insight: &Insight) -> Vec<Top> {
    let ranked = insight.analytics.top_tenants.iter().zip(&insight.by_tenant);
    ranked.map(|(usage, course)| Top { usage: usage.clone(), refusals: course.refusals }).collect()
}

fn projects(top: &[ProjectUsage]) -> Vec<(ProjectUsage, Safe<String>)> {
    let most = top.iter().map(|project| project.devices_active).max().unwrap_or(0);
    let with_devices = top.iter().filter(|project| project.devices_active > 0);
    with_devices.map(|project| (project.clone(), chart::meter(project.devices_active, most, ""))).collect()
}

/// Part of a whole, to a tenth of a percent.
fn percent(part: i64, whole: i64) -> String {
    let thousandths = part * 1_000 / whole.max(1);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The plans with most tenants first, as a strip and as a table; those beyond the colours are grey.
fn plans(distribution: &[Ranked], locale: Locale) -> (Vec<Bar>, Safe<String>) {
    let total: i64 = distribution.iter().map(|plan| plan.count).sum();
    let mut sorted = distribution.to_vec();
    sorted.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    let class = |at: usize| SWATCHES.get(at).copied().unwrap_or("c0");
    let parts: Vec<Part> = sorted
        .iter()
        .enumerate()
        .map(|(at, plan)| Part { name: plan.name.clone(), value: plan.count, class: class(at) })
        .collect();
    let strip = chart::strip(&parts, &locale.text("tenants-by-plan"), &|number| locale.number(number));
    let bar = |(at, plan): (usize, Ranked)| Bar {
        percent: percent(plan.count, total),
        drawn: chart::meter(plan.count, total, ""),
        name: plan.name,
        count: plan.count,
        class: class(at),
    };
    (sorted.into_iter().enumerate().map(bar).collect(), strip)
}

fn reasons(ranked: &[Ranked], locale: Locale) -> Vec<Bar> {
    let total: i64 = ranked.iter().map(|reason| reason.count).sum();
    let most = ranked.iter().map(|reason| reason.count).max().unwrap_or(0);
    let bar = |reason: &Ranked| Bar {
        name: locale.text(&format!("refused-{}", reason.name)).into_owned(),
        count: reason.count,
        percent: percent(reason.count, total),
        class: "c3",
        drawn: chart::meter(reason.count, most, "warn"),
    };
    ranked.iter().map(bar).collect()
}

type Stacked = (Safe<String>, Vec<(String, &'static str)>, Vec<(String, Vec<i64>)>);

/// Accepted activations of the tenants with most devices, and of all others, for each column.
fn stacked(insight: &Insight, steps: &[(usize, String)], locale: Locale) -> Stacked {
    let of = &insight.analytics;
    let ranked = of.top_tenants.iter().zip(&insight.by_tenant).zip(SWATCHES).take(STACKED);
    let mut series: Vec<Series> = ranked
        .map(|((usage, course), class)| Series {
            name: usage.tenant.name.clone(),
            class,
            values: added(&course.activations, steps),
        })
        .collect();
    let [all, _] = accepted_and_refused(steps, insight);
    let named = |at: usize| series.iter().filter_map(|one| one.values.get(at)).sum::<i64>();
    let rest: Vec<i64> = all.iter().enumerate().map(|(at, all)| all - named(at)).collect();
    if rest.iter().any(|count| *count != 0) {
        series.push(Series { name: locale.text("others").into_owned(), class: "c0", values: rest });
    }
    let labels: Vec<String> = steps.iter().map(|(_, label)| label.clone()).collect();
    let drawn = chart::bars(&Bars {
        title: &locale.text("activations-by-tenant"),
        description: &locale.text("activations-by-tenant-text"),
        labels: &labels,
        series: &series,
        ticks: &ticks(steps),
        number: &|number| locale.number(number),
    });
    let value = |at: usize| series.iter().map(|one| one.values.get(at).copied().unwrap_or(0)).collect();
    let rows = labels.iter().enumerate().rev().map(|(at, label)| (label.clone(), value(at))).collect();
    (drawn, series.iter().map(|one| (one.name.clone(), one.class)).collect(), rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: i64) -> Vec<DayCount> {
        let day = |day: i64| DayCount {
            date: daybook_model::clock::date_text(20_000 + day),
            events: day,
            activations: 0,
            refusals: 0,
        };
        (0..count).map(day).collect()
    }

    #[test]
    fn columns_are_days_or_weeks_and_lose_nothing() {
        for (count, columns) in [(0, 0), (7, 7), (90, 90), (364, 52), (365, 53)] {
            let days = days(count);
            let steps = steps(&days, Locale::English);
            assert_eq!(steps.len(), columns, "{count} days");
            let values: Vec<i64> = days.iter().map(|day| day.events).collect();
            assert_eq!(
                added(&values, &steps).iter().sum::<i64>(),
                values.iter().sum::<i64>(),
                "{count} days"
            );
            assert!(ticks(&steps).len() <= 5);
        }
    }

    #[test]
    fn every_reason_of_a_refusal_has_words() {
        for reason in daybook_model::activation::RefusalReason::ALL {
            let name = format!("refused-{reason}");
            for (locale, _) in Locale::ALL {
                assert_ne!(locale.text(&name), name, "{}", locale.tag());
            }
        }
    }
}

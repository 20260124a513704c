//! Figures as they are printed: each beside its aim, and beside what it was at the first size.

use std::{collections::BTreeMap, time::Duration};

use daybook_testkit::figures::{millis, percentile};

/// What a figure is to be.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
    /// It is stated, no more.
    Stated,
}

/// Figures by their names.
pub(crate) type Figures = BTreeMap<String, f64>;

/// The figures of one size.
pub(crate) struct Table {
    first: Option<Figures>,
    own: Figures,
    held_back: Vec<(String, f64, &'static str, Aim)>,
}

impl Table {
    pub(crate) fn new(first: Option<Figures>) -> Self {
        Self { first, own: Figures::new(), held_back: vec![] }
    }

    /// What later sizes are compared with.
    pub(crate) fn first(self) -> Figures {
        self.first.unwrap_or(self.own)
    }

    pub(crate) fn head(&mut self) {
        println!("{:<68}{:>12}{:>14}{:>12}  verdict", "", "", "aim", "of first");
        for (name, value, unit, aim) in std::mem::take(&mut self.held_back) {
            self.line(&name, value, unit, aim);
        }
    }

    /// A line that is printed below the head.
    pub(crate) fn hold(&mut self, name: &str, value: f64, unit: &'static str, aim: Aim) {
        self.held_back.push((name.to_owned(), value, unit, aim));
    }

    pub(crate) fn line(&mut self, name: &str, value: f64, unit: &str, aim: Aim) {
        let (sign, limit, verdict) = match aim {
            Aim::AtMost(limit) => ("≤", Some(limit), if value <= limit { "reached" } else { "missed" }),
            Aim::AtLeast(limit) => ("≥", Some(limit), if value >= limit { "reached" } else { "missed" }),
            Aim::Stated => ("", None, "stated"),
        };
        let aim = limit.map(|limit| format!("{sign} {limit}")).unwrap_or_default();
        let before = self.first.as_ref().and_then(|first| first.get(name));
        let ratio = before.map(|before| format!("{:.0} %", 100.0 * value / before)).unwrap_or_default();
        println!("{name:<68}{value:>12.2}{aim:>14}{ratio:>12}  {verdict} ({unit})");
        self.own.insert(name.to_owned(), value);
    }

    /// Median, and 99th percentile beside its aim, of calls one after the other.
    pub(crate) fn calls(&mut self, name: &str, took: Vec<Duration>, aim: Aim) {
        let mut took: Vec<u64> = took.iter().map(|took| took.as_micros() as u64).collect();
        took.sort_unstable();
        self.line(&format!("{name} p50"), millis(percentile(&took, 0.5)), "ms", Aim::Stated);
        self.line(&format!("{name} p99"), millis(percentile(&took, 0.99)), "ms", aim);
    }
}

//! Charts as SVG, drawn here: lengths in attributes, colours in classes, so that they follow the theme, print, and need no script. Each has
//! a table beside it. Must not read data: values come in, markup goes out.

use std::fmt::{self, Write as _};

use askama::filters::{Html, Safe, escape};

/// Values of one kind, beside others.
pub(crate) struct Series {
    pub(crate) name: String,
    /// The class that gives it its colour.
    pub(crate) class: &'static str,
    pub(crate) values: Vec<i64>,
}

/// Columns that stand on each other, one per label.
pub(crate) struct Bars<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) labels: &'a [String],
    pub(crate) series: &'a [Series],
    /// Shown below, from the first to the last.
    pub(crate) ticks: &'a [String],
    /// How a number is written.
    pub(crate) number: &'a dyn Fn(i64) -> String,
}

/// A part of a whole.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: i64,
    pub(crate) class: &'static str,
}

/// As text within an element or an attribute.
fn text(raw: &str) -> String {
    escape(raw, Html).map(|escaped| escaped.to_string()).unwrap_or_default()
}

/// A number with at most two decimals, none that say nothing.
struct Length {
    hundredths: i64,
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a drawing")]
fn length(value: f64) -> Length {
    Length { hundredths: (value * 100.0).round() as i64 }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, hundredths) = (if self.hundredths < 0 { "-" } else { "" }, self.hundredths.unsigned_abs());
        write!(f, "{sign}{}", hundredths / 100)?;
        match hundredths % 100 {
            0 => Ok(()),
            tenths if tenths % 10 == 0 => write!(f, ".{}", tenths / 10),
            rest => write!(f, ".{rest:02}"),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on a drawing")]
fn place(value: i64) -> f64 {
    value as f64
}

fn at(index: usize) -> f64 {
    place(i64::try_from(index).unwrap_or(0))
}

/// The smallest comfortable top of an axis that holds `max` and divides by four.
pub(crate) fn axis_top(max: i64) -> i64 {
    const STEPS: [i64; 11] = [4, 8, 12, 16, 20, 24, 32, 40, 60, 80, 100];
    let mut scale = 1_i64;
    loop {
        if let Some(top) = STEPS.iter().map(|step| step.saturating_mul(scale)).find(|top| *top >= max) {
            return top;
        }
        scale = scale.saturating_mul(10);
    }
}

/// A line without an axis: whether it rises. Hidden from those who do not see; a number stands beside it.
pub(crate) fn spark(values: &[i64], class: &str) -> Safe<String> {
    let (low, high) = values.iter().fold((0, 1), |(low, high), value| (low.min(*value), high.max(*value)));
    let last = at(values.len().max(2) - 1);
    let mut line = String::new();
    for (index, value) in values.iter().enumerate() {
        let (x, y) = (100.0 * at(index) / last, 26.0 - 24.0 * place(value - low) / place(high - low));
        let _ = write!(line, "{}{} {}", if index == 0 { "M" } else { " L" }, length(x), length(y));
    }
    Safe(format!(
        r#"<svg class="spark {class}" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true"><path class="a" d="{line} L100 28 L0 28Z"/><path class="l" d="{line}"/></svg>"#
    ))
}

/// Stacked columns. The plot stretches; labels are text, so their size never scales.
pub(crate) fn bars(chart: &Bars<'_>) -> Safe<String> {
    plot(chart, "plot")
}

/// The same, not as high: above a list that is what the page is about.
pub(crate) fn low_bars(chart: &Bars<'_>) -> Safe<String> {
    plot(chart, "plot short")
}

fn plot(chart: &Bars<'_>, class: &str) -> Safe<String> {
    let count = chart.labels.len();
    let sum = |index: usize| chart.series.iter().filter_map(|series| series.values.get(index)).sum::<i64>();
    let top = axis_top((0..count).map(sum).max().unwrap_or(0));
    let width = count * 10;
    let mut out = format!(r#"<div class="{class}"><div class="y" aria-hidden="true">"#);
    for quarter in (0..5).rev() {
        let _ = write!(out, "<span>{}</span>", (chart.number)(top * quarter / 4));
    }
    let _ = write!(
        out,
        r#"</div><svg viewBox="0 0 {width} 100" preserveAspectRatio="none" role="img" tabindex="0" aria-label="{}. {}">"#,
        text(chart.title),
        text(chart.description)
    );
    for quarter in 0..5 {
        let class = if quarter == 4 { "g base" } else { "g" };
        let y = quarter * 25;
        let _ = write!(out, r#"<line class="{class}" x1="0" x2="{width}" y1="{y}" y2="{y}"/>"#);
    }
    for index in 0..count {
        column(&mut out, chart, index, top);
    }
    for index in 0..count {
        reading(&mut out, chart, index);
    }
    out.push_str(r#"</svg><div class="x" aria-hidden="true">"#);
    for tick in chart.ticks {
        let _ = write!(out, "<span>{}</span>", text(tick));
    }
    Safe(out + "</div></div>")
}

fn column(out: &mut String, chart: &Bars<'_>, index: usize, top: i64) {
    let mut y = 100.0;
    for (number, series) in chart.series.iter().enumerate() {
        let value = series.values.get(index).copied().unwrap_or(0);
        if value > 0 {
            let height = 100.0 * place(value) / place(top);
            y -= height;
            let gap = if number > 0 { 0.8 } else { 0.0 };
            let _ = write!(
                out,
                r#"<rect class="{}" x="{}" y="{}" width="6.4" height="{}"/>"#,
                series.class,
                length(at(index) * 10.0 + 1.8),
                length(y),
                length((height - gap).max(0.6))
            );
        }
    }
}

/// What the pointer and the arrow keys read.
fn reading(out: &mut String, chart: &Bars<'_>, index: usize) {
    let mut tip = chart.labels.get(index).map(|label| text(label)).unwrap_or_default();
    for series in chart.series {
        let value = series.values.get(index).copied().unwrap_or(0);
        let _ = write!(tip, "\n{}: {}", text(&series.name), (chart.number)(value));
    }
    let _ =
        write!(out, r#"<rect class="hit" x="{}" y="0" width="10" height="100" data-t="{tip}"/>"#, index * 10);
}

/// Parts of a whole as a ring, with a number in its middle.
pub(crate) fn donut(
    parts: &[Part],
    title: &str,
    centre: &str,
    below: &str,
    number: &dyn Fn(i64) -> String,
) -> Safe<String> {
    let total: i64 = parts.iter().map(|part| part.value).sum();
    let round = 2.0 * std::f64::consts::PI * 42.0;
    let mut so_far = 0.0;
    let mut out = format!(r#"<svg viewBox="0 0 100 100" role="img" aria-label="{}">"#, text(title));
    for part in parts {
        let arc = round * place(part.value) / place(total.max(1));
        let _ = write!(
            out,
            r#"<circle class="{}" cx="50" cy="50" r="42" stroke-dasharray="{} {}" stroke-dashoffset="{}" transform="rotate(-90 50 50)" data-t="{}&#10;{}"/>"#,
            part.class,
            length((arc - 1.6).max(0.5)),
            length(round),
            length(-so_far),
            text(&part.name),
            number(part.value),
        );
        so_far += arc;
    }
    let _ = write!(
        out,
        r#"<text x="50" y="52">{}</text><text class="sm" x="50" y="62.5">{}</text></svg>"#,
        text(centre),
        text(below)
    );
    Safe(out)
}

/// How much of a whole, as a bar. Hidden from those who do not see; the numbers stand beside it.
pub(crate) fn meter(part: i64, whole: i64, class: &str) -> Safe<String> {
    let percent = 100.0 * place(part) / place(whole.max(1));
    let width = length(percent.clamp(0.0, 100.0));
    Safe(format!(
        r#"<svg class="bar {class}" aria-hidden="true"><rect width="{width}%" height="100%"/></svg>"#
    ))
}

/// Parts of a whole beside each other.
pub(crate) fn strip(parts: &[Part], title: &str, number: &dyn Fn(i64) -> String) -> Safe<String> {
    let total: i64 = parts.iter().map(|part| part.value).sum();
    let mut out = format!(
        r#"<svg class="plans" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" tabindex="0" aria-label="{}">"#,
        text(title)
    );
    let mut so_far = 0.0;
    for part in parts.iter().filter(|part| part.value > 0) {
        let width = 100.0 * place(part.value) / place(total.max(1));
        let _ = write!(
            out,
            r#"<rect class="{}" x="{}" y="0" width="{}" height="10" data-t="{}&#10;{}"/>"#,
            part.class,
            length(so_far),
            length((width - 0.3).max(0.3)),
            text(&part.name),
            number(part.value)
        );
        so_far += width;
    }
    Safe(out + "</svg>")
}

/// Days as squares, a column for each week: the more, the darker.
pub(crate) struct Heat<'a> {
    pub(crate) title: &'a str,
    /// The row of the first day: 0 for the first of the week.
    pub(crate) lead: usize,
    pub(crate) values: &'a [i64],
    /// What is read of each day.
    pub(crate) labels: &'a [String],
    /// The names of the rows; an empty one is not written.
    pub(crate) rows: &'a [String],
    /// Where a month begins, and its name.
    pub(crate) months: &'a [(usize, String)],
}

/// How many in a hundred days are below each shade but the lightest.
const SHADES: [usize; 5] = [16, 36, 56, 76, 93];

/// The values above which a day is a shade darker: as many days in each as [`SHADES`] says.
fn thresholds(values: &[i64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    SHADES.iter().map(|share| sorted.get(sorted.len() * share / 100).copied().unwrap_or(0)).collect()
}

/// The days of a heatmap, in a box that scrolls sideways.
pub(crate) fn heat(chart: &Heat<'_>) -> Safe<String> {
    const CELL: f64 = 13.4;
    const LEFT: f64 = 26.0;
    const ABOVE: f64 = 14.0;
    const SCALE: f64 = 1.48;
    let (thresholds, weeks) = (thresholds(chart.values), (chart.values.len() + chart.lead).div_ceil(7));
    let (width, height) = (LEFT + at(weeks) * CELL, ABOVE + 7.0 * CELL);
    let mut out = format!(
        r#"<svg width="{}" height="{}" viewBox="0 0 {} {}" role="img" tabindex="0" aria-label="{}">"#,
        length(width * SCALE),
        length(height * SCALE),
        length(width),
        length(height),
        text(chart.title)
    );
    for (row, name) in chart.rows.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let _ =
            write!(out, r#"<text x="0" y="{}">{}</text>"#, length(ABOVE + at(row) * CELL + 9.0), text(name));
    }
    let column = |index: usize| LEFT + at((index + chart.lead) / 7) * CELL;
    let mut free_from = 0.0;
    for (index, name) in chart.months {
        let x = column(*index);
        // Two names do not fit upon each other.
        if x >= free_from {
            let _ = write!(out, r#"<text x="{}" y="9">{}</text>"#, length(x), text(name));
            free_from = x + 24.0;
        }
    }
    for (index, value) in chart.values.iter().enumerate() {
        let shade = thresholds.iter().filter(|threshold| value > threshold).count();
        let (x, y) = (column(index), ABOVE + at((index + chart.lead) % 7) * CELL);
        let label = chart.labels.get(index).map(|label| text(label)).unwrap_or_default();
        let _ = write!(
            out,
            r#"<rect class="q{shade}" x="{}" y="{}" width="11" height="11" data-t="{label}"/>"#,
            length(x),
            length(y)
        );
    }
    Safe(out + "</svg>")
}

/// The shades of a heatmap, from the fewest to the most.
pub(crate) fn scale() -> Safe<String> {
    let mut out = String::from(r#"<svg viewBox="0 0 68 11" aria-hidden="true">"#);
    for shade in 0..=SHADES.len() {
        let x = length(at(shade) * 11.4);
        let _ = write!(out, r#"<rect class="q{shade}" x="{x}" width="10" height="11" rx="2"/>"#);
    }
    Safe(out + "</svg>")
}

/// A square in the colour of a series.
pub(crate) fn swatch(class: &str) -> Safe<String> {
    Safe(format!(
        r#"<svg class="sw" viewBox="0 0 10 10" aria-hidden="true"><rect class="{class}" width="10" height="10" rx="2"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_an_axis_holds_the_highest_value_and_divides_by_four() {
        for max in [0, 1, 4, 5, 99, 101, 12_345, 9_999_999] {
            let top = axis_top(max);
            assert!(top >= max && top % 4 == 0 && top <= 4.max(max * 2), "{max}: {top}");
        }
        assert_eq!(axis_top(i64::MAX), i64::MAX);
    }

    #[test]
    fn a_length_has_no_decimals_that_say_nothing() {
        let lengths = [0.0, -0.001, 3.0, 0.5, 10.25, 10.05, -1.999, -0.3, 1234.567];
        let written = lengths.map(|value| length(value).to_string());
        assert_eq!(written, ["0", "0", "3", "0.5", "10.25", "10.05", "-2", "-0.3", "1234.57"]);
    }

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        let series = [Series { name: "<b>".to_owned(), class: "c1", values: vec![1, 0, 3] }];
        let labels = ["\"><img>".to_owned(), String::new(), "c".to_owned()];
        let number = |value: i64| value.to_string();
        let chart = Bars {
            title: "<i>",
            description: "\"",
            labels: &labels,
            series: &series,
            ticks: &labels,
            number: &number,
        };
        let part = Part { name: "<img src=x>".to_owned(), value: 3, class: "s1" };
        let drawn = bars(&chart).0 + &donut(&[part], "<", "<", "<", &number).0;
        for markup in ["<b>", "<img", "<i>"] {
            assert!(!drawn.contains(markup), "{drawn}");
        }
        assert_eq!(bars(&chart).0.matches("class=\"c1\"").count(), 2, "a day without anything has no column");
        assert_eq!(bars(&chart).0.matches("class=\"hit\"").count(), 3, "and can be read all the same");
    }

    #[test]
    fn a_day_is_as_dark_as_it_is_busy() {
        let values: Vec<i64> = (0..100).collect();
        let labels: Vec<String> = values.iter().map(|value| format!("day {value}")).collect();
        let heatmap = |values: &[i64], months: &[(usize, String)]| {
            let rows = ["Mon".to_owned(), String::new()];
            heat(&Heat { title: "<i>", lead: 3, values, labels: &labels, rows: &rows, months }).0
        };
        let drawn = heatmap(&values, &[(0, "Nov".to_owned()), (1, "<b>".to_owned()), (30, "Dec".to_owned())]);
        let of_shade: Vec<usize> =
            (0..6).map(|shade| drawn.matches(&format!("class=\"q{shade}\"")).count()).collect();
        assert_eq!(of_shade, [17, 20, 20, 20, 17, 6], "as many days in each shade as the scale says");
        assert!(
            drawn.contains(r#"<rect class="q0" x="26" y="54.2" width="11" height="11" data-t="day 0"/>"#)
        );
        assert!(
            drawn.contains(r#"x="39.4" y="14" width="11" height="11" data-t="day 4"/>"#),
            "the next week"
        );
        assert_eq!((drawn.matches("<text").count(), drawn.contains("&#60;i&#62;")), (3, true), "{drawn}");
        assert_eq!(
            heatmap(&[0; 10], &[]).matches("class=\"q0\"").count(),
            10,
            "no day is busy where none is"
        );
        assert!(!heatmap(&[], &[]).contains("NaN"));
    }

    #[test]
    fn bars_and_strips_are_as_long_as_their_share() {
        for (part, whole, width) in
            [(0, 10, "0%"), (5, 10, "50%"), (30, 10, "100%"), (1, 0, "100%"), (1, 3, "33.33%")]
        {
            assert!(
                meter(part, whole, "warn").0.contains(&format!("width=\"{width}\"")),
                "{part} of {whole}"
            );
        }
        let part = |name: &str, value| Part { name: name.to_owned(), value, class: "c1" };
        let drawn =
            strip(&[part("<b>", 1), part("none", 0), part("c", 3)], "\"", &|value| value.to_string()).0;
        assert_eq!(drawn.matches("<rect").count(), 2, "nothing is drawn of what there is nothing of");
        assert!(drawn.contains(r#"x="25" y="0" width="74.7""#) && !drawn.contains("<b>"), "{drawn}");
        assert!(!strip(&[], "", &|value| value.to_string()).0.contains("NaN"));
    }

    #[test]
    fn a_line_of_nothing_is_a_line() {
        for values in [&[][..], &[0], &[0, 0], &[5, 3, 9]] {
            let drawn = spark(values, "").0;
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }
}

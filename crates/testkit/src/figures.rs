//! Medians, percentiles, and how figures are written.

/// The value below which this part of the sorted values lies; 0 if there are none.
pub fn percentile(sorted: &[u64], part: f64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into a few hundred thousand values"
    )]
    let at = (part * sorted.len() as f64) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The middle one of some values; 0 if there are none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (Some(before), Some(at)) if values.len().is_multiple_of(2) => f64::midpoint(*before, *at),
        (_, Some(at)) => *at,
        _ => 0.0,
    }
}

/// Microseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of one run")]
pub fn millis(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}

/// A whole number in groups of three digits.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

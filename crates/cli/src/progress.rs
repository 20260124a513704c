//! Progress bars, on a terminal only. Must not say anything that matters: nobody may be looking.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{flag::Verbosity, settings::Settings};

/// A bar for work of `total` steps, hidden unless a person looks at stderr.
pub(crate) fn bar(settings: &Settings, what: &'static str, total: u64) -> ProgressBar {
    let shown = stderr().is_terminal() && settings.verbosity > Verbosity::Quiet;
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(total), target).with_message(what);
    // The template is a constant that the tests have seen; without it the bar has its usual look.
    match ProgressStyle::with_template("{msg:>12} {bar:30} {human_pos}/{human_len} {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

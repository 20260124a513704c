//! The steps of a run, their time and their outcome, for the summary at its end.

use std::time::{Duration, Instant};

use anyhow::Result;

struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

/// What has been run so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

impl Steps {
    /// Runs one step and remembers how long it took and whether it passed.
    pub(crate) fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let outcome = step();
        self.done.push(Step { name, took: started.elapsed(), passed: outcome.is_ok() });
        outcome
    }

    /// One line per step and the total.
    pub(crate) fn summary(&self) -> String {
        let mut lines: Vec<String> = self.done.iter().map(Step::line).collect();
        let total: Duration = self.done.iter().map(|step| step.took).sum();
        lines.push(format!("{:<24} {:>8.1} s", "total", total.as_secs_f64()));
        lines.join("\n")
    }
}

impl Step {
    fn line(&self) -> String {
        let outcome = if self.passed { "ok" } else { "FAILED" };
        format!("{:<24} {:>8.1} s  {outcome}", self.name, self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_failed_step_is_reported_and_passed_on() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Ok(7)).unwrap(), 7);
        steps.run("second", || Err::<(), _>(anyhow!("broken"))).unwrap_err();
        let summary = steps.summary();
        let lines: Vec<&str> = summary.lines().collect();
        assert_eq!(lines.len(), 3, "{summary}");
        assert!(lines[0].starts_with("first") && lines[0].ends_with("ok"), "{summary}");
        assert!(lines[1].starts_with("second") && lines[1].ends_with("FAILED"), "{summary}");
        assert!(lines[2].starts_with("total"), "{summary}");
    }
}

//! `cargo xtask screenshots`: the pictures of `docs/images`, made of a demo whose clock stands and that draws nothing by chance, so that two
//! runs on one machine give the same files.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{chromium, output, process, steps::Steps};

/// When the year of the demo ends. Another moment is another story.
const AT: &str = "2026-03-18T15:20:00Z";
/// Where it is served: some pages show the address.
const LISTEN: &str = "127.0.0.1:8499";
/// Where the pictures go.
const FOLDER: &str = "docs/images";

/// Makes them anew, and prints a summary, also when a step fails.
pub(crate) fn run(repository: &Path) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = pictures(repository, &mut steps);
    output::line(&format!("\n{}", steps.summary()));
    outcome
}

fn pictures(repository: &Path, steps: &mut Steps) -> Result<()> {
    let folder = repository.join(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("making the folder {FOLDER}"))?;
    let cargo = |words: &[&str]| {
        let mut cargo = process::cargo();
        cargo.current_dir(repository).args(words);
        cargo
    };
    let browser = ["test", "-p", "daybook-http", "--test", "browser"];
    steps.run("browser: find", chromium::find_or_install)?;
    steps.run("build", || {
        process::stream(&mut cargo(&["build", "-p", "daybook"]))?;
        process::stream(cargo(&browser).arg("--no-run"))
    })?;
    let mut demo = steps.run("demo: fill", || {
        Demo::start(cargo(&["run", "-q", "-p", "daybook", "--", "demo", "--at", AT, "--listen", LISTEN]))
    })?;
    let outcome = steps.run("pictures", || {
        let taken = ["--", "--ignored", "--exact", "pictures::of_the_demo"];
        process::stream(
            cargo(&browser)
                .args(taken)
                .env("DAYBOOK_PICTURES", &folder)
                .env("DAYBOOK_DEMO_AT", AT)
                .envs(&demo.says),
        )
    });
    // The demo goes before the outcome is looked at: a failure must not leave it behind.
    let stopped = steps.run("demo: stop", || demo.stop());
    outcome.and(stopped)
}

/// A demo that is served.
struct Demo {
    process: Child,
    /// What it says of itself, by the names under which the pictures' test reads it.
    says: HashMap<&'static str, String>,
}

impl Demo {
    /// Starts one and waits until it says who can sign in.
    fn start(mut command: Command) -> Result<Self> {
        output::note("filling the demo takes about a minute");
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("the demo says nothing")?;
        let mut demo = Self { process, says: HashMap::new() };
        for line in BufReader::new(stdout).lines() {
            demo.says.extend(read(&line?));
            if demo.says.len() == 3 {
                return Ok(demo);
            }
        }
        // It has ended: its complaint was seen.
        demo.process.wait()?;
        anyhow::bail!("the demo did not say who can sign in; is {LISTEN} taken?")
    }

    /// Ends it as people do, so that it takes its folder with it.
    fn stop(&mut self) -> Result<()> {
        process::read(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        self.process.wait()?;
        Ok(())
    }
}

/// What a line of the demo says that pictures need.
fn read(line: &str) -> Option<(&'static str, String)> {
    let line = line.trim();
    if line.starts_with("http://") {
        return Some(("DAYBOOK_DEMO_URL", line.to_owned()));
    }
    for (before, name) in
        [("each with the password ", "DAYBOOK_DEMO_PASSWORD"), (" of tenant ", "DAYBOOK_DEMO_TENANT")]
    {
        if let Some((_, value)) = line.split_once(before) {
            return Some((name, value.trim_end_matches(':').to_owned()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demo_prints_is_read() {
        let printed = "
  http://127.0.0.1:8499

  People, each with the password abcdefgh:
    owner         owner@example.com
    tenant_admin  tenant-admin@example.com of tenant acme";
        let says: HashMap<_, _> = printed.lines().filter_map(read).collect();
        assert_eq!(says["DAYBOOK_DEMO_URL"], "http://127.0.0.1:8499");
        assert_eq!(says["DAYBOOK_DEMO_PASSWORD"], "abcdefgh");
        assert_eq!(says["DAYBOOK_DEMO_TENANT"], "acme");
    }
}

//! `daybook tail`: the log in a terminal, as it grows. Reads the database itself, so it needs no server; where there is none, it
//! gives the events of others their numbers too.

mod line;

use std::time::Duration;

use anyhow::{Result, bail};
use daybook_model::event::Narrated;
use daybook_portal::{Follow, KeyRing, Portal, PortalConfig, TenantScope};
use daybook_store::{Follower, LoggedEvent};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Outcome;
use crate::{
    database,
    output::{Results, wants_colour},
    settings::Settings,
    shutdown,
};

/// How many events are read at a time.
const STEP: u32 = 500;
/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Print recent events and follow the log live
///
/// One line per event: when (UTC), its number, a mark (● important, · routine), its type, what happened and who did it. Ctrl-C ends it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook tail
  daybook tail --last 100 --no-follow
  daybook tail --since 0 --json --no-follow | jq -r .type | sort | uniq -c")]
pub(crate) struct TailCommand {
    /// Begin with the event of this number
    #[arg(long, value_name = "SEQ", conflicts_with = "last")]
    since: Option<u64>,
    /// Begin with the last so many events
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    last: u64,
    /// Print each event as one JSON object
    #[arg(long)]
    json: bool,
    /// End after the events that are there
    #[arg(long)]
    no_follow: bool,
}

impl TailCommand {
    /// Prints, and follows unless told otherwise.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let store = database::open_existing(settings).await?;
        let mut printer =
            Printer { results: Results::new(), json: self.json, colour: wants_colour(&std::io::stdout()) };
        // Watched from here on: Ctrl-C is the usual end, not a failure.
        let stop = shutdown::requested()?;
        let size = store.reads().await?.log_size().await?;
        let first = self.since.unwrap_or_else(|| size.saturating_sub(self.last));
        let next = printer.print_stored(&store, first, size).await?;
        if !self.no_follow {
            // Reading the log needs none of the keys in the key file.
            let portal =
                Portal::new(store.clone(), KeyRing::generate(store.entropy()), PortalConfig::default());
            let follow = portal.follow(TenantScope::All, Some(next));
            tokio::select! {
                () = stop => {}
                ended = printer.follow(Follower::new(&store), follow) => ended?,
            }
        }
        printer.results.flush()?;
        store.close().await?;
        Ok(Outcome::Done)
    }
}

struct Printer {
    results: Results,
    json: bool,
    colour: bool,
}

impl Printer {
    /// Prints the events from `first` up to the log's size; answers where to go on.
    async fn print_stored(&mut self, store: &daybook_store::Store, first: u64, size: u64) -> Result<u64> {
        let mut next = first;
        while next < size && !self.results.is_closed() {
            let events = store.reads().await?.events_from(next, STEP).await?;
            let Some(last) = events.last() else { break };
            next = last.seq + 1;
            for event in &events {
                self.print(event)?;
            }
            self.results.flush()?;
        }
        Ok(next)
    }

    /// Prints what is new, for ever; ends when nobody reads.
    async fn follow(&mut self, mut follower: Follower, mut follow: Follow) -> Result<()> {
        while !self.results.is_closed() {
            let new = tokio::select! {
                step = follower.step() => match step {
                    Ok(Some(lost)) => bail!("{}", lost.sentence()),
                    Ok(None) if reader_gone() => return Ok(()),
                    other => other.map(|_| Some(vec![])).map_err(Into::into),
                },
                events = follow.next() => events,
            };
            let events = match new {
                Ok(events) => events.unwrap_or_default(),
                Err(error) => {
                    // A database that restarts comes back; nothing is missed, because events are followed by number.
                    tracing::warn!(%error, "the log could not be followed; trying again");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            for event in events {
                self.print(&event)?;
            }
            self.results.flush()?;
        }
        Ok(())
    }

    fn print(&mut self, event: &LoggedEvent) -> Result<()> {
        let line = if self.json { line::json(event)?.to_string() } else { line::text(event, self.colour) };
        Ok(self.results.line(line)?)
    }
}

/// Whether stdout is a pipe whose reader went away. Without asking, a quiet log would keep `tail | head` waiting for its next event.
fn reader_gone() -> bool {
    let stdout = std::io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    // What cannot be asked is taken to be there: the next line will tell.
    let asked = poll(&mut watched, Some(&Timespec::default())).is_ok();
    asked && watched.iter().any(|stdout| stdout.revents().contains(PollFlags::ERR))
}

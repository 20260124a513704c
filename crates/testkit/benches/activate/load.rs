//! Callers that ask again as soon as they are answered, for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use daybook_testkit::figures::percentile;
use tokio::task::JoinSet;

use crate::{ground::Ticket, system::unix_micros};

/// The part at the beginning that is not counted.
pub(crate) const WARM_UP: Duration = Duration::from_millis(400);

/// One answered call.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// When it was answered, in microseconds since 1970.
    pub(crate) ended: i64,
    /// How long it took, in microseconds.
    pub(crate) took: u64,
}

/// What was measured at one level.
pub(crate) struct Load {
    /// Every answered call, in the order of the answers.
    pub(crate) samples: Vec<Sample>,
    began: i64,
    until: i64,
}

impl Load {
    /// From the samples of all callers, when the counted time began and when they were to stop.
    pub(crate) fn new(began: i64, until: i64, mut samples: Vec<Sample>) -> Self {
        samples.sort_unstable_by_key(|sample| sample.ended);
        // A run that is out of codes ends early.
        let until = samples.last().map_or(began, |sample| sample.ended).min(until);
        Self { samples, began, until }
    }

    /// When the counted time began and ended, in microseconds since 1970.
    pub(crate) fn span(&self) -> (i64, i64) {
        (self.began, self.until)
    }

    fn counted(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(|sample| sample.ended > self.began && sample.ended <= self.until)
    }

    /// Calls per second.
    #[expect(clippy::cast_precision_loss, reason = "a rate of one run")]
    pub(crate) fn rate(&self) -> f64 {
        self.counted().count() as f64 * 1e6 / (self.until - self.began).max(1) as f64
    }

    /// How long this part of the calls took at most, in microseconds.
    pub(crate) fn latency(&self, part: f64) -> u64 {
        let mut took: Vec<u64> = self.counted().map(|sample| sample.took).collect();
        took.sort_unstable();
        percentile(&took, part)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap()
}

/// Runs one call at a time for each caller, each with a ticket of its own, until the time is over or the tickets are.
pub(crate) async fn run<F, C>(callers: usize, duration: Duration, tickets: Vec<Ticket>, call: F) -> Load
where
    F: Fn(Ticket) -> C + Clone + Send + 'static,
    C: Future<Output = ()> + Send,
{
    let tickets = Arc::new(tickets);
    let next = Arc::new(AtomicUsize::new(0));
    let began = unix_micros() + micros(WARM_UP);
    let until = Instant::now() + WARM_UP + duration;
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (call, tickets, next) = (call.clone(), Arc::clone(&tickets), Arc::clone(&next));
        tasks.spawn(async move {
            let mut samples = vec![];
            while Instant::now() < until {
                let Some(ticket) = tickets.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let start = Instant::now();
                call(ticket.clone()).await;
                let took = u64::try_from(start.elapsed().as_micros()).unwrap();
                samples.push(Sample { ended: unix_micros(), took });
            }
            samples
        });
    }
    let samples = tasks.join_all().await.concat();
    Load::new(began, began + micros(duration), samples)
}

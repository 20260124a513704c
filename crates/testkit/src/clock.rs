//! Clocks for tests: one that stands still until it is moved, and the machine's.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use daybook_model::{Clock, Timestamp};

/// Where a clock starts that is moved by hand: Monday, 2026-03-02, 08:00 UTC.
pub const START: Timestamp = Timestamp::from_micros(1_772_438_400_000_000);

/// A clock for a test. Clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    ByHand(Arc<AtomicI64>),
    Real,
}

impl TestClock {
    /// Stands at [`START`] until it is moved.
    pub fn by_hand() -> Self {
        Self(Kind::ByHand(Arc::new(AtomicI64::new(START.as_micros()))))
    }

    /// The machine's clock.
    pub const fn real() -> Self {
        Self(Kind::Real)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Kind::ByHand(micros) => {
                micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
            }
            Kind::Real => panic!("nobody can move the machine's clock"),
        }
    }

    /// The time it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(match &self.0 {
            Kind::ByHand(micros) => micros.load(Ordering::SeqCst),
            Kind::Real => real_micros(),
        })
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.now()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the real clock of the tests")]
fn real_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

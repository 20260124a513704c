//! A clock that is moved by hand while the story is told, and is the real one afterwards.

use std::sync::atomic::{AtomicI64, Ordering};

use daybook_model::{Clock, Timestamp};

use crate::system::SystemClock;

/// Stands for the real clock: no story is told in that year.
const REAL: i64 = i64::MIN;

/// A clock that is moved by hand until it is let go.
#[derive(Debug)]
pub(crate) struct DemoClock(AtomicI64);

impl DemoClock {
    /// A clock that stands still at this time.
    pub(crate) fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_micros()))
    }

    /// Moves it.
    pub(crate) fn set(&self, time: Timestamp) {
        self.0.store(time.as_micros(), Ordering::SeqCst);
    }

    /// From now on it is the real clock.
    pub(crate) fn let_go(&self) {
        self.0.store(REAL, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        match self.0.load(Ordering::SeqCst) {
            REAL => SystemClock.now(),
            micros => Timestamp::from_micros(micros),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_until_it_is_let_go() {
        let clock = DemoClock::at(Timestamp::from_micros(1));
        assert_eq!(clock.now(), Timestamp::from_micros(1));
        clock.set(Timestamp::from_micros(2));
        assert_eq!(clock.now(), Timestamp::from_micros(2));
        let before = SystemClock.now();
        clock.let_go();
        assert!(clock.now() >= before);
    }
}

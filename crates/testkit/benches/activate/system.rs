//! The machine's time and randomness, as the released program has them.

use std::time::{SystemTime, UNIX_EPOCH};

use daybook_model::{Clock, Entropy, Timestamp};

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(unix_micros())
    }
}

/// Microseconds since 1970: the same in two processes.
#[expect(clippy::disallowed_methods, reason = "this is the real clock of the measurement")]
pub(crate) fn unix_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

/// The operating system's generator.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the real randomness of the measurement")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

/// An id as the portal makes them.
pub(crate) fn new_id() -> uuid::Uuid {
    daybook_model::id::uuid_v7(SystemClock.now(), &SystemEntropy)
}

//! The machine's time and randomness. The only place of the program that asks for them; everything else is given a `Clock` and an
//! `Entropy`.

use std::time::{SystemTime, UNIX_EPOCH};

use daybook_model::{Clock, Entropy, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the real clock")]
    fn now(&self) -> Timestamp {
        let micros = |duration: std::time::Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the real randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Keys and tokens without randomness are worse than no program, and no caller could do better than stop.
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }
}

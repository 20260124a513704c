//! What waits to be written outside the log: the latest heartbeat of each device, the latest use of each API token. Must not hold
//! anything that changes a right: that is an event.

use std::{collections::HashMap, hash::Hash, sync::Mutex};

use daybook_model::Timestamp;

/// The latest of each, at most one per key however often it is heard.
pub(crate) struct Latest<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> Latest<K, V> {
    /// Notes one, unless a later one waits already: what could not be written comes back after newer ones.
    pub(crate) fn add(&self, key: K, at: Timestamp, value: V) {
        let Ok(mut waiting) = self.0.lock() else { return };
        if waiting.get(&key).is_none_or(|(before, _)| *before <= at) {
            waiting.insert(key, (at, value));
        }
    }

    /// All that wait; none waits afterwards.
    pub(crate) fn take(&self) -> Vec<V> {
        self.0
            .lock()
            .map(|mut waiting| waiting.drain().map(|(_, (_, value))| value).collect())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_waits_per_key_and_it_is_the_latest() {
        let latest = Latest::default();
        let at = Timestamp::from_micros;
        for (key, micros, value) in [("a", 5, 1), ("a", 9, 2), ("b", 3, 3), ("a", 7, 4), ("a", 9, 5)] {
            latest.add(key, at(micros), value);
        }
        let mut taken = latest.take();
        taken.sort_unstable();
        assert_eq!(taken, [3, 5]);
        assert!(latest.take().is_empty());
    }
}

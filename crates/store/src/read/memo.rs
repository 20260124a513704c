//! Figures that were read once, for as long as the log is the one they were read from. Must not judge that it is: the database does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::totals::Figures;

/// How many answers are kept: one of sixty days is some 20 kB.
const KEPT: usize = 64;

/// Whose figures, and of which days: tenant, project, first day, last day.
pub(super) type Asked = (Uuid, Uuid, i64, i64);

/// What was read, and the frontier of the log that it follows from.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) frontier: Vec<u8>,
    pub(super) figures: Arc<Figures>,
}

/// The figures that a store knows. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Memo(Arc<Mutex<HashMap<Asked, Known>>>);

impl Memo {
    /// What was answered last.
    pub(super) fn get(&self, asked: &Asked) -> Option<Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }

    /// Keeps an answer, and forgets those of another log.
    pub(super) fn keep(&self, asked: Asked, known: Known) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, other| other.frontier == known.frontier);
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(asked, known);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Totals;

    fn known(log: &[u8], as_of: u64) -> Known {
        Known {
            frontier: log.to_vec(),
            figures: Arc::new(Figures { totals: Totals { as_of, values: BTreeMap::new() }, days: vec![] }),
        }
    }

    fn asked(first_day: i64) -> Asked {
        (Uuid::nil(), Uuid::nil(), first_day, 9)
    }

    #[test]
    fn an_answer_is_known_until_one_of_another_log_comes() {
        let memo = Memo::default();
        memo.keep(asked(1), known(b"a", 1));
        memo.keep(asked(2), known(b"a", 1));
        assert_eq!(memo.get(&asked(1)).unwrap().figures.totals.as_of, 1);
        memo.keep(asked(2), known(b"b", 2));
        assert!(memo.get(&asked(1)).is_none());
        assert_eq!(memo.clone().get(&asked(2)).unwrap().figures.totals.as_of, 2);
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_room_for() {
        let memo = Memo::default();
        for day in 0..10 * i64::try_from(KEPT).unwrap() {
            memo.keep(asked(day), known(b"a", 1));
            assert!(memo.get(&asked(day)).is_some());
            assert!(memo.0.lock().unwrap().len() <= KEPT);
        }
    }
}

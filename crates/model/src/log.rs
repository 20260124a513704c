//! The log itself: what can happen to it from outside. Must not know how it is kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{event::Narrated, totals::Deltas};

/// Entries that were in the log are not in it any more: the database was put back to an earlier state, or a standby that lacked them
/// was promoted. Whoever had seen them says so; what they said is lost, unless somebody has kept it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntriesLost {
    /// The place of the first entry that may be lost: up to here the log is known to be the one that was seen.
    pub first: i64,
    /// How many entries the log had when it was seen last.
    pub size: i64,
    /// The root of the Merkle tree over them (RFC 6962), in hex: whoever has a checkpoint of that size can compare.
    pub root: String,
}

impl Narrated for EntriesLost {
    fn sentence(&self) -> String {
        let last = self.size - 1;
        format!(
            "Entries {} to {last} that were in the log are lost: the database is another or an earlier one.",
            self.first
        )
    }

    fn deltas(&self) -> Deltas {
        Deltas::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_named_by_its_places() {
        let lost = EntriesLost { first: 120, size: 150, root: "00".repeat(32) };
        assert_eq!(
            lost.sentence(),
            "Entries 120 to 149 that were in the log are lost: the database is another or an earlier one."
        );
    }
}

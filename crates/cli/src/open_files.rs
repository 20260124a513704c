//! How many files the process may hold open, which every connection counts as: as many as the system lets it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What is left to the database, to what is sent and to what is logged.
const OTHERS: u64 = 128;
/// A server with fewer connections is of no use: it may then run out of files, which it says.
const FEWEST: u64 = 16;

/// Raises the limit as far as the system lets; answers with how many connections there may be, at most `most`.
pub(crate) fn connections(most: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    within(if raised { maximum } else { current }, most)
}

/// How many connections a limit leaves room for; without one there may be as many as wanted.
fn within(limit: Option<u64>, most: usize) -> usize {
    let room = limit.map(|limit| limit.saturating_sub(OTHERS).max(FEWEST));
    room.and_then(|room| room.try_into().ok()).map_or(most, |room: usize| room.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_to_the_database() {
        for (limit, expected) in
            [(None, 4_096), (Some(1_048_576), 4_096), (Some(1_024), 896), (Some(130), 16), (Some(20), 16)]
        {
            assert_eq!(within(limit, 4_096), expected, "{limit:?}");
        }
        assert_eq!(within(Some(1_024), 10), 10);
    }
}

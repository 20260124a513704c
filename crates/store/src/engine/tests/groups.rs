//! Group commit: neighbours share one COMMIT, and nobody is told anything but the truth.

use futures_util::{FutureExt, future::join_all};

use super::fixture::{COUNT_ACCOUNTS, COUNT_ENTRIES, WITHDRAW};
use super::*;

async fn change(db: Db, number: u32) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.run(vec![account(number, 1)]).await?;
    tx.commit_with(vec![Write::one(&INSERT_ENTRY, vals![id(number), 1_i64])]).await
}

/// How many commits there were: each leaves the number of the first frame behind it in the log file.
fn commits(fixture: &Fixture) -> usize {
    let mut wal = fixture.path().into_os_string();
    wal.push("-wal");
    let wal = std::fs::read(wal).unwrap();
    // The header is 32 bytes. A frame is 24 bytes, then a page; the database's size is in the frame that commits.
    let frames = wal.get(32..).unwrap().chunks_exact(24 + 4096);
    frames.filter(|frame| frame[4..8] != [0; 4]).count()
}

/// Starts changes that all queue behind `holder`, in the order of their numbers.
async fn queued(fixture: &Fixture, numbers: std::ops::Range<u32>) -> Vec<Result<()>> {
    let holder = fixture.db.begin().await.unwrap();
    let mut waiting: Vec<_> = numbers.map(|number| change(fixture.db.clone(), number).boxed()).collect();
    for change in &mut waiting {
        assert!(change.now_or_never().is_none());
    }
    drop(holder);
    join_all(waiting).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_in_the_queue_shares_one_commit() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let before = commits(&fixture);
    for result in queued(&fixture, 0..60).await {
        result.unwrap();
    }
    assert_eq!(commits(&fixture) - before, 1);
    assert_eq!((fixture.count(&COUNT_ACCOUNTS).await, fixture.count(&COUNT_ENTRIES).await), (60, 60));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_has_at_most_sixty_four_members() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let before = commits(&fixture);
    for result in queued(&fixture, 0..129).await {
        result.unwrap();
    }
    assert_eq!(commits(&fixture) - before, 3);
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 129);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_or_dropped_change_leaves_its_group_alone() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    change(fixture.db.clone(), 7).await.unwrap();
    let before = commits(&fixture);
    let results = queued(&fixture, 0..20).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 19);
    assert!(matches!(results[7], Err(EngineError::Unique { .. })));
    assert_eq!(commits(&fixture) - before, 1);
    assert_eq!((fixture.count(&COUNT_ACCOUNTS).await, fixture.count(&COUNT_ENTRIES).await), (20, 20));
}

/// The callers go away while their group is waiting for its COMMIT.
#[tokio::test(flavor = "multi_thread")]
async fn callers_that_are_cancelled_during_commit_do_not_hurt_their_neighbours() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let holder = fixture.db.begin().await.unwrap();
    let mut waiting: Vec<_> = (0..40).map(|number| change(fixture.db.clone(), number).boxed()).collect();
    for change in &mut waiting {
        assert!(change.now_or_never().is_none());
    }
    drop(holder);
    // Every second one is polled until it waits for COMMIT at the latest, and then dropped.
    let mut kept = Vec::new();
    for (place, mut change) in waiting.into_iter().enumerate() {
        if place % 2 == 0 {
            kept.push(change);
        } else {
            let _cancelled = (&mut change).now_or_never();
        }
    }
    for result in join_all(kept).await {
        result.unwrap();
    }
    change(fixture.db.clone(), 100).await.unwrap();
    let (accounts, entries) = (fixture.count(&COUNT_ACCOUNTS).await, fixture.count(&COUNT_ENTRIES).await);
    assert_eq!(accounts, entries);
    assert!((21..=41).contains(&accounts), "{accounts}");
}

async fn limit_pages(db: &Db, pages: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.conn().script(&format!("PRAGMA max_page_count = {pages}")).await.unwrap();
    tx.commit().await.unwrap();
}

/// The disk fills up under full load: what was acknowledged is there, what was refused is not, and why is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_tells_the_truth_to_everybody_and_is_survived() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    limit_pages(&fixture.db, 40).await;
    let attempts = join_all((0..2000).map(|number| tokio::spawn(change(fixture.db.clone(), number)))).await;
    let (mut acknowledged, mut refused) = (0, 0);
    for attempt in attempts {
        match attempt.unwrap() {
            Ok(()) => acknowledged += 1,
            Err(error) => {
                assert!(matches!(error.root(), EngineError::DiskFull { .. }), "{error}");
                refused += 1;
            }
        }
    }
    assert!(acknowledged > 0 && refused > 0, "{acknowledged} acknowledged, {refused} refused");
    let stored = (fixture.count(&COUNT_ACCOUNTS).await, fixture.count(&COUNT_ENTRIES).await);
    assert_eq!(stored, (acknowledged, acknowledged));

    limit_pages(&fixture.db, 100_000).await;
    change(fixture.db.clone(), 9999).await.unwrap();
    assert_eq!(fixture.count(&COUNT_ENTRIES).await, acknowledged + 1);
}

/// What a full disk or a failing one does inside SQLite: the whole transaction is gone in the middle of a change.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_sqlite_rolled_back_fails_as_a_whole() {
    static LOSE: Sql =
        Sql::new("LOSE", "INSERT OR ROLLBACK INTO accounts (id, email, balance) VALUES ($1, 'x', -1)");
    let fixture = Fixture::sqlite().await.with_tables().await;
    let holder = fixture.db.begin().await.unwrap();
    let mut before: Vec<_> = (0..5).map(|number| change(fixture.db.clone(), number).boxed()).collect();
    let db = fixture.db.clone();
    let mut culprit = async move {
        let mut tx = db.begin().await?;
        let error = tx.conn().exec(&LOSE, vals![id(77)]).await.unwrap_err();
        assert_eq!(tx.conn().script("SELECT 1").await.unwrap_err(), EngineError::Poisoned);
        assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned);
        Err::<(), _>(error)
    }
    .boxed();
    let mut after: Vec<_> = (10..15).map(|number| change(fixture.db.clone(), number).boxed()).collect();
    for change in before.iter_mut().chain([&mut culprit]).chain(&mut after) {
        assert!(change.now_or_never().is_none());
    }
    drop(holder);
    let (before, culprit, after) = tokio::join!(join_all(before), culprit, join_all(after));
    let cause = EngineError::Check { statement: "LOSE", constraint: "balance_not_negative".to_owned() };
    assert_eq!(culprit.unwrap_err(), cause);
    for result in before {
        let error = result.unwrap_err();
        assert_eq!(error, EngineError::GroupLost { cause: Box::new(cause.clone()) });
        assert_eq!(error.root(), &cause);
    }
    for result in after {
        result.unwrap();
    }
    assert_eq!((fixture.count(&COUNT_ACCOUNTS).await, fixture.count(&COUNT_ENTRIES).await), (5, 5));
}

/// Accounts that were opened, for one entry with their number.
struct Opened(Vec<u32>);

impl GroupTail for Opened {
    fn into_writes(self: Box<Self>) -> Vec<Write> {
        let (first, number) = (self.0[0], i64::try_from(self.0.len()).unwrap());
        vec![Write::one(&INSERT_ENTRY, vals![id(first), number])]
    }
}

/// Opens an account and leaves its number; answers with how many the group had left before.
async fn leaving(db: Db, number: u32) -> Result<usize> {
    let tx = db.begin().await?;
    let before = tx.tail::<Opened>().map_or(0, |opened| opened.0.len());
    let join = |opened: &mut Opened, later: Opened| opened.0.extend(later.0);
    tx.commit_leaving(vec![account(number, 1)], Opened(vec![number]), join).await?;
    Ok(before)
}

async fn amounts(fixture: &Fixture) -> Vec<i64> {
    static AMOUNTS: Sql = Sql::new("AMOUNTS", "SELECT amount FROM entries ORDER BY id");
    fixture.db.read().await.unwrap().conn().all(&AMOUNTS, vec![], |row| row.get(0)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_changes_of_a_group_leave_is_written_once_and_without_those_that_were_refused() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    change(fixture.db.clone(), 7).await.unwrap();
    let holder = fixture.db.begin().await.unwrap();
    let mut waiting: Vec<_> = (0..20).map(|number| leaving(fixture.db.clone(), number).boxed()).collect();
    for change in &mut waiting {
        assert!(change.now_or_never().is_none());
    }
    drop(holder);
    let results = join_all(waiting).await;
    assert!(matches!(results[7], Err(EngineError::Unique { .. })));
    let seen: Vec<usize> = results.into_iter().flatten().collect();
    assert_eq!(seen, (0..19).collect::<Vec<_>>(), "each sees what those before it have left");
    assert_eq!(amounts(&fixture).await, [1, 19]);
    assert_eq!(leaving(fixture.db.clone(), 100).await.unwrap(), 0, "the next group begins with nothing");
    assert_eq!(amounts(&fixture).await, [1, 19, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_tail_cannot_be_written_fails_as_a_whole() {
    /// Names an account that is not there.
    struct Wrong;
    impl GroupTail for Wrong {
        fn into_writes(self: Box<Self>) -> Vec<Write> {
            vec![Write::one(&INSERT_ENTRY, vals![id(99), 1_i64])]
        }
    }
    let fixture = Fixture::sqlite().await.with_tables().await;
    let change = |number| {
        let db = fixture.db.clone();
        async move { db.begin().await?.commit_leaving(vec![account(number, 1)], Wrong, |_, _| ()).await }
    };
    let holder = fixture.db.begin().await.unwrap();
    let mut waiting: Vec<_> = (0..5).map(|number| change(number).boxed()).collect();
    for change in &mut waiting {
        assert!(change.now_or_never().is_none());
    }
    drop(holder);
    for result in join_all(waiting).await {
        let error = result.unwrap_err();
        assert_eq!(error.root(), &EngineError::ForeignKey { statement: "INSERT_ENTRY" }, "{error}");
    }
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 0);
    assert_eq!(leaving(fixture.db.clone(), 1).await.unwrap(), 0, "it is over");
    assert_eq!(amounts(&fixture).await, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_stands_alone_writes_what_it_leaves() {
    let fixture = Fixture::postgres().await.with_tables().await;
    for number in 0..3 {
        assert_eq!(leaving(fixture.db.clone(), number).await.unwrap(), 0);
    }
    assert_eq!(amounts(&fixture).await, [1; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_outlives_the_last_handle_to_its_database() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let other = fixture.again().await;
    let mut tx = other.begin().await.unwrap();
    drop(other);
    tx.run(vec![account(1, 5)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sum(&fixture).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_committer_ends_with_its_database() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let before = metrics.num_alive_tasks();
    let other = fixture.again().await;
    assert_eq!(metrics.num_alive_tasks(), before + 1);
    other.begin().await.unwrap().commit_with(vec![account(1, 5)]).await.unwrap();
    drop(other);
    let ended = async {
        while metrics.num_alive_tasks() > before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap();
}

/// A group in which every change was undone must not keep the file locked for other processes.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_changes_gives_the_file_back() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    let mut tx = fixture.db.begin().await.unwrap();
    tx.conn().exec(&WITHDRAW, vals![1_i64, id(1)]).await.unwrap();
    drop(tx);
    let other = fixture.again().await;
    other.begin().await.unwrap().commit_with(vec![account(1, 5)]).await.unwrap();
    assert_eq!(sum(&fixture).await, 5);
}

//! Group commit. One write connection stands behind a first-in-first-out lock and each change is a SAVEPOINT in a
//! transaction shared by its neighbours. The committer queues for the same lock, so that everybody who queued
//! before it shares its one COMMIT, and thereby one sync of the disk.
//!
//! Whenever the lock is free, no savepoint is open: a change that is not committed is undone before its turn ends.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, hooks::Wal};
use tokio::{
    sync::{Mutex, Notify, OwnedMutexGuard, oneshot},
    time::{Instant, sleep, timeout_at},
};

use super::{
    RETRY,
    errors::{classify, is_locked},
    exec, in_background, script,
    scrub::scrub,
};
use crate::engine::{EngineError, GroupTail, Result, tail::Tail};

/// How many changes share one COMMIT at most.
const GROUP: usize = 64;
/// How many pages the write-ahead log has when they are copied into the file. Rarer copies make more changes a second, and some of them
/// wait three times as long.
const LOG_PAGES: i32 = 1_000;

/// The connection that writes, and the task that commits.
pub(in crate::engine) struct Writer(Arc<Shared>);

struct Shared {
    state: Arc<Mutex<State>>,
    wake: Arc<Notify>,
    patience: Duration,
}

impl Drop for Shared {
    /// The committer wakes, finds nobody left, and ends.
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}

impl Writer {
    pub(super) fn new(mut conn: Connection, patience: Duration) -> Result<Writer> {
        let log_pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&log_pages);
        // In place of SQLite's own hook, which copies before COMMIT returns.
        let hooked = conn.wal_hook(Some(move |_: &mut Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            Ok(())
        }));
        hooked.map_err(|error| classify(&conn, "open", &error))?;
        let state = State {
            conn: Some(conn),
            log_pages,
            group_open: false,
            change_open: false,
            waiting: Vec::new(),
            tail: Tail::default(),
        };
        let wake = Arc::new(Notify::new());
        let shared =
            Arc::new(Shared { state: Arc::new(Mutex::new(state)), wake: Arc::clone(&wake), patience });
        #[expect(
            clippy::disallowed_methods,
            reason = "ends by itself when the last user of the writer is gone"
        )]
        tokio::spawn(commit_groups(Arc::downgrade(&shared), wake));
        Ok(Writer(shared))
    }

    /// Waits for the write turn and opens a change in the current group.
    pub(in crate::engine) async fn turn(&self) -> Result<Turn> {
        let busy = EngineError::Busy { statement: "BEGIN" };
        let deadline = Instant::now() + self.0.patience;
        let lock = Arc::clone(&self.0.state).lock_owned();
        let mut state = timeout_at(deadline, lock).await.map_err(|_| busy.clone())?;
        if state.waiting.len() >= GROUP {
            state = finish(state).await?;
        }
        let mut turn = Turn { state, shared: Arc::clone(&self.0), poisoned: false };
        while !turn.state.open_change()? {
            if Instant::now() >= deadline {
                return Err(busy);
            }
            sleep(RETRY).await;
        }
        Ok(turn)
    }

    /// Takes away what the file and its log still hold of rows that were deleted; answers with where they may have stayed. A file of
    /// more bytes than `most` is not rebuilt.
    pub(in crate::engine) async fn scrub(&self, most: Option<u64>) -> Result<Vec<String>> {
        let deadline = Instant::now() + self.0.patience;
        loop {
            let state = finish(Arc::clone(&self.0.state).lock_owned().await).await?;
            let (state, done) = in_background(move || {
                let done = state.conn().and_then(|conn| scrub(conn, most));
                (state, done)
            })
            .await?;
            drop(state);
            match done {
                Err(EngineError::Busy { .. }) if Instant::now() < deadline => sleep(RETRY).await,
                Err(EngineError::Busy { .. }) => {
                    return Ok(vec![
                        "the write-ahead log: somebody has the file open and reads an older state".to_owned(),
                    ]);
                }
                done => return done,
            }
        }
    }

    /// Commits what is waiting and closes the file.
    pub(super) async fn close(&self) -> Result<()> {
        let mut state = finish(Arc::clone(&self.0.state).lock_owned().await).await?;
        let Some(conn) = state.conn.take() else { return Ok(()) };
        in_background(move || {
            // Only tidying up: another process may still read, and then the log file stays as it is.
            if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);") {
                tracing::debug!(%error, "the last checkpoint was left to the next start");
            }
            conn.close().map_err(|(conn, error)| classify(&conn, "close", &error))
        })
        .await?
    }
}

async fn commit_groups(shared: Weak<Shared>, wake: Arc<Notify>) {
    loop {
        wake.notified().await;
        let Some(shared) = shared.upgrade() else { return };
        let state = Arc::clone(&shared.state).lock_owned().await;
        // An error means the runtime is shutting down; whoever waits is told when the state is dropped.
        if state.group_open && finish(state).await.is_err() {
            return;
        }
    }
}

/// Commits the group where the sync of the disk blocks nobody. The lock is held until it is done, even when the
/// caller goes away meanwhile.
async fn finish(mut state: OwnedMutexGuard<State>) -> Result<OwnedMutexGuard<State>> {
    in_background(move || {
        state.finish_group();
        state
    })
    .await
}

struct State {
    /// None after `close`.
    conn: Option<Connection>,
    /// How many pages the write-ahead log had after the last COMMIT.
    log_pages: Arc<AtomicI32>,
    group_open: bool,
    change_open: bool,
    waiting: Vec<oneshot::Sender<Result<()>>>,
    /// What the changes of the group have left to be written once.
    tail: Tail,
}

impl State {
    fn conn(&self) -> Result<&Connection> {
        self.conn.as_ref().ok_or(EngineError::Closed)
    }

    /// Opens a group if there is none, and a change in it. False: another process holds the file.
    fn open_change(&mut self) -> Result<bool> {
        if !self.group_open {
            let conn = self.conn()?;
            match run(conn, "BEGIN IMMEDIATE") {
                Ok(()) => self.group_open = true,
                Err(error) if is_locked(&error) => return Ok(false),
                Err(error) => return Err(classify(conn, "BEGIN", &error)),
            }
        }
        self.statement("SAVEPOINT change")?;
        self.change_open = true;
        Ok(true)
    }

    /// Keeps the change; the next COMMIT makes it durable.
    fn keep_change(&mut self) -> Result<oneshot::Receiver<Result<()>>> {
        self.statement("RELEASE change")?;
        self.change_open = false;
        let (sender, receiver) = oneshot::channel();
        self.waiting.push(sender);
        Ok(receiver)
    }

    /// Undoes the change that is open, if one is, and leaves its neighbours alone.
    fn undo_change(&mut self) {
        if !std::mem::take(&mut self.change_open) {
            return;
        }
        // When this fails, `statement` has looked after the group already.
        let undone = self.statement("ROLLBACK TO change").and_then(|()| self.statement("RELEASE change"));
        if let Err(error) = undone {
            self.lose_group(&error);
        }
    }

    fn finish_group(&mut self) {
        self.undo_change();
        if !self.group_open {
            return;
        }
        if self.waiting.is_empty() {
            // Every change of the group was undone: only the lock on the file is left.
            self.roll_back();
            return;
        }
        if let Err(error) = self.write_tail().and_then(|()| self.statement("COMMIT")) {
            self.lose_group(&error);
            return;
        }
        self.group_open = false;
        for waiting in self.waiting.drain(..) {
            // A caller that went away does not want to know.
            let _gone = waiting.send(Ok(()));
        }
        self.copy_log();
    }

    /// Copies the write-ahead log into the file once it is long. Whoever waited for COMMIT has been answered: what they wrote is on the
    /// disk, and stays in the log if this fails.
    fn copy_log(&self) {
        if self.log_pages.load(Ordering::Relaxed) >= LOG_PAGES
            && let Ok(conn) = self.conn()
            && let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(PASSIVE)")
        {
            tracing::debug!(%error, "the write-ahead log was not copied into the file");
        }
    }

    fn write_tail(&mut self) -> Result<()> {
        let writes = self.tail.take();
        let conn = self.conn()?;
        writes.iter().try_for_each(|write| write.check(exec(conn, write.sql, &write.values)?))
    }

    fn statement(&mut self, text: &'static str) -> Result<()> {
        let conn = self.conn()?;
        run(conn, text).map_err(|error| classify(conn, text, &error)).inspect_err(|error| self.after(error))
    }

    /// Some errors (a full disk, a failing one) make SQLite roll back the whole transaction. Then the next SAVEPOINT
    /// would become a transaction of its own, and whoever waits for COMMIT would wait for something that is gone.
    fn after(&mut self, error: &EngineError) {
        if self.group_open && self.conn.as_ref().is_none_or(Connection::is_autocommit) {
            self.lose_group(error);
        }
    }

    /// Gives the group up and tells everybody in it why.
    fn lose_group(&mut self, cause: &EngineError) {
        self.roll_back();
        for waiting in self.waiting.drain(..) {
            let _gone = waiting.send(Err(EngineError::GroupLost { cause: Box::new(cause.clone()) }));
        }
    }

    fn roll_back(&mut self) {
        (self.group_open, self.change_open) = (false, false);
        self.tail.forget();
        if let Some(conn) = self.conn.as_ref().filter(|conn| !conn.is_autocommit())
            && let Err(error) = run(conn, "ROLLBACK")
        {
            // What such a connection would store next is anyone's guess.
            tracing::error!(%error, "the writer cannot roll back; closing the database file");
            self.conn = None;
        }
    }
}

fn run(conn: &Connection, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(text)?.execute([]).map(drop)
}

/// The write turn: one change, open in the current group. Dropped = undone.
pub(in crate::engine) struct Turn {
    state: OwnedMutexGuard<State>,
    shared: Arc<Shared>,
    poisoned: bool,
}

impl Turn {
    /// Runs `work` on the connection. After an error the change can only be undone.
    pub(in crate::engine) fn run<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        if self.poisoned {
            return Err(EngineError::Poisoned);
        }
        let done = self.state.conn().and_then(work);
        if let Err(error) = &done {
            self.poisoned = true;
            self.state.after(error);
        }
        done
    }

    pub(in crate::engine) fn poison(&mut self) {
        self.poisoned = true;
    }

    /// Runs statements that may take long, off the asynchronous workers.
    pub(in crate::engine) fn script(&mut self, text: &str) -> Result<()> {
        tokio::task::block_in_place(|| self.run(|conn| script(conn, text)))
    }

    /// What the changes before it have left to be written with the group.
    pub(in crate::engine) fn tail<T: GroupTail>(&self) -> Option<&T> {
        self.state.tail.get()
    }

    /// Waits until the group is on the disk. A caller that is cancelled while it waits may have committed.
    pub(in crate::engine) async fn commit(self) -> Result<()> {
        self.commit_and(|_| ()).await
    }

    /// The same for a change that leaves something to be written with the group.
    pub(in crate::engine) async fn commit_leaving<T: GroupTail>(
        self,
        left: T,
        join: impl FnOnce(&mut T, T),
    ) -> Result<()> {
        self.commit_and(|tail| tail.add(left, join)).await
    }

    async fn commit_and(mut self, leave: impl FnOnce(&mut Tail)) -> Result<()> {
        if self.poisoned {
            return Err(EngineError::Poisoned);
        }
        // Only what is kept leaves anything: what is undone never happened.
        let outcome = self.state.keep_change()?;
        leave(&mut self.state.tail);
        // The committer must not lose its connection before it has answered.
        let shared = Arc::clone(&self.shared);
        drop(self);
        let outcome = outcome.await.unwrap_or(Err(EngineError::Closed));
        drop(shared);
        outcome
    }
}

impl Drop for Turn {
    /// Hands the connection to the next change, and asks for a COMMIT once those in the queue had their turn.
    fn drop(&mut self) {
        self.state.undo_change();
        self.shared.wake.notify_one();
    }
}

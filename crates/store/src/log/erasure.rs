//! What goes for good when a person is erased: the personal values beside the log, with their salts, and the answers kept for the
//! person's requests. The entries keep their commitments, and nobody can tell any more what they commit to. Must not touch an entry.

use daybook_model::{EventId, UserId};

use crate::{
    Result, Store, apply,
    engine::{Engine, Write, statements, vals},
    idempotency, notification,
};

/// A person as the log names them: the user, and the programs that act with their tokens.
macro_rules! parties_of {
    ($user:literal) => {
        concat!(
            "SELECT u.id FROM users u WHERE u.id = ",
            $user,
            " UNION ALL SELECT a.id FROM api_tokens a WHERE a.user_id = ",
            $user
        )
    };
}
pub(crate) use parties_of;

/// Why somebody was erased is said in the event that erases them, and is no value of theirs.
macro_rules! but_reasons {
    ($table:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM ",
            $table,
            " e WHERE e.event_id = event_personal.event_id AND e.type = 'PERSON_ERASED')"
        )
    };
}

statements! {
    ERASE_PERSONAL = concat!("DELETE FROM event_personal WHERE subject_id IN (", parties_of!("$1"), ") AND event_id <> $2");
    ERASE_AGAIN = concat!("DELETE FROM event_personal WHERE subject_id IN (", parties_of!("$1"), ")",
        but_reasons!("platform_events")), only Engine::Sqlite;
    ERASE_AGAIN_WAITING = concat!("DELETE FROM event_personal WHERE subject_id IN (", parties_of!("$1"), ")",
        but_reasons!("platform_events"), but_reasons!("outbox")), only Engine::Postgres;
}

/// For how long late values of somebody who was erased are looked for, in days: no unit of work stays open nearly so long.
const LATE_DAYS: i64 = 1;

/// What the event that erases a person takes away, once everything of its own unit is written.
pub(super) fn writes(event: EventId, user: UserId) -> Vec<Write> {
    vec![Write::any(&ERASE_PERSONAL, vals![user, event]), idempotency::forget_caller(user)]
}

impl Store {
    /// Erases what units of work that had begun before an erasure have committed after it. Answers with how many people were looked
    /// after; done again, it changes nothing.
    pub async fn erase_late_values(&self) -> Result<usize> {
        let erased = self.reads().await?.erased_since(self.now().plus_days(-LATE_DAYS)).await?;
        if erased.is_empty() {
            return Ok(0);
        }
        let sql = match self.engine() {
            Engine::Sqlite => &ERASE_AGAIN,
            Engine::Postgres => &ERASE_AGAIN_WAITING,
        };
        let again = |user: &UserId| {
            [
                Write::any(sql, vals![*user]),
                apply::user::erase_token_names(*user),
                notification::forget_user(*user),
                idempotency::forget_caller(*user),
            ]
        };
        let writes = erased.iter().flat_map(again).collect();
        self.db().begin().await?.commit_with(writes).await?;
        Ok(erased.len())
    }
}

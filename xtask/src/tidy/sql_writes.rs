//! Rule: rows change where an event changes them, and nowhere else: writing SQL stands in the few modules below.

use super::{
    Finding,
    repository::{Repository, crate_of, has_extension, is_source},
};

/// The modules of `crates/store/src` that write, each a file `<name>.rs` or a folder `<name>/`. The next exception goes
/// to the end, with its reason.
const WRITERS: [(&str, &str); 12] = [
    ("apply", "events make their changes here"),
    ("work", "the unit of work appends the event"),
    ("log", "the sequencer gives events their place and keeps the totals"),
    ("migrations", "the schema, with the rows that it begins with"),
    ("migrate", "the record of the schema's steps"),
    ("secret", "exception: hashes of secrets lie beside the state, because a secret must not enter an event"),
    (
        "telemetry",
        "exception: heartbeats and uses of tokens are batched outside the log, because they change no right",
    ),
    ("idempotency", "exception: answers kept for a repeated request describe the request, not the platform"),
    ("ceremony", "exception: what somebody has begun and not finished has changed nothing yet"),
    (
        "guesses",
        "exception: telemetry of refusals changes no right of anybody but how soon a guesser may ask again",
    ),
    (
        "notification",
        "exception: mail on its way is written in the transaction of the event that it tells of, and changes no right",
    ),
    (
        "usage",
        "exception: what devices report of their use is telemetry, and what follows from it is an event beside it",
    ),
];

/// Looks at the literals and the SQL files of every crate; tests may write, to tamper.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let refused = |path: &str| is_source(path) && !path.starts_with("xtask/") && !is_writer(path);
    let mut found = Vec::new();
    for (path, source) in repository.rust().filter(|(path, _)| refused(path)) {
        let writes = source.literals().filter_map(|literal| Some((literal.line, write_in(&literal.text)?)));
        found.extend(writes.map(|(line, write)| refuse(path, line, &write)));
    }
    for (path, text) in repository.texts().filter(|(path, _)| has_extension(path, "sql") && refused(path)) {
        found.extend(write_in(text).map(|write| refuse(path, 1, &write)));
    }
    found
}

fn refuse(path: &str, line: usize, write: &str) -> Finding {
    let modules: Vec<&str> = WRITERS.iter().map(|(module, _)| *module).collect();
    Finding::at(
        path,
        line,
        format!(
            "`{write}`: a change is an event, so make it one and change the rows in crates/store/src/apply/ \
             (modules that write: {})",
            modules.join(", ")
        ),
    )
}

fn is_writer(path: &str) -> bool {
    let Some(("store", within)) = crate_of(path) else { return false };
    let Some(module) = within.strip_prefix("src/") else { return false };
    WRITERS.iter().any(|(name, _)| {
        let rest = module.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    })
}

/// The first write in a text of SQL, as far as it names itself.
fn write_in(text: &str) -> Option<String> {
    let text = text.replace("\\n", " ").replace('\\', " ");
    // A text that ends in a space goes on elsewhere, with the name of the table.
    let going_on = text.ends_with(char::is_whitespace).then_some("…");
    let words: Vec<String> = text.split_whitespace().chain(going_on).map(str::to_ascii_uppercase).collect();
    let mut starts = (0..words.len()).filter_map(|at| words.get(at..));
    starts.find_map(writing)
}

/// What a text writes that begins with these words.
fn writing(words: &[String]) -> Option<String> {
    let word = |at: usize| words.get(at).map_or("", String::as_str).trim_start_matches('(');
    let is = match (word(0), word(1)) {
        ("INSERT" | "REPLACE" | "MERGE", "INTO") | ("DELETE", "FROM") | ("TRUNCATE", "TABLE") => {
            !word(2).is_empty()
        }
        ("INSERT", "OR") => word(3) == "INTO",
        // UPDATE [ONLY] table [[AS] alias] SET
        ("UPDATE", table) => !table.is_empty() && (2..=5).any(|at| word(at) == "SET"),
        _ => false,
    };
    is.then(|| {
        words.iter().take(6).take_while(|word| *word != "VALUES").cloned().collect::<Vec<_>>().join(" ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, sql: &str) -> bool {
        let literal = format!("const SQL: &str = \"{sql}\";");
        !check(&Repository::of(&[(path, &literal)])).is_empty()
    }

    #[test]
    fn every_form_of_write_is_seen() {
        for sql in [
            "INSERT INTO tenants (id) VALUES ($1)",
            "insert or replace into tenants values ($1)",
            "UPDATE tenants\n SET name = $1",
            "UPDATE ONLY tenants AS t SET name = $1",
            "WITH gone AS (DELETE FROM tenants RETURNING id) SELECT 1",
            "DELETE \\\n FROM tenants",
            "TRUNCATE TABLE tenants",
            "INSERT INTO ",
        ] {
            assert!(refused("crates/store/src/read/tenant.rs", sql), "{sql}");
        }
    }

    #[test]
    fn reading_is_no_write() {
        for sql in [
            "SELECT id FROM tenants FOR UPDATE",
            "SELECT deleted_at FROM tenants ORDER BY insert_time",
            "BEFORE UPDATE OR DELETE ON entries",
            "INSERT INTO",
        ] {
            assert!(!refused("crates/store/src/read/tenant.rs", sql), "{sql}");
        }
    }

    #[test]
    fn only_the_writing_modules_write() {
        let sql = "DELETE FROM tenants";
        for path in [
            "crates/store/src/apply/tenant.rs",
            "crates/store/src/apply.rs",
            "crates/store/src/work.rs",
            "crates/store/src/log/sequencer.rs",
            "crates/store/src/secret/code.rs",
            "crates/store/src/telemetry.rs",
            "crates/store/src/idempotency.rs",
            "crates/store/tests/tamper.rs",
        ] {
            assert!(!refused(path, sql), "{path}");
        }
        for path in
            ["crates/portal/src/apply.rs", "crates/store/src/workers.rs", "crates/http/src/pages/log.rs"]
        {
            assert!(refused(path, sql), "{path}");
        }
    }

    #[test]
    fn files_of_sql_are_read_too() {
        let files = [
            ("crates/store/src/migrations/sqlite/0001_start.sql", "INSERT INTO log_state VALUES (0)"),
            ("crates/portal/src/cleanup.sql", "DELETE FROM tenants"),
        ];
        let found = check(&Repository::of(&files));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/portal/src/cleanup.sql");
    }

    #[test]
    fn comments_and_tests_may_name_a_write() {
        let text = "// DELETE FROM tenants\n#[cfg(test)]\nmod tests {\n const A: &str = \"DELETE FROM tenants\";\n}\n";
        assert_eq!(check(&Repository::of(&[("crates/store/src/read/tenant.rs", text)])), []);
    }
}

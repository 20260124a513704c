//! Rule: only `store` speaks to a database; `testkit` may, to make databases for tests.

use super::{
    Finding,
    manifest::{self, Kind},
    repository::{Repository, crate_of, is_source},
};

const DRIVERS: [&str; 3] = ["rusqlite", "tokio_postgres", "deadpool_postgres"];
const MAY: [&str; 2] = ["store", "testkit"];

/// Looks at the code and the manifests of every other crate; tests may look into a database.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let outside = |path: &str| crate_of(path).is_some_and(|(folder, _)| !MAY.contains(&folder));
    let mut found = Vec::new();
    for (path, source) in repository.rust().filter(|(path, _)| is_source(path) && outside(path)) {
        let words = source.words().filter(|(_, word)| DRIVERS.contains(word));
        let lines = words.map(|(offset, word)| (source.line_of(offset), word));
        found.extend(
            lines
                .filter(|(line, _)| !source.is_test_line(*line))
                .map(|(line, word)| refuse(path, line, word)),
        );
    }
    for (path, text) in repository.texts().filter(|(path, _)| path.ends_with("/Cargo.toml") && outside(path))
    {
        let released = manifest::dependencies(text).into_iter().filter(|d| d.kind == Kind::Released);
        let drivers = released.filter(|d| DRIVERS.contains(&d.package.replace('-', "_").as_str()));
        found.extend(drivers.map(|d| refuse(path, d.line, d.package)));
    }
    found
}

fn refuse(path: &str, line: usize, driver: &str) -> Finding {
    Finding::at(
        path,
        line,
        format!("{driver} belongs to crates/store alone: add a function there and call it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Repository::of(&[(path, text)])).len()
    }

    #[test]
    fn the_store_and_tests_may() {
        assert_eq!(count("crates/store/src/engine.rs", "use rusqlite::Connection;"), 0);
        assert_eq!(count("crates/testkit/src/lib.rs", "use tokio_postgres::Client;"), 0);
        assert_eq!(count("crates/http/tests/api.rs", "use rusqlite::Connection;"), 0);
        assert_eq!(count("crates/http/src/lib.rs", "#[cfg(test)]\nmod tests {\n use rusqlite::X;\n}\n"), 0);
        assert_eq!(count("crates/http/src/lib.rs", "// rusqlite is in the store\n"), 0);
        assert_eq!(count("crates/http/Cargo.toml", "[dev-dependencies]\nrusqlite.workspace = true\n"), 0);
    }

    #[test]
    fn others_may_not() {
        assert_eq!(count("crates/portal/src/code.rs", "fn f(c: &rusqlite::Connection) {}"), 1);
        assert_eq!(count("crates/cli/src/main.rs", "use deadpool_postgres as pool;"), 1);
        assert_eq!(count("crates/cli/Cargo.toml", "[dependencies]\ntokio-postgres = \"1\"\n"), 1);
    }
}

//! Every statement of the store is accepted by each engine it is written for, and means the same on both.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::world::World;
use crate::{
    apply, ceremony, check,
    engine::{Sql, schema},
    guesses, idempotency, log, migrate, notification, read, secret, telemetry, usage,
};

/// The lists of statements, by the file that they stand in.
const LISTS: &[(&str, &[&Sql])] = &[
    ("apply/api_token.rs", apply::api_token::STATEMENTS),
    ("apply/code.rs", apply::code::STATEMENTS),
    ("apply/config.rs", apply::config::STATEMENTS),
    ("apply/device.rs", apply::device::STATEMENTS),
    ("apply/factor.rs", apply::factor::STATEMENTS),
    ("apply/identity_provider.rs", apply::identity_provider::STATEMENTS),
    ("apply/notification.rs", apply::notification::STATEMENTS),
    ("apply/plan.rs", apply::plan::STATEMENTS),
    ("apply/project.rs", apply::project::STATEMENTS),
    ("apply/quota.rs", apply::quota::STATEMENTS),
    ("apply/session.rs", apply::session::STATEMENTS),
    ("apply/tenant.rs", apply::tenant::STATEMENTS),
    ("apply/user.rs", apply::user::STATEMENTS),
    ("check/stored.rs", check::stored::STATEMENTS),
    ("ceremony.rs", ceremony::STATEMENTS),
    ("engine/schema/postgres.rs", schema::postgres::STATEMENTS),
    ("engine/schema/sqlite.rs", schema::sqlite::STATEMENTS),
    ("guesses.rs", guesses::STATEMENTS),
    ("idempotency.rs", idempotency::STATEMENTS),
    ("log.rs", log::STATEMENTS),
    ("log/batch.rs", log::batch::STATEMENTS),
    ("log/counts.rs", log::counts::STATEMENTS),
    ("log/erasure.rs", log::erasure::STATEMENTS),
    ("log/pending.rs", log::pending::STATEMENTS),
    ("log/sequencer.rs", log::sequencer::STATEMENTS),
    ("migrate.rs", migrate::STATEMENTS),
    ("notification.rs", notification::STATEMENTS),
    ("read/activation.rs", read::activation::STATEMENTS),
    ("read/api_token.rs", read::api_token::STATEMENTS),
    ("read/code.rs", read::code::STATEMENTS),
    ("read/config.rs", read::config::STATEMENTS),
    ("read/device.rs", read::device::STATEMENTS),
    ("read/event.rs", read::event::STATEMENTS),
    ("read/factor.rs", read::factor::STATEMENTS),
    ("read/identity_provider.rs", read::identity_provider::STATEMENTS),
    ("read/notification.rs", read::notification::STATEMENTS),
    ("read/plan.rs", read::plan::STATEMENTS),
    ("read/project.rs", read::project::STATEMENTS),
    ("read/proof.rs", read::proof::STATEMENTS),
    ("read/session.rs", read::session::STATEMENTS),
    ("read/tenant.rs", read::tenant::STATEMENTS),
    ("read/totals.rs", read::totals::STATEMENTS),
    ("read/usage.rs", read::usage::STATEMENTS),
    ("read/user.rs", read::user::STATEMENTS),
    ("secret.rs", secret::STATEMENTS),
    ("secret/config.rs", secret::config::STATEMENTS),
    ("secret/identity_provider.rs", secret::identity_provider::STATEMENTS),
    ("secret/person.rs", secret::person::STATEMENTS),
    ("telemetry.rs", telemetry::STATEMENTS),
    ("usage.rs", usage::STATEMENTS),
    // The next one goes here, in the order of the alphabet.
];

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_accepted_by_the_engines_it_is_written_for() {
    for world in World::both().await {
        let reader = world.store.db().read().await.unwrap();
        let mut refused = vec![];
        for (file, statements) in LISTS {
            for sql in statements.iter().filter(|sql| sql.runs_on(world.engine())) {
                if let Err(error) = reader.conn().prepare(sql).await {
                    refused.push(format!("{file}: {error}"));
                }
            }
        }
        assert_eq!(refused, [""; 0], "{}", world.engine());
    }
}

#[test]
fn the_parameters_of_every_statement_first_appear_in_ascending_order() {
    let all = LISTS.iter().flat_map(|(_, statements)| statements.iter());
    let wrong: Vec<String> = all.filter_map(|sql| sql.check_parameter_order().err()).collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn no_list_of_statements_is_forgotten() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = name_within(&source, &path);
            if path.is_dir() && !name.split('/').any(|part| part == "tests") {
                folders.push(path);
            } else if has_statements(&path) {
                found.insert(name);
            }
        }
    }
    // Where the macro is made: its name stands in an example.
    assert!(found.remove("engine/statement.rs"));
    let listed: BTreeSet<String> = LISTS.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(found, listed, "left: files with `statements!`; right: the lists that are tested");
    assert_eq!(listed.len(), LISTS.len(), "a file is listed twice");
}

fn name_within(source: &Path, path: &Path) -> String {
    let parts: PathBuf = path.strip_prefix(source).unwrap().to_owned();
    parts.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("/")
}

fn has_statements(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
        && path.file_name().is_some_and(|name| name != "tests.rs")
        && std::fs::read_to_string(path).unwrap().contains("statements! {")
}

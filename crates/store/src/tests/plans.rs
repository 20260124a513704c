//! How every list is found: along an index that ends where the list goes on, never by reading a table that grows. The plan is looked
//! at, and the work that the query did: a plan that is right for what the planner believes is wrong when it is mistaken.

mod crowd;
mod events;
mod lists;
mod probe;
mod single;

use uuid::Uuid;

use super::world::World;
use crate::{
    Engine,
    engine::{Sql, Val},
};

/// How much work a query may be.
#[derive(Clone, Copy)]
enum Work {
    /// That of one page, however many rows there are.
    Page,
    /// That of looking at so many rows: all that bear what was asked for.
    Rows(u64),
}

impl Work {
    /// In rows looked at on PostgreSQL, in steps of its virtual machine on SQLite.
    fn most(self, engine: Engine) -> u64 {
        match (engine, self) {
            (Engine::Postgres, Self::Page) => 1_000,
            (Engine::Postgres, Self::Rows(rows)) => 1_000 + 4 * rows,
            (Engine::Sqlite, Self::Page) => 8_000,
            (Engine::Sqlite, Self::Rows(rows)) => 8_000 + 32 * rows,
        }
    }

    /// How many rows may be sorted: a page of each type of event, not what grows.
    fn most_sorted(self) -> u64 {
        match self {
            Self::Page => 500,
            Self::Rows(rows) => 500 + 2 * rows,
        }
    }
}

/// How many pages of an index may be read for nothing.
const MOST_SKIPPED: u64 = 20;

/// A query as it is asked.
struct Case {
    name: String,
    sql: Statement,
    values: Vec<Val>,
    work: Work,
}

enum Statement {
    Listed(Sql),
    Fixed(&'static Sql),
}

impl Case {
    fn listed(name: impl Into<String>, (sql, values): (Sql, Vec<Val>), work: Work) -> Self {
        Self { name: name.into(), sql: Statement::Listed(sql), values, work }
    }

    fn fixed(sql: &'static Sql, values: Vec<Val>) -> Self {
        Self { name: sql.name.to_owned(), sql: Statement::Fixed(sql), values, work: Work::Page }
    }

    fn sql(&self) -> &Sql {
        match &self.sql {
            Statement::Listed(sql) => sql,
            Statement::Fixed(sql) => sql,
        }
    }
}

fn uuid(number: i64) -> Uuid {
    Uuid::from_u128(number.try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_the_work_of_its_page() {
    for world in World::both().await {
        crowd::fill(&world).await;
        let cases: Vec<Case> = [
            events::cases(world.engine()),
            lists::codes(),
            lists::devices(),
            lists::others(),
            lists::config_history(),
            lists::notifications(),
            single::cases(),
        ]
        .into_iter()
        .flatten()
        .collect();
        assert!(cases.len() > 860, "{}", cases.len());
        let mut wrong = vec![];
        for case in &cases {
            case.sql().check_parameter_order().unwrap();
            let found = probe::probe(&world, case.sql(), &case.values).await;
            let most = case.work.most(world.engine());
            let is_more = found.work > most || found.sorted > case.work.most_sorted();
            if is_more || found.skipped > MOST_SKIPPED || !found.scanned.is_empty() {
                wrong.push(format!("{}: {found} (at most {most})", case.name));
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", world.engine(), wrong.join("\n"));
    }
}

/// The bounds above must be able to fail: a scan of what grows, and a sort of it, are beyond them.
#[tokio::test(flavor = "multi_thread")]
async fn a_scan_and_a_sort_of_what_grows_are_noticed() {
    for world in World::both().await {
        crowd::fill(&world).await;
        let scan = Sql::dynamic("SCAN", "SELECT seq FROM platform_events WHERE title = 'x'".to_owned());
        let found = probe::probe(&world, &scan, &[]).await;
        assert!(found.work > Work::Page.most(world.engine()), "{found}");
        assert_eq!(found.scanned, ["platform_events"]);
        let sort = "SELECT seq FROM platform_events ORDER BY description, occurred_at DESC LIMIT 50";
        let found = probe::probe(&world, &Sql::dynamic("SORT", sort.to_owned()), &[]).await;
        assert!(found.work > Work::Page.most(world.engine()), "{found}");
        if world.engine() == Engine::Postgres {
            assert!(found.sorted > Work::Page.most_sorted(), "{found}");
        }
    }
}

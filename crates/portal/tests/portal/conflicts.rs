//! A conflict that the database reports re-runs the use case; its caller never sees it.

use daybook_portal::{Context, TenantScope};
use daybook_testkit::{Engine, TestPortal, wait_for};
use tokio_postgres::NoTls;

/// How many sessions wait for a lock.
const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// Another session holds the code's row and then asks for the tenant's, which the use case holds while it waits for the code's. The
/// server ends the one that waited longest, the use case, which must succeed all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_runs_the_use_case_again() {
    let portal = TestPortal::start(Engine::Postgres).await;
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes(&tenant.slug).create().await.unwrap();
    let id = codes.items[0].id.parse().unwrap();

    let (mut other, connection) = tokio_postgres::connect(portal.database().url(), NoTls).await.unwrap();
    let connection = std::pin::pin!(connection);
    let story = async {
        let session = other.transaction().await.unwrap();
        session.execute("SELECT id FROM activation_codes FOR UPDATE", &[]).await.unwrap();
        let context = Context::system();
        let revoke = portal.portal().revoke_code(&context, TenantScope::All, id, None);
        let collide = async {
            wait_for("the use case to wait for the code", || async {
                (portal.database().number(WAITING).await == 1).then_some(())
            })
            .await;
            // Now both wait for each other until the server ends one of them.
            session.execute("SELECT id FROM tenants FOR UPDATE", &[]).await.unwrap();
            session.rollback().await.unwrap();
        };
        let (revoked, ()) = tokio::join!(revoke, collide);
        assert_eq!(revoked.unwrap().status.as_str(), "revoked");
    };
    tokio::select! {
        () = story => {}
        _ = connection => panic!("the other session ended"),
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    wait_for("the deadlock to be counted", || async {
        (portal.database().number(deadlocks).await >= 1).then_some(())
    })
    .await;
    portal.finish().await;
}

//! Query plans.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_the_index_it_uses() {
    for fixture in both().await {
        let reader = fixture.db.read().await.unwrap();
        let plan = reader.conn().explain(&ACCOUNT_BY_ID, vals![id(1)]).await.unwrap().join("\n");
        let used = if fixture.engine() == Engine::Sqlite { "PRIMARY KEY" } else { "accounts_pkey" };
        assert!(plan.contains(used), "{}: {plan}", fixture.engine());
        let arity = reader.conn().explain(&ACCOUNT_BY_ID, vals![]).await.unwrap_err();
        assert_eq!(arity, EngineError::Arity { statement: "ACCOUNT_BY_ID", expected: 1, actual: 0 });
    }
}

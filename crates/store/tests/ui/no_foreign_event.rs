use daybook_store::UnitOfWork;

struct TenantVanished;

async fn record(mut unit: UnitOfWork) {
    unit.record(TenantVanished).await.unwrap();
}

fn main() {}

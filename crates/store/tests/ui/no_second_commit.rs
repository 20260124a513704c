use daybook_store::UnitOfWork;

async fn twice(unit: UnitOfWork) {
    unit.commit().await.unwrap();
    unit.commit().await.unwrap();
}

fn main() {}

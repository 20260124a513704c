use daybook_store::UnitOfWork;

async fn write(mut unit: UnitOfWork) {
    unit.tx.run(vec![]).await.unwrap();
}

fn main() {}

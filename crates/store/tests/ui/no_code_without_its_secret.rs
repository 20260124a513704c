use daybook_model::code::CodeGenerated;
use daybook_store::UnitOfWork;

async fn record(mut unit: UnitOfWork, event: CodeGenerated) {
    unit.record(event).await.unwrap();
}

fn main() {}

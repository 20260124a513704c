use daybook_store::{Locks, Reads};

async fn write(mut reads: Reads<'_>, mut locks: Locks<'_>) {
    reads.conn().script("DELETE FROM tenants").await.unwrap();
    locks.conn().script("DELETE FROM tenants").await.unwrap();
}

fn main() {}

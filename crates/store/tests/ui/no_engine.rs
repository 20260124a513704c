use daybook_store::engine::{Conn, Tx};

fn main() {}

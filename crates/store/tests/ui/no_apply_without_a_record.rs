fn main() {
    let _ = daybook_store::apply::writes;
}

//! Outside this crate nothing writes but an event: what would be another way does not compile. That the one way does is shown by the
//! example of the crate's README, which is compiled too.

#[test]
fn there_is_one_way_to_write() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/no_engine.rs");
    cases.compile_fail("tests/ui/no_connection_out_of_a_unit.rs");
    cases.compile_fail("tests/ui/no_statement_through_reads.rs");
    cases.compile_fail("tests/ui/no_apply_without_a_record.rs");
    cases.compile_fail("tests/ui/no_second_commit.rs");
    cases.compile_fail("tests/ui/no_code_without_its_secret.rs");
    cases.compile_fail("tests/ui/no_foreign_event.rs");
}

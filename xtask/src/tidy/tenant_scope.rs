//! Rule: a query over rows that belong to a tenant takes the tenant first, so that there is no unscoped finder to call
//! by mistake. Passes while a noun has no such file yet.

use super::{Finding, repository::Repository, rust_source::RustSource};

/// The nouns whose rows belong to a tenant: `crates/store/src/read/<noun>.rs`.
const OWNED: [&str; 3] = ["project", "code", "device"];
/// What may come before the tenant: where to read.
const HANDLES: [&str; 6] = ["conn", "connection", "db", "reader", "store", "tx"];

/// Looks at the public async functions of these files.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for noun in OWNED {
        let path = format!("crates/store/src/read/{noun}.rs");
        let Some(source) = repository.rust_file(&path) else { continue };
        for query in queries(source).into_iter().filter(|query| !takes_tenant_first(&query.arguments)) {
            let message = format!(
                "`{}` reads rows of a tenant: its first argument after the connection is `tenant: TenantId`, or a `TenantScope`",
                query.name
            );
            found.push(Finding::at(&path, query.line, message));
        }
    }
    found
}

struct Query {
    name: String,
    line: usize,
    arguments: Vec<String>,
}

fn queries(source: &RustSource) -> Vec<Query> {
    let words: Vec<(usize, &str)> = source.words().collect();
    let mut found = Vec::new();
    for (at, window) in words.windows(3).enumerate() {
        let [(offset, "async"), (_, "fn"), (name_offset, name)] = window else { continue };
        let line = source.line_of(*offset);
        // What only the store itself can call (`pub(crate)`) cannot be called by mistake from a handler.
        let is_public =
            at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|(_, word)| *word == "pub");
        if !is_public || source.is_test_line(line) {
            continue;
        }
        let arguments = arguments(source, name_offset + name.len()).unwrap_or_default();
        found.push(Query { name: (*name).to_owned(), line, arguments });
    }
    found
}

/// The arguments in the list that follows a function's name and its generics.
fn arguments(source: &RustSource, behind_name: usize) -> Option<Vec<String>> {
    let mut open = behind_name;
    let mut generics = 0_usize;
    let mut previous = ' ';
    for (at, c) in source.code().get(behind_name..)?.char_indices() {
        match c {
            '<' => generics += 1,
            '>' if previous != '-' => generics = generics.saturating_sub(1),
            '(' if generics == 0 => {
                open = behind_name + at;
                break;
            }
            _ => {}
        }
        previous = c;
    }
    let list = source.code().get(open + 1..source.end_of_group(open)? - 1)?;
    Some(split_at_commas(list))
}

fn split_at_commas(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in list.chars() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
        .into_iter()
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect()
}

fn takes_tenant_first(arguments: &[String]) -> bool {
    let mut arguments = arguments.iter().map(String::as_str).peekable();
    arguments.next_if(|argument| argument.ends_with("self"));
    arguments.next_if(|argument| HANDLES.contains(&name_and_type(argument).0));
    arguments.next().is_some_and(|argument| {
        matches!(name_and_type(argument), ("tenant", "TenantId") | (_, "TenantScope"))
    })
}

/// The name, and the type without its path, reference and lifetime.
fn name_and_type(argument: &str) -> (&str, &str) {
    let (name, kind) = argument.split_once(':').unwrap_or((argument, ""));
    let kind = kind.trim().trim_start_matches('&').rsplit([' ', ':']).next().unwrap_or_default();
    (name.trim().trim_start_matches("mut "), kind.split('<').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(signature: &str) -> bool {
        let text = format!("//! Codes.\n{signature} {{ }}\n");
        !check(&Repository::of(&[("crates/store/src/read/code.rs", &text)])).is_empty()
    }

    #[test]
    fn the_tenant_comes_first() {
        assert!(!refused("pub async fn find(&self, tenant: TenantId, code: CodeId) -> Option<Code>"));
        assert!(!refused("pub async fn find(conn: &mut Conn<'_>, tenant: TenantId) -> Option<Code>"));
        assert!(!refused("pub async fn find<F: Fn(u8) -> u8>(tx: &mut Tx, tenant: model::TenantId, f: F)"));
        assert!(!refused("pub async fn list(&mut self, scope: &'a TenantScope<'a>, page: Page)"));
    }

    #[test]
    fn a_query_without_its_tenant_is_refused() {
        assert!(refused("pub async fn find(&self, code: CodeId) -> Option<Code>"));
        assert!(refused("pub async fn find(&self, code: CodeId, tenant: TenantId) -> Option<Code>"));
        assert!(refused("pub async fn find(conn: &mut Conn, code: CodeId)"));
        assert!(refused("pub async fn find(conn: &mut Conn, tenant: Option<TenantId>)"));
        assert!(refused("pub async fn find(&self)"));
        assert!(refused("pub async fn find(&self, other: TenantId)"));
    }

    #[test]
    fn private_functions_and_other_nouns_are_free() {
        assert!(!refused("async fn rows(&self, code: CodeId)"));
        assert!(!refused("pub(crate) async fn rows(&self, code: CodeId)"));
        assert!(!refused("pub fn from_row(row: &Row)"));
        let operator = [("crates/store/src/read/user.rs", "pub async fn find(&self, user: UserId) {}")];
        assert_eq!(check(&Repository::of(&operator)), []);
    }
}

//! Rule: a lint is expected with a reason, never allowed: `expect` complains when its reason is gone.

use super::{Finding, repository::Repository, rust_source::RustSource, rust_source::words};

/// Looks at the attributes of every Rust file.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let message = "write `#[expect(…, reason = \"…\")]`, or follow the lint";
    let in_file = |(path, source): (_, &RustSource)| {
        let lines: Vec<usize> = allowances(source).into_iter().map(|offset| source.line_of(offset)).collect();
        lines.into_iter().map(move |line| Finding::at(path, line, message)).collect::<Vec<_>>()
    };
    repository.rust().flat_map(in_file).collect()
}

/// The offset of every attribute that allows a lint.
fn allowances(source: &RustSource) -> Vec<usize> {
    let code = source.code();
    let is_allowance = |(start, _): &(usize, &str)| {
        let open = code.get(*start..).and_then(|rest| rest.find('[')).map(|at| start + at);
        let content = open.and_then(|open| code.get(open..source.end_of_group(open)?));
        content.is_some_and(|content| {
            let mut names = words(content).map(|(_, word)| word);
            match names.next() {
                Some("allow") => true,
                Some("cfg_attr") => names.any(|name| name == "allow"),
                _ => false,
            }
        })
    };
    let outer = code.match_indices("#[");
    outer.chain(code.match_indices("#![")).filter(is_allowance).map(|(start, _)| start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Repository::of(&[("crates/store/tests/work.rs", text)])).len()
    }

    #[test]
    fn expecting_passes() {
        assert_eq!(count("#[expect(dead_code, reason = \"allow(x)\")]\nfn a() {}"), 0);
        assert_eq!(count("// #[allow(dead_code)]\nlet text = \"#[allow(dead_code)]\"; rules.allow(1);"), 0);
    }

    #[test]
    fn allowing_is_refused() {
        assert_eq!(count("#[allow(dead_code)]\nfn a() {}"), 1);
        assert_eq!(count("#![allow(dead_code)]"), 1);
        assert_eq!(count("#[cfg_attr(test, allow(dead_code))]\nfn a() {}"), 1);
    }
}

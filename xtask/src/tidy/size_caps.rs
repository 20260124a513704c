//! Rule: a file has at most 500 lines beside its tests, and a function 70 from `fn` to its closing brace.

use super::{
    Finding,
    repository::{Repository, is_source},
    rust_source::RustSource,
};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

/// Looks at the source of every crate and of xtask.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    repository
        .rust()
        .filter(|(path, _)| is_source(path))
        .flat_map(|(path, source)| check_file(path, source))
        .collect()
}

fn check_file(path: &str, source: &RustSource) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = source.lines_without_tests();
    if lines > FILE_LINES {
        let message = format!("{lines} lines beside its tests, of {FILE_LINES}: split it along its nouns");
        found.push(Finding::in_file(path, message));
    }
    let long = functions(source).into_iter().filter(|function| function.lines > FUNCTION_LINES);
    found.extend(long.map(|function| {
        let message = format!(
            "`{}` has {} lines of {FUNCTION_LINES}: give a part of it a name of its own",
            function.name, function.lines
        );
        Finding::at(path, function.line, message)
    }));
    found
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

fn functions(source: &RustSource) -> Vec<Function> {
    let words: Vec<(usize, &str)> = source.words().collect();
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [(start, "fn"), (_, name)] => Some((*start, *name)),
        _ => None,
    });
    let all = pairs.filter_map(|(start, name)| {
        let end = source.end_of_group(body(source.code(), start)?)?;
        let line = source.line_of(start);
        Some(Function { name: name.to_owned(), line, lines: source.line_of(end) - line + 1 })
    });
    all.filter(|function| !source.is_test_line(function.line)).collect()
}

/// Where the body of the function opens; none for a declaration or a type.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            b'(' | b'[' => depth += 1,
            // The end of a list that encloses a function's type.
            b')' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check(&Repository::of(&[("crates/store/src/work.rs", text)]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn function(lines: usize) -> String {
        format!("fn long(a: [u8; 4]) {{\n{}}}\n", "    // }\n".repeat(lines - 2))
    }

    #[test]
    fn files_up_to_the_cap_pass_whatever_their_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(600));
        assert_eq!(findings(&format!("{}{tests}", "//\n".repeat(500))), [""; 0]);
        assert_eq!(findings(&tests), [""; 0]);
    }

    #[test]
    fn a_longer_file_is_refused() {
        let found = findings(&"//\n".repeat(501));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("501 lines"), "{found:?}");
        let tests_first = format!("#[cfg(test)]\nmod tests {{\n}}\n{}", "//\n".repeat(501));
        assert_eq!(findings(&tests_first).len(), 1);
    }

    #[test]
    fn a_longer_function_is_refused() {
        assert_eq!(findings(&function(70)), [""; 0]);
        let found = findings(&format!("const F: fn(u8) = f;\n{}", function(71)));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/store/src/work.rs:2: `long` has 71 lines"), "{found:?}");
    }

    #[test]
    fn a_declaration_has_no_body() {
        assert_eq!(
            findings(&format!("trait T {{\n fn a(&self) -> [u8; 4];\n{}}}\n", "//\n".repeat(80))),
            [""; 0]
        );
    }
}

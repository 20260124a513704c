//! A Rust file split into code and literals, so that a rule never takes a comment or a text for code. Follows the
//! lexical rules of the language as far as finding the end of comments and literals needs; it does not parse.

/// One Rust file.
pub(crate) struct RustSource {
    /// The text with comments and literals blanked, byte for byte: offsets and lines are those of the file.
    code: String,
    literals: Vec<Literal>,
    /// The lines from `#[cfg(test)]` to the end of the module that it marks.
    tests: Vec<std::ops::RangeInclusive<usize>>,
    lines: usize,
}

/// A string literal.
pub(crate) struct Literal {
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// What is between the quotes, escapes as written.
    pub(crate) text: String,
}

/// What begins at some place of a file, and how many bytes it takes.
enum Piece {
    Code(usize),
    Blank(usize),
    /// A string literal: its length, and the lengths of what opens and closes it.
    Text {
        length: usize,
        open: usize,
        close: usize,
    },
}

impl RustSource {
    /// Splits a file.
    pub(crate) fn parse(text: &str) -> Self {
        let mut source = Self {
            code: String::with_capacity(text.len()),
            literals: Vec::new(),
            tests: Vec::new(),
            lines: text.lines().count(),
        };
        let mut rest = text;
        let mut line = 1;
        while !rest.is_empty() {
            let length = match piece(rest) {
                Piece::Code(length) => {
                    source.code.push_str(rest.get(..length).unwrap_or(rest));
                    length
                }
                Piece::Blank(length) => {
                    source.blank(rest.get(..length).unwrap_or(rest));
                    length
                }
                Piece::Text { length, open, close } => {
                    let content = rest.get(open..length - close).unwrap_or_default();
                    source.literals.push(Literal { line, text: content.to_owned() });
                    source.blank(rest.get(..length).unwrap_or(rest));
                    length
                }
            };
            let (done, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            line += newlines(done);
            rest = after;
        }
        source.tests = source.find_tests();
        source
    }

    fn blank(&mut self, text: &str) {
        self.code.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }

    /// The code alone: comments and literals are blank.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// The string literals outside modules of tests.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &Literal> {
        self.literals.iter().filter(|literal| !self.is_test_line(literal.line))
    }

    /// How many lines lie outside modules of tests.
    pub(crate) fn lines_without_tests(&self) -> usize {
        self.lines - self.tests.iter().map(|range| range.clone().count()).sum::<usize>()
    }

    /// Whether a line, counted from 1, is in a module of tests.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    /// The line of an offset into the code, counted from 1.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        1 + newlines(self.code.get(..offset).unwrap_or(&self.code))
    }

    /// Every word of the code (keyword, name or number) with its offset.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words(&self.code)
    }

    /// The offset just behind what closes the bracket that opens at the offset.
    pub(crate) fn end_of_group(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    fn find_tests(&self) -> Vec<std::ops::RangeInclusive<usize>> {
        const MARK: &str = "#[cfg(test)]";
        let marks = self.code.match_indices(MARK);
        let ranges = marks.filter_map(|(start, mark)| {
            let end = self.end_of_module(start + mark.len())?;
            Some(self.line_of(start)..=self.line_of(end))
        });
        ranges.collect()
    }

    /// The end of the module with a body that begins here, behind further attributes.
    fn end_of_module(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let rest = self.code.get(at..)?;
            at += rest.len() - rest.trim_start().len();
            if !rest.trim_start().starts_with("#[") {
                break;
            }
            at = self.end_of_group(at + 1)?;
        }
        let name = self.code.get(at..)?.strip_prefix("mod ")?;
        let open = at + "mod ".len() + name.find(['{', ';'])?;
        if self.code.as_bytes().get(open) == Some(&b'{') { self.end_of_group(open) } else { None }
    }
}

/// Every run of letters, digits and underscores, with its offset.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split(|c: char| !is_word(c)).filter_map(move |word| {
        let at = text.get(offset..)?.find(word)? + offset;
        offset = at + word.len();
        (!word.is_empty()).then_some((at, word))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn piece(rest: &str) -> Piece {
    if rest.starts_with("//") {
        return Piece::Blank(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Piece::Blank(block_comment(rest));
    }
    if let Some(piece) = string(rest) {
        return piece;
    }
    if let Some(length) = character(rest) {
        return Piece::Blank(length);
    }
    // A whole word at a time: the `r` at the end of a name opens no raw string.
    let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let other = rest.chars().next().map_or(rest.len(), char::len_utf8);
    Piece::Code(word.max(other))
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(next) = rest.get(at..).and_then(|text| text.find(['/', '*']).map(|found| at + found)) {
        let mark = rest.as_bytes().get(next..next + 2);
        if mark == Some(b"/*") {
            depth += 1;
            at = next + 2;
        } else if mark == Some(b"*/") {
            depth = depth.saturating_sub(1);
            at = next + 2;
            if depth == 0 {
                return at;
            }
        } else {
            at = next + 1;
        }
    }
    rest.len()
}

/// A string literal: plain, byte, C, or raw.
fn string(rest: &str) -> Option<Piece> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix);
        after.is_some_and(|after| {
            after.starts_with(if prefix.ends_with('r') { &['"', '#'][..] } else { &['"'][..] })
        })
    })?;
    let after = rest.strip_prefix(prefix)?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    // `r#type` is a name.
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let open = prefix.len() + hashes + 1;
    let close = hashes + 1;
    let end = if prefix.ends_with('r') {
        let mark = format!("\"{}", "#".repeat(hashes));
        body.find(&mark)
    } else {
        unescaped(body, '"')
    };
    let Some(end) = end else { return Some(Piece::Blank(rest.len())) };
    Some(Piece::Text { length: open + end + close, open, close })
}

/// The length of a character literal; none for a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let prefix = usize::from(rest.starts_with("b'"));
    let body = rest.get(prefix..)?.strip_prefix('\'')?;
    let end = if body.starts_with('\\') {
        unescaped(body, '\'')?
    } else {
        let first = body.chars().next()?.len_utf8();
        body.get(first..)?.starts_with('\'').then_some(first)?
    };
    Some(prefix + 1 + end + 1)
}

/// Where the mark is that no backslash precedes.
fn unescaped(body: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let ends = c == mark && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        let source = RustSource::parse(text);
        assert_eq!(source.code().len(), text.len(), "offsets are kept");
        source.code().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn literals(text: &str) -> Vec<String> {
        RustSource::parse(text).literals().map(|literal| literal.text.clone()).collect()
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        assert_eq!(code("a // b \"c\"\nd"), "a d");
        assert_eq!(code("a /* b /* c */ d */ e"), "a e");
        assert_eq!(code("f(\"a \\\" b\", 'x', '\\'', b'\"') + 1"), "f( , , , ) + 1");
        assert_eq!(code("r#\"a \" b\"# r#type for\"x\""), "r#type for");
        assert_eq!(code("fn f<'a>(x: &'a str) -> char { 'é' }"), "fn f<'a>(x: &'a str) -> char { }");
        assert_eq!(code("let number = \"never closed"), "let number =");
    }

    #[test]
    fn literals_are_found_with_their_lines() {
        assert_eq!(
            literals("f(\"one\", r#\"two \"quoted\"\"#, b\"three\", c\"four\")"),
            ["one", "two \"quoted\"", "three", "four"]
        );
        let source = RustSource::parse("a\n/* \n */ \"x\ny\" \"z\"\n");
        assert_eq!(source.literals().map(|literal| literal.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn modules_of_tests_are_told_apart_wherever_they_stand() {
        let text = "fn a() {}\n#[cfg(test)]\n#[expect(x, reason = \"}\")]\nmod tests {\n    fn b() { \"t\" }\n}\nfn c() { \"c\" }\n";
        let source = RustSource::parse(text);
        assert_eq!(source.lines_without_tests(), 2);
        assert!(
            !source.is_test_line(1)
                && source.is_test_line(2)
                && source.is_test_line(6)
                && !source.is_test_line(7)
        );
        assert_eq!(literals(text), ["c"]);
    }

    #[test]
    fn a_module_of_tests_in_a_file_of_its_own_hides_nothing() {
        let source = RustSource::parse("#[cfg(test)]\nmod tests;\nfn a() {}\n");
        assert_eq!(source.lines_without_tests(), 3);
    }

    #[test]
    fn words_have_their_offsets() {
        assert_eq!(
            words("pub fn a_b(x)").collect::<Vec<_>>(),
            [(0, "pub"), (4, "fn"), (7, "a_b"), (11, "x")]
        );
        assert_eq!(words("é=b").collect::<Vec<_>>(), [(0, "é"), (3, "b")]);
    }

    #[test]
    fn groups_end_where_their_bracket_closes() {
        let source = RustSource::parse("f(a[0], { b }) + 1");
        assert_eq!(source.end_of_group(1), Some(14));
        assert_eq!(RustSource::parse("f(a").end_of_group(1), None);
    }
}

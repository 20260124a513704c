//! What the program says: results on stdout, talk on stderr. A reader that goes away is no error: the rest is not written.
//! Must not decide what is said.

use std::{
    fmt,
    io::{self, ErrorKind, IsTerminal, Write},
};

use daybook_model::event::Tone;

/// Says something to the person in front of the terminal. That nobody listens is nobody's fault.
pub(crate) fn talk(text: fmt::Arguments<'_>) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Standard output.
pub(crate) struct Results {
    out: io::BufWriter<io::Stdout>,
    closed: bool,
}

impl Results {
    /// The process's standard output.
    pub(crate) fn new() -> Self {
        Self { out: io::BufWriter::new(io::stdout()), closed: false }
    }

    /// Writes a line; it is seen once flushed.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        let written = if self.closed { Ok(()) } else { writeln!(self.out, "{text}") };
        self.unless_closed(written)
    }

    /// Shows what was written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let flushed = if self.closed { Ok(()) } else { self.out.flush() };
        self.unless_closed(flushed)
    }

    /// Whether the reader has gone away.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    fn unless_closed(&mut self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Whether to write colours: to a terminal, unless the environment says no (<https://no-color.org>).
pub(crate) fn wants_colour(stream: &impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !refused
}

/// Colours a text by what it means, or leaves it.
pub(crate) fn toned(text: &str, tone: Tone, colour: bool) -> String {
    let code = match tone {
        Tone::Ok => "32",
        Tone::Info => "36",
        Tone::Warn => "33",
        Tone::Bad => "31",
        Tone::Plain => "2",
    };
    if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The text without characters that would steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_printed() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{9b}1m\u{7}"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}1m\u{fffd}");
        assert_eq!(printable("Zoë’s café · 東京"), "Zoë’s café · 東京");
    }

    #[test]
    fn a_tone_is_a_colour_only_where_colours_are_wanted() {
        assert_eq!(toned("x", Tone::Bad, true), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(toned("x", Tone::Bad, false), "x");
    }
}

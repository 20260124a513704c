//! `-q` and `-v`: how much the program says on stderr.

/// How much the program says on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// What somebody should know.
    Normal,
    /// What Daybook does.
    Verbose,
    /// Everything it has to say.
    Trace,
}

/// `-q`, `-v`, `-vv`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerbosityFlag {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = super::HEADING)]
    quiet: bool,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = super::HEADING)]
    verbose: u8,
}

impl VerbosityFlag {
    /// What the two say together.
    pub(crate) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Trace,
        }
    }
}

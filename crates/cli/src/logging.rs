//! Log lines on stderr. Other crates are never heard below `warn` or `info`: the database driver's `debug` lines repeat bound values.

use std::io;

use tracing_subscriber::{EnvFilter, fmt};

use crate::{
    flag::{LogFormat, Verbosity},
    output::wants_colour,
};

/// Sets logging up for the whole process. What a server does is worth a line; a command says in its results what it did.
pub(crate) fn start(format: LogFormat, verbosity: Verbosity, is_server: bool) {
    let filter = EnvFilter::new(match verbosity {
        Verbosity::Quiet => "error",
        Verbosity::Normal if is_server => "warn,daybook=info",
        Verbosity::Normal => "warn",
        Verbosity::Verbose => "info,daybook=debug",
        Verbosity::Trace => "info,daybook=trace",
    });
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(wants_colour(&io::stderr())).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}

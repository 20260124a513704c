//! When to stop: SIGTERM from whoever runs the service, SIGINT from a person (Ctrl-C).

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Ready once the process is asked to stop. From this call on the signals no longer end it by themselves.
pub(crate) fn requested() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

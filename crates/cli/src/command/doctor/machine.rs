//! The doctor's look at the machine: the folder of the database with its free space, and the address to serve on.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use tokio::net::TcpListener;

use super::Finding;
use crate::{flag::Location, settings::Settings};

/// Below this much room the disk is about to be full.
const ENOUGH: u64 = 1 << 30;
/// Below this much, it is.
const TOO_LITTLE: u64 = 64 << 20;

/// The folder of a SQLite file: can it be written to, and is there room? A server looks after its own disk.
pub(super) fn folder(settings: &Settings) -> Option<Finding> {
    let Location::File(file) = settings.database.location() else { return None };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    Some(examine(&folder))
}

fn examine(folder: &Path) -> Finding {
    let what = "folder";
    let shown = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let shown = shown.display();
    // SQLite makes files of its own beside the database: writing the file alone is not enough.
    if let Err(error) = tempfile::tempfile_in(folder) {
        let said = format!("{shown} cannot be written to: {error}");
        return Finding::failure(
            what,
            said,
            "create the folder, or give the user of `daybook serve` the right to write in it",
        );
    }
    match free_bytes(folder) {
        Ok(free) => room(&shown.to_string(), free),
        Err(error) => {
            let said = format!("{shown}: its free space cannot be read: {error}");
            Finding::warning(what, said, "look at it with `df`")
        }
    }
}

fn free_bytes(folder: &Path) -> rustix::io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn room(folder: &str, free: u64) -> Finding {
    let said = format!("{folder} is writable, {} MiB free", free >> 20);
    match free {
        0..TOO_LITTLE => Finding::failure("folder", said, "make room: a full disk stops every change"),
        TOO_LITTLE..ENOUGH => Finding::warning("folder", said, "make room soon"),
        _ => Finding::fine("folder", said),
    }
}

/// The address to serve on: is it this machine's, and free?
pub(super) async fn address(address: SocketAddr) -> Finding {
    match TcpListener::bind(address).await {
        Ok(_) => Finding::fine("address", format_args!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::warning(
            "address",
            format_args!("{address} is in use"),
            "fine if that is Daybook itself; otherwise choose another with --listen",
        ),
        Err(error) => {
            Finding::failure("address", format_args!("{address}: {error}"), "choose another with --listen")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_disk_that_fills_up_is_noticed() {
        let with = |free| room("data", free).verdict;
        assert_eq!(with(10 << 20), Verdict::Failure);
        assert_eq!(with(500 << 20), Verdict::Warning);
        assert_eq!(with(5 << 30), Verdict::Fine);
    }
}

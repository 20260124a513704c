//! The key file: what the database's activation codes and licences depend on and the database does not hold. Created once, readable
//! by its owner alone, and never replaced. Must not print what is in it.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::{Context, Result, bail};
use daybook_model::Entropy;
use daybook_portal::KeyRing;

/// Who may read a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner.
    Owner,
    /// Its owner and a group.
    Group,
    /// Everybody on the machine.
    Everybody,
}

/// The keys for a database whose codes were made with the keys of these ids. A missing file is created only while the database has
/// no codes.
pub(crate) fn open(path: &Path, stored_ids: &[String], entropy: &dyn Entropy) -> Result<KeyRing> {
    let keys = match read(path)? {
        Some(keys) => keys,
        None if stored_ids.is_empty() => create(path, entropy)?,
        None => bail!(
            "the key file {} is missing, and the database has activation codes that cannot be read without it (key {}): restore \
             it from a backup, or name it with --key-file",
            path.display(),
            stored_ids.join(", ")
        ),
    };
    if readers(path)? != Readers::Owner {
        tracing::warn!(path = %path.display(), "others than its owner may read the key file: chmod 600 it");
    }
    expect_match(path, &keys, stored_ids)?;
    Ok(keys)
}

/// The keys in the file; none if there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<KeyRing>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error).with_context(|| format!("reading the key file {}", path.display()));
        }
    };
    KeyRing::from_text(&text).map(Some).with_context(|| path.display().to_string())
}

/// Refuses keys that are not those with which the database's codes were made.
pub(crate) fn expect_match(path: &Path, keys: &KeyRing, stored_ids: &[String]) -> Result<()> {
    let id = keys.code_key_id();
    if stored_ids.iter().any(|stored| *stored != id) {
        bail!(
            "the key file {} holds key {id}, but the database's activation codes were made with key {}: name the file that belongs \
             to this database with --key-file",
            path.display(),
            stored_ids.join(", ")
        );
    }
    Ok(())
}

/// Who may read the file.
pub(crate) fn readers(path: &Path) -> io::Result<Readers> {
    let mode = fs::metadata(path)?.permissions().mode();
    Ok(match (mode & 0o077, mode & 0o007) {
        (0, _) => Readers::Owner,
        (_, 0) => Readers::Group,
        _ => Readers::Everybody,
    })
}

/// Writes fresh keys, whole or not at all. If another process was faster, its keys are the ones that count.
pub(crate) fn create(path: &Path, entropy: &dyn Entropy) -> Result<KeyRing> {
    let keys = KeyRing::generate(entropy);
    let failed = || format!("creating the key file {}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files are made for their owner alone: mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    file.write_all(keys.to_text().as_bytes()).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {
            return read(path)?.context("the key file vanished while it was read");
        }
        Err(refused) => return Err(refused.error).with_context(failed),
    }
    // The name too must survive a crash: codes made with keys that are lost are lost.
    fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(failed)?;
    tracing::info!(path = %path.display(), key = keys.code_key_id(), "key file created: keep a copy of it apart from the database");
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    fn message(result: Result<KeyRing>) -> String {
        format!("{:#}", result.unwrap_err())
    }

    #[test]
    fn a_key_file_is_created_for_its_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        let created = open(&path, &[], &SystemEntropy).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
        let again = open(&path, &[created.code_key_id()], &SystemEntropy).unwrap();
        assert_eq!(again.to_text(), created.to_text());
    }

    #[test]
    fn a_missing_or_foreign_key_file_is_refused_once_there_are_codes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        let stored = ["0123abcd".to_owned()];
        let missing = message(open(&path, &stored, &SystemEntropy));
        assert!(missing.contains("is missing") && missing.contains("0123abcd"), "{missing}");
        assert!(!path.exists(), "no other keys take the place of those that are missing");
        let keys = create(&path, &SystemEntropy).unwrap();
        let foreign = message(open(&path, &stored, &SystemEntropy));
        assert!(foreign.contains(&keys.code_key_id()) && foreign.contains("0123abcd"), "{foreign}");
    }

    #[test]
    fn whoever_creates_the_file_first_gives_everybody_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        let first = create(&path, &SystemEntropy).unwrap();
        assert_eq!(create(&path, &SystemEntropy).unwrap().to_text(), first.to_text());
    }

    #[test]
    fn readers_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.keys");
        create(&path, &SystemEntropy).unwrap();
        for (mode, expected) in
            [(0o600, Readers::Owner), (0o640, Readers::Group), (0o644, Readers::Everybody)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(readers(&path).unwrap(), expected);
        }
    }
}

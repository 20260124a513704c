//! The folder of one server: where it may lie, who owns it, and how the leftovers of a run that was cut off are told
//! from the folder of a run that still goes on: a living owner holds the lock in it.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{Afterwards, account::Account};

/// A folder that may hold servers, and how their names begin there.
pub(crate) struct Place {
    base: PathBuf,
    prefix: String,
}

/// Where servers may lie, best first: the build folder, then the temporary folders, for an account that cannot enter it.
pub(crate) fn places(account: &Account) -> Result<[Place; 3]> {
    let program = std::env::current_exe().context("cannot tell where this program lies")?;
    let build = program.parent().and_then(Path::parent).context("this program lies in no build folder")?;
    let temporary = |base: &Path| -> Result<Place> {
        Ok(Place { base: canonical(base)?, prefix: format!("daybook-postgres-{}-", account.user()) })
    };
    Ok([
        Place { base: canonical(build)?, prefix: "postgres-test-".into() },
        temporary(&std::env::temp_dir())?,
        // Some systems give each user a temporary folder that no other account can enter.
        temporary(Path::new("/tmp"))?,
    ])
}

fn canonical(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))
}

/// A folder that this process owns for as long as it lives.
pub(crate) struct Folder {
    path: PathBuf,
    afterwards: Afterwards,
    /// Held, never read: whoever can take it knows that the owner is gone.
    _owner: File,
}

impl Folder {
    /// Creates a folder in the first place that the account can write to, after `remove` has cleared the leftovers.
    pub(crate) fn create(
        places: &[Place],
        account: &Account,
        afterwards: Afterwards,
        remove: impl Fn(&Path) -> Result<()>,
    ) -> Result<Self> {
        for place in places {
            // Nobody takes a folder for a leftover between its creation and its lock.
            let turn = lock_file(&place.base.join(format!("{}lock", place.prefix)))?;
            turn.lock().context("cannot wait for other runs")?;
            for left_over in place.left_over(account)? {
                remove(&left_over)?;
            }
            if let Some(folder) = place.create(account, afterwards)? {
                return Ok(folder);
            }
        }
        let tried: Vec<_> = places.iter().map(|place| place.base.display().to_string()).collect();
        bail!("the account that runs PostgreSQL can write in none of: {}", tried.join(", "))
    }

    /// The folder's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it outlives its owner.
    pub(crate) fn afterwards(&self) -> Afterwards {
        self.afterwards
    }
}

impl Place {
    fn create(&self, account: &Account, afterwards: Afterwards) -> Result<Option<Folder>> {
        let name = match afterwards {
            Afterwards::Keep => "kept".to_owned(),
            Afterwards::Remove => std::process::id().to_string(),
        };
        let path = self.base.join(format!("{}{name}", self.prefix));
        match fs::create_dir(&path) {
            Ok(()) => fs::set_permissions(&path, Permissions::from_mode(0o700))?,
            Err(_) if afterwards == Afterwards::Keep && path.is_dir() => {}
            Err(error) => return Err(error).with_context(|| format!("cannot create {}", path.display())),
        }
        account.give(&path)?;
        if !account.can_write(&path) {
            fs::remove_dir(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            return Ok(None);
        }
        let owner = lock_file(&path.join("owner.lock"))?;
        if owner.try_lock().is_err() {
            bail!("another process uses {}", path.display());
        }
        Ok(Some(Folder { path, afterwards, _owner: owner }))
    }

    /// The folders here whose owner is gone, and which are not another user's.
    fn left_over(&self, account: &Account) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let base = self.base.display();
        for entry in self.base.read_dir().with_context(|| format!("cannot list {base}"))? {
            let path = entry.with_context(|| format!("cannot list {base}"))?.path();
            if !self.is_numbered(&path) {
                continue;
            }
            // Not through a link; and one that vanishes meanwhile is no longer anybody's concern.
            let Ok(metadata) = path.symlink_metadata() else { continue };
            if metadata.is_dir() && account.owns(metadata.uid()) && is_abandoned(&path)? {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// Whether the name is the prefix and a process id; a kept folder's is not.
    fn is_numbered(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.strip_prefix(&self.prefix)
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Whether nobody holds the folder's lock. A folder without one was cut off before it had an owner.
fn is_abandoned(folder: &Path) -> Result<bool> {
    let lock = match File::open(folder.join("owner.lock")) {
        Ok(lock) => lock,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error).with_context(|| format!("cannot look into {}", folder.display())),
    };
    match lock.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot try the lock of {}", folder.display()))
        }
    }
}

fn lock_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(base: &Path) -> Place {
        Place { base: base.canonicalize().unwrap(), prefix: "server-".into() }
    }

    #[test]
    fn only_numbered_folders_without_a_living_owner_are_left_over() {
        let base = tempfile::tempdir().unwrap();
        let place = place(base.path());
        for name in ["server-1", "server-2", "server-3", "server-kept", "other-4"] {
            fs::create_dir(place.base.join(name)).unwrap();
        }
        fs::write(place.base.join("server-5"), "a file").unwrap();
        let living = lock_file(&place.base.join("server-1/owner.lock")).unwrap();
        living.lock().unwrap();
        // Its owner is gone: the lock is there, nobody holds it.
        lock_file(&place.base.join("server-2/owner.lock")).unwrap();

        let mut found = place.left_over(&Account::detect().unwrap()).unwrap();
        found.sort();
        assert_eq!(found, [place.base.join("server-2"), place.base.join("server-3")]);
    }

    #[test]
    fn leftovers_are_removed_before_a_folder_is_made_and_its_lock_is_held() {
        let base = tempfile::tempdir().unwrap();
        let places = [place(base.path())];
        let account = Account::detect().unwrap();
        // So that the account of the server can enter when the tests run as root.
        fs::set_permissions(base.path(), Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(places[0].base.join("server-1")).unwrap();

        let folder =
            Folder::create(&places, &account, Afterwards::Remove, |path| Ok(fs::remove_dir(path)?)).unwrap();
        assert!(!places[0].base.join("server-1").exists());
        assert!(!is_abandoned(folder.path()).unwrap());
        let path = folder.path().to_path_buf();
        drop(folder);
        assert!(is_abandoned(&path).unwrap());
    }

    #[test]
    fn a_kept_folder_serves_one_owner_at_a_time_and_is_found_again() {
        let base = tempfile::tempdir().unwrap();
        let places = [place(base.path())];
        let account = Account::detect().unwrap();
        fs::set_permissions(base.path(), Permissions::from_mode(0o755)).unwrap();
        let create =
            || Folder::create(&places, &account, Afterwards::Keep, |path| bail!("{}", path.display()));

        let first = create().unwrap();
        fs::write(first.path().join("data"), "kept").unwrap();
        let error = create().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("another process uses"), "{error}");
        drop(first);
        assert_eq!(fs::read(create().unwrap().path().join("data")).unwrap(), b"kept");
    }
}

//! Hashing passwords with Argon2id, a few at a time. Must not judge a password: that is `daybook_model::password`.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use daybook_model::{Entropy, entropy::random_bytes, password::Password};
use tokio::sync::Semaphore;

use crate::{PortalError, Result};

const HASHING: PortalError = PortalError::Broken("a password cannot be hashed");

/// What a hash costs. The defaults are those of OWASP's Password Storage Cheat Sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordConfig {
    memory_kib: u32,
    iterations: u32,
    parallelism: u32,
}

/// Why the parameters of Argon2 cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordConfigError {
    /// Below what is safe or above what a server can bear.
    #[error(
        "the memory of Argon2 must be from {} to {} KiB",
        PasswordConfig::MIN_MEMORY_KIB,
        PasswordConfig::MAX_MEMORY_KIB
    )]
    Memory,
    /// None, or so many that nobody waits for them.
    #[error("the iterations of Argon2 must be from 1 to {}", PasswordConfig::MAX_ITERATIONS)]
    Iterations,
    /// None, or more lanes than make sense.
    #[error("the lanes of Argon2 must be from 1 to {}", PasswordConfig::MAX_PARALLELISM)]
    Parallelism,
    /// Each is allowed, and together they are too cheap.
    #[error("memory times iterations of Argon2 must be at least {} KiB", PasswordConfig::MIN_WORK_KIB)]
    TooCheap,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self { memory_kib: Self::DEFAULT_MEMORY_KIB, iterations: Self::DEFAULT_ITERATIONS, parallelism: 1 }
    }
}

impl PasswordConfig {
    /// Memory of one hash unless something else is said.
    pub const DEFAULT_MEMORY_KIB: u32 = 19_456;
    /// Passes over it unless something else is said.
    pub const DEFAULT_ITERATIONS: u32 = 2;
    /// The least memory that OWASP names.
    pub const MIN_MEMORY_KIB: u32 = 7_168;
    /// 1 GiB.
    pub const MAX_MEMORY_KIB: u32 = 1_048_576;
    /// Seconds, with the least memory.
    pub const MAX_ITERATIONS: u32 = 100;
    /// More lanes than cores gain nothing.
    pub const MAX_PARALLELISM: u32 = 16;
    /// The cheapest pair that OWASP names: 7 MiB five times.
    pub const MIN_WORK_KIB: u32 = 35_840;

    /// These parameters, if they are safe.
    pub const fn new(
        memory_kib: u32,
        iterations: u32,
        parallelism: u32,
    ) -> Result<Self, PasswordConfigError> {
        if memory_kib < Self::MIN_MEMORY_KIB || memory_kib > Self::MAX_MEMORY_KIB {
            return Err(PasswordConfigError::Memory);
        }
        if iterations < 1 || iterations > Self::MAX_ITERATIONS {
            return Err(PasswordConfigError::Iterations);
        }
        if parallelism < 1 || parallelism > Self::MAX_PARALLELISM {
            return Err(PasswordConfigError::Parallelism);
        }
        // At most 1 GiB a hundred times: far below the limit of 32 bits of KiB.
        if memory_kib * iterations < Self::MIN_WORK_KIB {
            return Err(PasswordConfigError::TooCheap);
        }
        Ok(Self { memory_kib, iterations, parallelism })
    }

    /// As cheap as Argon2 allows, for tests that are about something else. Never safe.
    pub const fn cheap_for_tests() -> Self {
        Self { memory_kib: 64, iterations: 1, parallelism: 1 }
    }

    /// Memory of one hash.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over it.
    pub const fn iterations(self) -> u32 {
        self.iterations
    }

    /// Lanes in it.
    pub const fn parallelism(self) -> u32 {
        self.parallelism
    }

    fn argon2(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.iterations, self.parallelism, None);
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(|_| HASHING)?))
    }

    /// Whether a hash with these parameters costs less than it should.
    fn is_above(self, params: &Params) -> bool {
        params.m_cost() < self.memory_kib || params.t_cost() < self.iterations
    }
}

/// A hash as it is stored: a PHC string. A secret: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// As it stands in the database.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For the database alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordHash(…)")
    }
}

/// What a password is, measured by a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another one, or there is no hash.
    Wrong,
    /// The one.
    Right,
    /// The one, under a hash that costs less than is asked for now: hash it again and store that.
    RightButWeak,
}

/// Hashes and verifies, as many at a time as there are cores: a flood of sign-ins waits instead of taking all memory.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    config: PasswordConfig,
    turns: Arc<Semaphore>,
    work: Work,
}

/// What was spent on hashes, shared by those who spend it.
#[derive(Debug, Clone, Default)]
struct Work(Arc<AtomicU64>);

impl Work {
    fn spend(&self, params: &Params) {
        self.0.fetch_add(u64::from(params.m_cost()) * u64::from(params.t_cost()), Ordering::Relaxed);
    }
}

impl PasswordHasher {
    /// A hasher with these parameters. Its clones share their turns.
    pub fn new(config: PasswordConfig) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { config, turns: Arc::new(Semaphore::new(cores)), work: Work::default() }
    }

    /// What all hashes since the start have cost: KiB of memory times passes over it. Waiting for a turn is not in it.
    pub fn work(&self) -> u64 {
        self.work.0.load(Ordering::Relaxed)
    }

    /// A fresh hash.
    pub async fn hash(&self, password: &Password, entropy: &dyn Entropy) -> Result<PasswordHash> {
        let salt: [u8; 16] = random_bytes(entropy);
        let (config, password, work) = (self.config, password.clone(), self.work.clone());
        self.in_turn(move || hash(config, &work, &password, &salt)).await
    }

    /// Whether this is the password of the hash. Without a hash the answer is `Wrong` and takes as long: how long it takes does not say
    /// whether there is such a person. (A hash under other parameters takes as long as those ask, until it is renewed.)
    pub async fn verify(&self, password: &Password, stored: Option<&PasswordHash>) -> Result<Verdict> {
        let (config, work) = (self.config, self.work.clone());
        let (password, stored) = (password.clone(), stored.cloned());
        self.in_turn(move || match stored {
            Some(stored) => verify(config, &work, &password, &stored),
            None => hash(config, &work, &password, &[0; 16]).map(|_| Verdict::Wrong),
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| HASHING)?;
        let work = move || {
            // Kept to the end of the work, also when nobody waits for it any more.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| HASHING)?
    }
}

fn hash(config: PasswordConfig, work: &Work, password: &Password, salt: &[u8; 16]) -> Result<PasswordHash> {
    let argon2 = config.argon2()?;
    let hash = argon2.hash_password_with_salt(password.as_bytes(), salt);
    work.spend(argon2.params());
    Ok(PasswordHash(hash.map_err(|_| HASHING)?.to_string()))
}

/// A stored text that is no hash is an error: it must not look like a wrong password for ever.
fn verify(
    config: PasswordConfig,
    work: &Work,
    password: &Password,
    stored: &PasswordHash,
) -> Result<Verdict> {
    const UNREADABLE: PortalError = PortalError::Broken("a stored password hash cannot be read");
    let stored = argon2::PasswordHash::new(&stored.0).map_err(|_| UNREADABLE)?;
    let params = Params::try_from(&stored).map_err(|_| UNREADABLE)?;
    let verified = config.argon2()?.verify_password(password.as_bytes(), &stored);
    work.spend(&params);
    Ok(match verified {
        Ok(()) if config.is_above(&params) => Verdict::RightButWeak,
        Ok(()) => Verdict::Right,
        Err(argon2::password_hash::Error::PasswordInvalid) => Verdict::Wrong,
        Err(_) => return Err(UNREADABLE),
    })
}

#[cfg(test)]
mod tests {
    use daybook_testkit::SeededEntropy;

    use super::*;

    const CHEAP: PasswordConfig = PasswordConfig::cheap_for_tests();

    fn typed(text: &str) -> Password {
        Password::typed(text)
    }

    #[tokio::test]
    async fn the_password_and_no_other_is_right() {
        let (hasher, entropy) = (PasswordHasher::new(CHEAP), SeededEntropy::new(1));
        let stored = hasher.hash(&typed("correct horse"), &entropy).await.unwrap();
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", stored.as_str());
        assert_eq!(hasher.verify(&typed("correct horse"), Some(&stored)).await.unwrap(), Verdict::Right);
        assert_eq!(hasher.verify(&typed("correct hors"), Some(&stored)).await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.verify(&typed("correct horse"), None).await.unwrap(), Verdict::Wrong);
        let again = hasher.hash(&typed("correct horse"), &entropy).await.unwrap();
        assert_ne!(again, stored, "each has its own salt");
        assert_eq!(format!("{stored:?}"), "PasswordHash(…)");
    }

    #[tokio::test]
    async fn a_hash_below_the_present_parameters_is_weak_and_one_above_is_not() {
        let (cheap, entropy) = (PasswordHasher::new(CHEAP), SeededEntropy::new(1));
        let stored = cheap.hash(&typed("x"), &entropy).await.unwrap();
        for dearer in [PasswordConfig { memory_kib: 65, ..CHEAP }, PasswordConfig { iterations: 2, ..CHEAP }]
        {
            let hasher = PasswordHasher::new(dearer);
            assert_eq!(hasher.verify(&typed("x"), Some(&stored)).await.unwrap(), Verdict::RightButWeak);
            assert_eq!(hasher.verify(&typed("y"), Some(&stored)).await.unwrap(), Verdict::Wrong);
            let renewed = hasher.hash(&typed("x"), &entropy).await.unwrap();
            assert_eq!(hasher.verify(&typed("x"), Some(&renewed)).await.unwrap(), Verdict::Right);
            assert_eq!(cheap.verify(&typed("x"), Some(&renewed)).await.unwrap(), Verdict::Right);
        }
    }

    /// Made with the reference implementation's Python binding, argon2-cffi.
    #[tokio::test]
    async fn hashes_of_other_programs_are_read() {
        let stored = PasswordHash::from_stored("$argon2id$v=19$m=1024,t=2,p=1$c2l4dGVlbiAgYnl0ZXMhIQ$srE4JyIaMEe1+SaZHe72MB1/0vU7HtcwebS3KxLIuUg".to_owned());
        let hasher = PasswordHasher::new(CHEAP);
        let verdict = hasher.verify(&typed("correct horse battery staple"), Some(&stored)).await.unwrap();
        assert_eq!(verdict, Verdict::Right);
    }

    #[tokio::test]
    async fn what_is_no_hash_is_broken_and_not_wrong() {
        let hasher = PasswordHasher::new(CHEAP);
        for text in ["", "secret", "$argon2id$v=19$m=64,t=1,p=1$", "$2b$10$abcdefghijklmnopqrstuv"] {
            let stored = PasswordHash::from_stored(text.to_owned());
            assert!(hasher.verify(&typed("x"), Some(&stored)).await.is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_flood_waits_for_its_turns() {
        let hasher = PasswordHasher { turns: Arc::new(Semaphore::new(1)), ..PasswordHasher::new(CHEAP) };
        let taken = hasher.turns.clone().acquire_owned().await.unwrap();
        let password = typed("x");
        let mut verifying = Box::pin(hasher.verify(&password, None));
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(verifying.as_mut().poll(context).is_pending())
        });
        assert!(waits.await);
        drop(taken);
        assert_eq!(verifying.await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.turns.available_permits(), 1, "each turn is given back");
    }

    #[test]
    fn parameters_have_bounds() {
        let default = PasswordConfig::default();
        assert_eq!(PasswordConfig::new(19_456, 2, 1), Ok(default));
        assert_eq!((default.memory_kib(), default.iterations()), (19_456, 2));
        assert_eq!(PasswordConfig::new(7_167, 9, 1), Err(PasswordConfigError::Memory));
        assert_eq!(PasswordConfig::new(2_000_000, 1, 1), Err(PasswordConfigError::Memory));
        assert_eq!(PasswordConfig::new(19_456, 0, 1), Err(PasswordConfigError::Iterations));
        assert_eq!(PasswordConfig::new(19_456, 2, 0), Err(PasswordConfigError::Parallelism));
        assert_eq!(PasswordConfig::new(7_168, 4, 1), Err(PasswordConfigError::TooCheap));
        assert!(PasswordConfig::new(7_168, 5, 1).is_ok());
    }
}

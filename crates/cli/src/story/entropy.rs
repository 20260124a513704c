//! Randomness that everybody knows, for a demo that is the same each time. Must not be used where anything is to be kept secret.

use std::sync::{Mutex, PoisonError};

use daybook_model::Entropy;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// A seeded generator: the same requests, one after the other, give the same ids, codes and passwords.
pub(crate) struct KnownEntropy(Mutex<ChaCha20Rng>);

impl KnownEntropy {
    /// The generator of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for KnownEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use daybook_model::entropy::random_bytes;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let drawn = |seed| random_bytes::<16>(&KnownEntropy::new(seed));
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }
}

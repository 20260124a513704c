//! Randomness as a parameter. Must not hold a generator: the real one is made in `cli`, a seeded one in `testkit`.

/// Where random bytes come from.
pub trait Entropy: Send + Sync {
    /// Fills the buffer; production implementations use the operating system's generator.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

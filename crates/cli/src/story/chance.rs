//! Seeded chance: the same seed gives the same choices, on every machine. For content alone, never for an id or a secret.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// A stream of choices.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The choices of this seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Any number.
    pub(super) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: u64) -> u64 {
        // The product's upper half is as even as a story needs.
        let wide = u128::from(self.number()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`.
    pub(super) fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, cases: u64) -> bool {
        self.below(100) < cases
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(0));
        from.get(usize::try_from(at).unwrap_or(0))
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> Option<T> {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        from.iter().find_map(|(weight, one)| match left.checked_sub(*weight) {
            None => Some(*one),
            Some(rest) => {
                left = rest;
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_follow_their_weights_and_bounds() {
        let mut chance = Chance::new(1);
        let mut counts = [0; 3];
        for _ in 0..1_000 {
            counts[chance.weighted(&[(1, 0), (0, 1), (3, 2)]).unwrap()] += 1;
        }
        assert!(counts[0] > 200 && counts[1] == 0 && counts[2] > 700, "{counts:?}");
        assert!((0..1_000).map(|_| chance.within(-2, 2)).all(|number| (-2..=2).contains(&number)));
        assert_eq!((chance.weighted::<u8>(&[]), chance.pick::<u8>(&[])), (None, None));
    }
}

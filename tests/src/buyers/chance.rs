//! Chance that can be repeated: the same seed is the same crowd.

use std::time::Duration;

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The chance of one of many: each has a stream of its own, whatever the others do meanwhile.
    #[must_use]
    pub fn of(seed: u64, number: u32) -> Self {
        let mut seeds = Self(seed ^ u64::from(number).rotate_left(32));
        Self(seeds.bits())
    }

    /// A seed that nobody has chosen.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seed() -> anyhow::Result<u64> {
        // Short enough to be typed again.
        Ok(u64::from(getrandom::u32().map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 99.
    pub fn percent(&mut self) -> u64 {
        self.bits() % 100
    }

    /// A time from `least` to `most`.
    pub fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let span = u64::try_from(most.saturating_sub(least).as_micros()).unwrap_or(u64::MAX);
        least + Duration::from_micros(self.bits() % span.max(1))
    }

    /// 128 bits in hexadecimal, as a form's key is.
    pub fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.bits(), self.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_chance_and_each_has_its_own() {
        let drawn = |seed, number| {
            let mut chance = Chance::of(seed, number);
            (0..20).map(|_| chance.percent()).collect::<Vec<_>>()
        };
        assert_eq!(drawn(7, 1), drawn(7, 1));
        assert_ne!(drawn(7, 1), drawn(7, 2));
        assert_ne!(drawn(7, 1), drawn(8, 1));
        assert_eq!(Chance::of(7, 1).hex().len(), 32);
    }

    #[test]
    fn a_time_lies_between_its_bounds() {
        let (least, most) = (Duration::from_millis(5), Duration::from_millis(9));
        let mut chance = Chance::of(1, 1);
        assert!((0..100).all(|_| (least..most).contains(&chance.between(least, most))));
        assert_eq!(chance.between(least, least), least);
    }
}

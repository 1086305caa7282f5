//! Chance that comes out the same on every machine, and again.

/// Numbers that follow from a seed (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Luck(u64);

impl Luck {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Luck of its own for one thing among many: what one thing uses up changes no other.
    pub(super) fn branch(&self, number: u64) -> Self {
        let mut here = Self(self.0 ^ number.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95));
        Self(here.bits())
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        low + (high - low) * unit
    }

    /// As far from nought as this, to either side.
    pub(super) fn about(&mut self, most: f64) -> f64 {
        self.between(-most, most)
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.between(0.0, 1.0) < share
    }

    /// A whole number, both ends included.
    pub(super) fn whole(&mut self, low: u32, high: u32) -> u32 {
        let room = u64::from(high - low) + 1;
        low + u32::try_from(self.bits() % room).unwrap_or(0)
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let most = u32::try_from(all.len() - 1).unwrap_or(u32::MAX);
        all[self.whole(0, most) as usize]
    }

    /// Noise as a sensor has it: spread one around nought, and a rare four.
    pub(super) fn noise(&mut self) -> f32 {
        const SPREAD: f32 = 37_837.0;
        let bits = self.bits();
        let sum: u64 = [0, 16, 32, 48].iter().map(|shift| (bits >> shift) & 0xffff).sum();
        (sum as f32 - 131_070.0) / SPREAD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_has_the_same_luck_and_every_branch_its_own() {
        let luck = Luck::new(7);
        let some = |number| luck.branch(number).bits();
        assert_eq!(some(3), some(3));
        assert_ne!(some(3), some(4));
        assert_eq!(Luck::new(0).bits(), 0xe220_a839_7b1d_cdaf, "splitmix64 as published");
    }

    #[test]
    fn noise_is_spread_as_it_says() {
        let mut luck = Luck::new(1);
        let all: Vec<f32> = (0..20_000).map(|_| luck.noise()).collect();
        let mean = all.iter().sum::<f32>() / 20_000.0;
        let variance = all.iter().map(|it| (it - mean) * (it - mean)).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }
}

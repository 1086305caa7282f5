//! Many measurements of one thing.

/// In milliseconds, in any order.
#[derive(Clone, Debug, Default)]
pub struct Spread(Vec<f64>);

impl Spread {
    /// One more.
    pub fn add(&mut self, ms: f64) {
        self.0.push(ms);
    }

    /// Half of them took no longer.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Those of another, too.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The nearest rank: a value that was measured.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).map_or(f64::NAN, |ms| (ms * 10.0).round() / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let mut spread = Spread::default();
        for ms in [15.0, 20.0, 35.0, 40.0, 50.0] {
            spread.add(ms);
        }
        assert_eq!([5, 30, 40, 50, 100].map(|percent| spread.percentile(percent)), [15.0, 20.0, 20.0, 35.0, 50.0]);
        assert!(Spread::default().median().is_nan());
    }
}

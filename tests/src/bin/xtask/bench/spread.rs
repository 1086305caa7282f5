//! Many measurements of one thing.

/// In milliseconds, in any order.
#[derive(Debug, Default)]
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    pub(crate) fn add(&mut self, ms: f64) {
        self.0.push(ms);
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The nearest rank: a value that was measured.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
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

//! Money.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of Indian money in paise, a hundredth of a rupee; never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Paise(i64);

/// Why a text or number is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyFault {
    /// Not a whole number of paise.
    #[error("an amount is a whole number of paise, such as 49900 for ₹499")]
    NotWholePaise,
    /// Below zero, or more than ₹10,00,00,000.
    #[error("an amount is between 0 and 10000000000 paise (₹10,00,00,000)")]
    OutOfRange,
}

impl Paise {
    /// The currency of every amount here, ISO 4217.
    pub const CURRENCY: &str = "INR";
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);

    const MAX: i64 = 10_000_000_000;

    /// Reads a number of paise.
    ///
    /// # Errors
    /// See [`MoneyFault`].
    pub fn parse(typed: &str) -> Result<Self, MoneyFault> {
        typed.trim().parse::<i64>().map_err(|_| MoneyFault::NotWholePaise)?.try_into()
    }

    /// The price of several; `None` beyond any amount.
    #[must_use]
    pub fn times(self, count: u32) -> Option<Self> {
        Self::try_from(self.0.checked_mul(count.into())?).ok()
    }

    /// The number of paise, as Razorpay and the database count.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Paise {
    type Error = MoneyFault;

    fn try_from(paise: i64) -> Result<Self, MoneyFault> {
        if (0..=Self::MAX).contains(&paise) { Ok(Self(paise)) } else { Err(MoneyFault::OutOfRange) }
    }
}

impl From<Paise> for i64 {
    fn from(amount: Paise) -> Self {
        amount.0
    }
}

impl std::str::FromStr for Paise {
    type Err = MoneyFault;

    fn from_str(typed: &str) -> Result<Self, MoneyFault> {
        Self::parse(typed)
    }
}

/// As India writes it: `₹1,00,000`, with paise only where there are any.
impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.0 / 100).to_string();
        let (front, last_three) = digits.split_at(digits.len().saturating_sub(3));
        f.write_str("₹")?;
        // Above the thousands, a comma every two digits.
        for (place, digit) in front.chars().enumerate() {
            write!(f, "{digit}{}", if (front.len() - place) % 2 == 1 { "," } else { "" })?;
        }
        f.write_str(last_three)?;
        match self.0 % 100 {
            0 => Ok(()),
            paise => write!(f, ".{paise:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_as_india_writes_them() {
        for (paise, shown) in [
            (0, "₹0"),
            (105, "₹1.05"),
            (49_900, "₹499"),
            (100_000, "₹1,000"),
            (123_456_750, "₹12,34,567.50"),
            (1_000_000_000, "₹1,00,00,000"),
        ] {
            assert_eq!(Paise::try_from(paise).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!(Paise::parse("499.00"), Err(MoneyFault::NotWholePaise));
        assert_eq!(Paise::parse("-1"), Err(MoneyFault::OutOfRange));
        assert_eq!(Paise::parse("10000000001"), Err(MoneyFault::OutOfRange));
    }

    proptest! {
        #[test]
        fn never_panics(typed in any::<String>()) {
            let _ = Paise::parse(&typed);
        }

        #[test]
        fn round_trips(paise in 0..=Paise::MAX) {
            let amount = Paise::try_from(paise).unwrap();
            prop_assert_eq!(Paise::parse(&amount.get().to_string()), Ok(amount));
            let shown: String = amount.to_string().chars().filter(char::is_ascii_digit).collect();
            let expected = if paise % 100 == 0 { paise / 100 } else { paise };
            prop_assert_eq!(shown.parse::<i64>().unwrap(), expected);
        }
    }
}

//! The newest of what happened: for assertions, and not without end.

use std::collections::VecDeque;

/// A log that forgets the oldest once it is full.
#[derive(Debug)]
pub(super) struct Log<T> {
    kept: VecDeque<T>,
    most: usize,
    /// How many were forgotten, or never kept.
    forgotten: usize,
}

impl<T: Clone> Log<T> {
    /// Keeps so many; none at all is quickest.
    pub(super) fn of(most: usize) -> Self {
        Self { kept: VecDeque::new(), most, forgotten: 0 }
    }

    /// Writes one down and answers with its number; what is not kept is not even made.
    pub(super) fn write(&mut self, make: impl FnOnce() -> T) -> usize {
        let number = self.forgotten + self.kept.len();
        if self.most == 0 {
            self.forgotten += 1;
            return number;
        }
        if self.kept.len() == self.most {
            self.kept.pop_front();
            self.forgotten += 1;
        }
        self.kept.push_back(make());
        number
    }

    /// The one of this number, unless it was forgotten.
    pub(super) fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.kept.get_mut(number.checked_sub(self.forgotten)?)
    }

    /// All that is kept, oldest first.
    pub(super) fn all(&self) -> Vec<T> {
        self.kept.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_and_numbers_stay_true() {
        let mut log = Log::of(2);
        let numbers: Vec<usize> = ["a", "b", "c"].into_iter().map(|entry| log.write(|| entry)).collect();
        assert_eq!((numbers, log.all()), (vec![0, 1, 2], vec!["b", "c"]));
        assert_eq!([0, 2].map(|number| log.get_mut(number).copied()), [None, Some("c")]);
    }

    #[test]
    fn nothing_is_made_for_a_log_that_keeps_nothing() {
        let mut log: Log<&str> = Log::of(0);
        let number = log.write(|| unreachable!("nobody will read it"));
        assert!(log.get_mut(number).is_none() && log.all().is_empty());
    }
}

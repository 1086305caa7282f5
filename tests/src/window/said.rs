//! What a program says on its standard error, while it says it.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;

/// All that was said so far; more may come.
#[derive(Clone, Debug)]
pub struct Said {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    heard: Mutex<Heard>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Heard {
    lines: Vec<String>,
    over: bool,
}

impl Said {
    /// Listens until the last process that holds the other end has gone.
    pub(super) fn to(pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::<Shared>::default();
        let ears = Arc::clone(&shared);
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            // What is no UTF-8 is shown as well as can be, not the end of it all.
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                ears.heard().lines.push(text);
                ears.more.notify_all();
                line.clear();
            }
            ears.heard().over = true;
            ears.more.notify_all();
        });
        Self { shared }
    }

    /// The whole of it.
    #[must_use]
    pub fn text(&self) -> String {
        self.shared.heard().lines.join("\n")
    }

    /// Line by line, from the first.
    #[must_use]
    pub fn lines(&self) -> Lines {
        Lines { said: self.clone(), next: 0 }
    }

    /// Line by line, from what comes next.
    #[must_use]
    pub fn lines_from_now(&self) -> Lines {
        Lines { said: self.clone(), next: self.shared.heard().lines.len() }
    }
}

impl Shared {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lines, each once. As an iterator it waits for the next one, and ends
/// when the program has.
#[derive(Debug)]
pub struct Lines {
    said: Said,
    next: usize,
}

impl Lines {
    /// Goes on to the next line that is `wanted`, waiting for it in this thread.
    ///
    /// # Errors
    /// When it does not come within `patience`, or the program ends before; the
    /// message ends with all that was said.
    pub fn wait_for(&mut self, patience: Duration, wanted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let until = Instant::now() + patience;
        loop {
            match self.next_until(Some(until)) {
                Some(line) if wanted(&line) => return Ok(line),
                Some(_) => {}
                None => bail!("what was waited for was not said within {patience:?}, but:\n{}", self.said.text()),
            }
        }
    }

    /// As [`wait_for`](Self::wait_for), while other tasks go on.
    ///
    /// # Errors
    /// As there.
    pub async fn to_come(&mut self, patience: Duration, wanted: impl Fn(&str) -> bool) -> anyhow::Result<String> {
        let began = Instant::now();
        loop {
            let last_look = began.elapsed() > patience;
            while let Some(line) = self.next_until(Some(Instant::now())) {
                if wanted(&line) {
                    return Ok(line);
                }
            }
            if last_look || self.said.shared.heard().over {
                bail!("what was waited for was not said within {patience:?}, but:\n{}", self.said.text());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn next_until(&mut self, until: Option<Instant>) -> Option<String> {
        let mut heard = self.said.shared.heard();
        loop {
            if let Some(line) = heard.lines.get(self.next) {
                self.next += 1;
                return Some(line.clone());
            }
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
            if heard.over || left.is_zero() {
                return None;
            }
            // Any wait short of for ever: it is looked again anyway.
            let wait = left.min(Duration::from_secs(3600));
            heard = self.said.shared.more.wait_timeout(heard, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Iterator for Lines {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.next_until(None)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Write, pipe};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn lines_come_one_by_one_and_end_with_the_program() {
        let (hear, mut say) = pipe().unwrap();
        let said = Said::to(hear);
        let mut lines = said.lines();
        say.write_all(b"one\ntwo\n").unwrap();
        assert_eq!(lines.wait_for(PATIENCE, |line| line == "two").unwrap(), "two");
        let mut later = said.lines_from_now();
        say.write_all(b"thr\xffee\nfour").unwrap();
        drop(say);
        assert_eq!(later.by_ref().collect::<Vec<_>>(), ["thr\u{fffd}ee", "four"]);
        assert_eq!(lines.count(), 2);
        assert_eq!(said.text(), "one\ntwo\nthr\u{fffd}ee\nfour");
    }

    #[tokio::test]
    async fn what_is_not_said_is_not_waited_for_longer_than_asked() {
        let (hear, mut say) = pipe().unwrap();
        let mut lines = Said::to(hear).lines();
        say.write_all(b"something else\n").unwrap();
        let briefly = Duration::from_millis(50);
        let error = lines.wait_for(briefly, |line| line == "this").unwrap_err().to_string();
        assert!(error.contains("within 50ms, but:\nsomething else"), "{error}");
        assert!(lines.to_come(briefly, |line| line == "this").await.is_err());
        drop(say);
        let began = Instant::now();
        assert!(lines.to_come(PATIENCE, |line| line == "this").await.is_err(), "the program has ended");
        assert!(began.elapsed() < PATIENCE);
    }
}

//! Progress, said to a human: what is being done, that it is still being done, and how long it took.
//!
//! All of it goes to standard error. On a terminal a step is a spinner with
//! its time; elsewhere (a log, CI) it is a plain line now and then, because a
//! log that stands still for a minute looks like one that hangs.

use std::io::IsTerminal;
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Silence up to here needs no explanation.
const FIRST_SIGN: Duration = Duration::from_secs(2);
const NEXT_SIGN: Duration = Duration::from_secs(5);

/// All spinners of the process, so that lines are written above them, not through them.
static SCREEN: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Writes a line of its own.
pub fn line(text: impl AsRef<str>) {
    SCREEN.suspend(|| eprintln!("{}", text.as_ref()));
}

/// Does `work` and shows that it is going on.
///
/// # Errors
/// Those of `work`.
pub fn step<T>(what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let step = Step::begin(what);
    let result = work();
    step.end(result.is_ok());
    result
}

/// As [`step`], for work that waits.
///
/// # Errors
/// Those of `work`.
pub async fn step_async<T>(what: &str, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let step = Step::begin(what);
    let result = work.await;
    step.end(result.is_ok());
    result
}

struct Step {
    what: String,
    began: Instant,
    sign: Option<Sign>,
}

enum Sign {
    Spinner(ProgressBar),
    Lines { stop: Sender<()>, thread: JoinHandle<()> },
}

impl Step {
    fn begin(what: &str) -> Self {
        let began = Instant::now();
        let sign = if std::io::stderr().is_terminal() {
            Sign::Spinner(spinner(what))
        } else {
            line(format!("{what} …"));
            let (stop, stopped) = channel();
            let what = what.to_owned();
            Sign::Lines { stop, thread: thread::spawn(move || lines(&what, began, &stopped)) }
        };
        Self { what: what.to_owned(), began, sign: Some(sign) }
    }

    fn end(mut self, well: bool) {
        self.finish(if well { "done in" } else { "failed after" });
    }

    fn finish(&mut self, how: &str) {
        match self.sign.take() {
            None => return,
            Some(Sign::Spinner(bar)) => bar.finish_and_clear(),
            Some(Sign::Lines { stop, thread }) => {
                drop(stop);
                let _ = thread.join();
            }
        }
        line(format!("{}: {how} {:.1} s", self.what, self.began.elapsed().as_secs_f64()));
    }
}

/// A panic, or a future that nobody waits for any more.
impl Drop for Step {
    fn drop(&mut self) {
        self.finish("given up after");
    }
}

fn spinner(what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} … {elapsed}").expect("a constant that a test has tried");
    let bar = SCREEN.add(ProgressBar::new_spinner().with_style(style).with_message(what.to_owned()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn lines(what: &str, began: Instant, stopped: &Receiver<()>) {
    let mut wait = FIRST_SIGN;
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(wait) {
        line(format!("{what}: {} s so far …", began.elapsed().as_secs()));
        wait = NEXT_SIGN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_hands_its_result_through() {
        assert_eq!(step("Counting", || Ok(3)).unwrap(), 3);
        assert_eq!(step::<()>("Falling", || anyhow::bail!("hard floor")).unwrap_err().to_string(), "hard floor");
    }

    #[tokio::test]
    async fn a_waiting_step_hands_its_result_through() {
        assert_eq!(step_async("Waiting", async { Ok(4) }).await.unwrap(), 4);
    }

    #[test]
    fn the_spinner_can_be_drawn() {
        spinner("Spinning").finish_and_clear();
    }
}

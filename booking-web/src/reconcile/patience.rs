//! Asks Razorpay as one who is in no hurry: pauses when it says that we ask too
//! much, and asks again when it is away for a moment.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::payment::client::{Client, RazorpayError};

/// In a row; with the pauses between them, about a quarter of a minute.
const FAILURES: u32 = 6;
/// In a row; the pauses between them grow to a minute each.
const THROTTLED: u32 = 12;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Questions side by side where there are many.
const AT_ONCE: usize = 4;

/// Asks until there is an answer.
///
/// # Errors
/// [`RazorpayError`] when Razorpay refuses, or stays away for long.
pub(super) async fn patiently<T, F>(razorpay: &Client, ask: impl Fn() -> F) -> Result<T, RazorpayError>
where
    F: Future<Output = Result<T, RazorpayError>>,
{
    let (mut failures, mut throttled) = (0, 0);
    loop {
        while let Some(pause) = razorpay.pause() {
            tokio::time::sleep(pause).await;
        }
        match ask().await {
            Err(RazorpayError::Busy { status: StatusCode::TOO_MANY_REQUESTS }) if throttled < THROTTLED => {
                throttled += 1;
            }
            Err(RazorpayError::Busy { .. } | RazorpayError::NoAnswer(_)) if failures < FAILURES => {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(failures.min(4))).await;
                failures += 1;
            }
            answer => return answer,
        }
    }
}

/// What Razorpay does not know is not there. A refusal of ourselves is no such answer.
pub(super) fn found<T>(answer: Result<T, RazorpayError>) -> Result<Option<T>, RazorpayError> {
    match answer {
        Ok(it) => Ok(Some(it)),
        Err(RazorpayError::Refused { status: StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does the same for each, a few side by side; the answers come in any order.
///
/// # Errors
/// The first that comes; the others are given up.
pub(super) async fn for_each<I, T, E, F>(items: Vec<I>, ask: impl Fn(I) -> F) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let (mut asked, mut answers) = (JoinSet::new(), Vec::with_capacity(items.len()));
    for item in items {
        if asked.len() == AT_ONCE {
            take_one(&mut asked, &mut answers).await?;
        }
        asked.spawn(ask(item));
    }
    while !asked.is_empty() {
        take_one(&mut asked, &mut answers).await?;
    }
    Ok(answers)
}

async fn take_one<T: 'static, E: 'static>(asked: &mut JoinSet<Result<T, E>>, answers: &mut Vec<T>) -> Result<(), E> {
    match asked.join_next().await {
        Some(Ok(answer)) => answers.push(answer?),
        Some(Err(ended)) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        Some(Err(_)) | None => {}
    }
    Ok(())
}

//! One order after the other: what is wrong with one does not keep the others waiting.

use anyhow::bail;

use super::which::{self, Meant};
use crate::db::Db;

/// What came of one order.
pub(in crate::commands) struct Said {
    pub(in crate::commands) text: String,
    /// Nothing is left to do, for now or for somebody else.
    pub(in crate::commands) done: bool,
}

impl Said {
    pub(in crate::commands) fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), done: true }
    }
}

/// Does `act` to every order that is named, and says what came of it; on
/// stderr why nothing did.
///
/// # Errors
/// When something was not done.
pub(in crate::commands) async fn each(
    db: &Db,
    names: &[String],
    act: impl AsyncFn(Meant) -> anyhow::Result<Said>,
) -> anyhow::Result<()> {
    let mut left = 0;
    for name in names {
        let said = async {
            let meant = which::order(db, name).await?;
            let id = meant.order.id;
            anyhow::Ok((id, act(meant).await?))
        };
        match said.await {
            Ok((id, Said { text, done })) => {
                println!("{id} {text}");
                left += usize::from(!done);
            }
            Err(error) => {
                eprintln!("{name}: {error:#}");
                left += 1;
            }
        }
    }
    match (left, names.len()) {
        (0, _) => Ok(()),
        (1, 1) => bail!("it is not done"),
        (left, of) => bail!("{left} of {of} are not done"),
    }
}

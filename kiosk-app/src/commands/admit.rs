//! `kiosk-app admit`: ticket codes in, one a line, verdict lines out. For a
//! scanner that types, and for other programs.

use std::io::{self, BufRead, Read};
use std::thread;

use anyhow::Context;
use tokio::sync::mpsc;

use super::door;
use crate::settings::Settings;

/// More than any code holds. What is longer is cut: it is no ticket either way.
const MAX_LINE: u64 = 4096;

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let (lines, texts) = mpsc::channel(door::WAITING);
    // A thread of its own: reading stdin cannot be interrupted, only left behind.
    thread::Builder::new()
        .name("stdin".into())
        .spawn(move || read_lines(io::stdin().lock(), |line| lines.blocking_send(line).is_ok()))
        .context("no thread to read stdin")?;
    door::answer(settings, texts)
}

/// Hands over each line as bytes, whatever they are, until the end or until nobody wants any more.
fn read_lines(mut input: impl BufRead, mut hand_over: impl FnMut(Vec<u8>) -> bool) {
    loop {
        match read_line(&mut input) {
            Ok(Some(line)) => {
                if !hand_over(line) {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => return tracing::error!("stdin cannot be read: {error}"),
        }
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if input.take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else {
        // The end of the input, or a line too long to keep.
        input.skip_until(b'\n')?;
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        read_lines(input, |line| {
            lines.push(line);
            true
        });
        lines
    }

    #[test]
    fn each_line_is_one_code_and_none_is_swallowed() {
        assert_eq!(lines(b"a\n\nb\r\n\xff\xfe\nc"), [&b"a"[..], b"", b"b\r", b"\xff\xfe", b"c"]);
        assert_eq!(lines(b""), [] as [Vec<u8>; 0]);
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_leaves_the_next_alone() {
        let mut input = vec![b'x'; 1 << 20];
        input.extend(b"\nnext\n");
        let lines = lines(&input);
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].len(), &lines[1][..]), (4096, &b"next"[..]));
    }
}

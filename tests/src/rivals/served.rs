//! A reader of this program, asked by another process: frames on standard
//! input, answers on standard output. See [`super::piped`] for the one who asks.

use std::io::{self, Read, Write};
use std::panic;

use anyhow::Context;
use image::GrayImage;
use serde::{Deserialize, Serialize};

use super::{Reading, Which};

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Hello {
    pub(super) version: String,
}

/// The line for each frame.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Answer {
    pub(super) texts: Vec<String>,
    pub(super) ms: f64,
    #[serde(default)]
    pub(super) fell: bool,
}

/// Answers for a reader until nothing more is asked.
///
/// # Errors
/// When the reader is not there, or who asks is gone.
pub fn serve(which: Which) -> anyhow::Result<()> {
    let mut reader = which.in_process()?;
    // Its panics are answers, not news.
    panic::set_hook(Box::new(|_| ()));
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    say(&mut output, &Hello { version: reader.version() })?;
    while let Some(luma) = frame(&mut input)? {
        let Reading { texts, took, fell } = reader.read(&luma)?;
        say(&mut output, &Answer { texts, ms: took.as_secs_f64() * 1000.0, fell })?;
    }
    Ok(())
}

fn say(output: &mut impl Write, line: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")?;
    Ok(output.flush()?)
}

/// Width and height in four bytes each, the lowest first, then the brightness of each pixel.
pub(super) fn write_frame(output: &mut impl Write, luma: &GrayImage) -> io::Result<()> {
    output.write_all(&luma.width().to_le_bytes())?;
    output.write_all(&luma.height().to_le_bytes())?;
    output.write_all(luma)?;
    output.flush()
}

/// The next frame, or none when there are no more.
fn frame(input: &mut impl Read) -> anyhow::Result<Option<GrayImage>> {
    let mut side = || {
        let mut bytes = [0; 4];
        input.read_exact(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    };
    let width = match side() {
        Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        width => width?,
    };
    let height = side()?;
    let mut pixels = vec![0; usize::try_from(u64::from(width) * u64::from(height))?];
    input.read_exact(&mut pixels)?;
    Ok(Some(GrayImage::from_raw(width, height, pixels).context("as many pixels as it should have")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_arrives_as_it_was_sent() {
        let luma = GrayImage::from_fn(300, 2, |x, y| image::Luma([u8::try_from((x + y) % 256).unwrap()]));
        let mut sent = Vec::new();
        write_frame(&mut sent, &luma).unwrap();
        let mut input = &*sent;
        assert_eq!(frame(&mut input).unwrap(), Some(luma));
        assert_eq!(frame(&mut input).unwrap(), None);
        assert!(frame(&mut &sent[..sent.len() - 1]).is_err(), "cut off");
    }
}

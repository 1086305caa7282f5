//! A camera's JPEG: how long it is, and what it leaves out.
//!
//! A driver fills a part of its buffer and says how much; nokhwa hands over
//! the whole buffer without that word. What lies behind the picture is left
//! over from older ones.

mod tables;

pub use tables::with_tables;

const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const TABLES: u8 = 0xC4;

/// The length of the JPEG; none where there is none. A picture without an end,
/// as some cameras send, may be as long as the buffer.
#[must_use]
pub fn length(buffer: &[u8]) -> Option<usize> {
    if buffer.get(..2)? != [0xFF, START] {
        return None;
    }
    match behind_header(buffer)? {
        Header::End(at) => Some(at),
        Header::Scan { pixels, .. } => Some(end_of_scan(buffer, pixels).unwrap_or(buffer.len())),
    }
}

enum Header {
    /// The picture ends before any pixel.
    End(usize),
    /// Its first scan.
    Scan {
        /// Where its own header begins.
        begins: usize,
        /// Where its pixels begin.
        pixels: usize,
        /// Whether Huffman tables stood before it.
        tables: bool,
    },
}

/// Leaps from segment to segment: the end mark of a thumbnail inside one is not the picture's.
fn behind_header(buffer: &[u8]) -> Option<Header> {
    let (mut at, mut tables) = (2, false);
    loop {
        let [mark, kind] = *buffer.get(at..at + 2)? else { return None };
        match (mark, kind) {
            (0xFF, 0xFF) => at += 1,
            (0xFF, END) => return Some(Header::End(at + 2)),
            // Marks that stand alone.
            (0xFF, 0x01 | 0xD0..=0xD7) => at += 2,
            (0xFF, _) => {
                let [high, low] = *buffer.get(at + 2..at + 4)? else { return None };
                let begins = at;
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
                tables |= kind == TABLES;
                if kind == SCAN {
                    return Some(Header::Scan { begins, pixels: at, tables });
                }
            }
            _ => return None,
        }
    }
}

/// Among the pixels a byte of FF is followed by 00, or it is a mark.
fn end_of_scan(buffer: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += buffer.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match *buffer.get(at + 1)? {
            END => return Some(at + 2),
            0xFF => at += 1,
            _ => at += 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

    use super::*;

    fn jpeg() -> Vec<u8> {
        let mut bytes = Vec::new();
        let pixels: Vec<u8> = (0..64 * 48_u32).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
        JpegEncoder::new_with_quality(&mut bytes, 90).encode(&pixels, 64, 48, ExtendedColorType::L8).unwrap();
        bytes
    }

    #[test]
    fn what_is_left_over_from_older_pictures_does_not_count() {
        let jpeg = jpeg();
        let mut buffer = jpeg.clone();
        buffer.extend(&jpeg[jpeg.len() / 2..]);
        buffer.resize(1 << 20, 0);
        assert_eq!(length(&buffer), Some(jpeg.len()));
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_the_end_of_the_picture() {
        let jpeg = jpeg();
        let mut with_thumbnail = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
        with_thumbnail.extend(&jpeg[2..]);
        assert_eq!(length(&with_thumbnail), Some(with_thumbnail.len()));
    }

    #[test]
    fn an_end_after_filling_bytes_is_found() {
        let jpeg = jpeg();
        let mut filled = jpeg[..jpeg.len() - 2].to_vec();
        filled.extend([0xFF, 0xFF, 0xFF, 0xD9, 1, 2, 3]);
        assert_eq!(length(&filled), Some(filled.len() - 3));
    }

    #[test]
    fn a_picture_without_an_end_may_be_all_there_is() {
        let jpeg = jpeg();
        assert_eq!(length(&jpeg[..jpeg.len() - 2]), Some(jpeg.len() - 2));
    }

    #[test]
    fn what_is_no_jpeg_has_no_length_however_short() {
        assert_eq!(length(&[0; 4096]), None);
        let jpeg = jpeg();
        for cut in 0..30 {
            assert_eq!(length(&jpeg[..cut]), None, "{cut}");
        }
    }

    /// As many webcams send it.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut bare = jpeg.to_vec();
        while let Some(at) = bare.windows(2).position(|mark| mark == [0xFF, TABLES]) {
            let length = usize::from(u16::from_be_bytes([bare[at + 2], bare[at + 3]]));
            bare.drain(at..at + 2 + length);
        }
        bare
    }

    #[test]
    fn the_tables_that_a_camera_leaves_out_are_those_of_the_standard() {
        let jpeg = jpeg();
        let bare = without_tables(&jpeg);
        assert!(bare.len() < jpeg.len());
        let pixels = |jpeg: &[u8]| image::load_from_memory(jpeg).unwrap().into_luma8();
        assert_eq!(pixels(&with_tables(&bare)), pixels(&jpeg));
        assert!(matches!(with_tables(&jpeg), std::borrow::Cow::Borrowed(_)), "a whole one is left alone");
        assert_eq!(&*with_tables(&bare[..20]), &bare[..20]);
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        let jpeg = jpeg();
        for at in 0..jpeg.len() {
            let mut broken = jpeg.clone();
            broken[at] ^= 0xFF;
            assert!(length(&broken).is_none_or(|length| length <= broken.len()));
            assert!(length(&broken[..at]).is_none_or(|length| length <= at));
        }
    }
}

//! Picture files: bytes become grey pixels, or a word on why not.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits};

/// The largest file read, in bytes: a 100-megapixel photo without loss has about this.
const MAX_FILE: u64 = 256 << 20;
/// The most pixels read: twice what a 50-megapixel phone takes.
const MAX_PIXELS: u64 = 120_000_000;
/// The longest side, which keeps `width × height` within reason before any pixel is made.
const MAX_SIDE: u32 = 40_000;
/// The memory a decoder may ask for: [`MAX_PIXELS`] in colour, with room to work.
const MAX_MEMORY: u64 = 512 << 20;

/// Reads a picture file. How the camera was held does not matter: a code reads in any direction.
///
/// # Errors
/// See [`Why`].
pub fn read(path: &Path) -> Result<GrayImage, PictureFault> {
    let fault = |why| PictureFault { path: path.to_owned(), why };
    bytes_of(path).and_then(|bytes| pixels_of(&bytes)).map_err(fault)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Why> {
    let meta = std::fs::metadata(path)?;
    if meta.is_dir() {
        return Err(Why::Folder);
    }
    // A pipe or a device may never end.
    if !meta.is_file() {
        return Err(Why::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        0 => Err(Why::Empty),
        length if length > MAX_FILE => Err(Why::TooLarge),
        _ => Ok(bytes),
    }
}

/// Reads a picture file's bytes, as [`read`] does.
///
/// # Errors
/// See [`Why`].
pub fn from_bytes(bytes: &[u8]) -> Result<GrayImage, Why> {
    match bytes.len() as u64 {
        0 => Err(Why::Empty),
        length if length > MAX_FILE => Err(Why::TooLarge),
        _ => pixels_of(bytes),
    }
}

fn pixels_of(bytes: &[u8]) -> Result<GrayImage, Why> {
    // By what the file is, not by what it is called.
    let format = image::guess_format(bytes).map_err(|_| foreign(bytes))?;
    let (width, height) = reader(bytes, format).into_dimensions().map_err(why)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Why::TooManyPixels);
    }
    reader(bytes, format).decode().map_err(why).map(grey)
}

fn reader(bytes: &[u8], format: ImageFormat) -> ImageReader<Cursor<&[u8]>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader
}

/// To luma. What is see-through is paper: a code drawn in black on nothing has black under its nothing.
fn grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let (width, height) = (picture.width(), picture.height());
    let on_paper = picture.into_luma_alpha8().pixels().map(|pixel| on_white(pixel.0)).collect();
    GrayImage::from_raw(width, height, on_paper).expect("one value for each pixel")
}

fn on_white([luma, alpha]: [u8; 2]) -> u8 {
    let (luma, alpha) = (u16::from(luma), u16::from(alpha));
    u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).expect("a mean of two bytes is a byte")
}

fn foreign(bytes: &[u8]) -> Why {
    // An ISO media file whose brand begins with he, hev or mif: what iPhones write.
    let brand = bytes.get(4..10).unwrap_or_default();
    if brand == b"ftyphe" || brand == b"ftypmi" { Why::Heic } else { Why::NotAPicture }
}

fn why(error: ImageError) -> Why {
    match error {
        ImageError::Limits(_) => Why::TooManyPixels,
        ImageError::Unsupported(_) => Why::NotAPicture,
        error => Why::Damaged(error),
    }
}

/// A file that gave no pixels.
#[derive(Debug)]
pub struct PictureFault {
    /// The file.
    pub path: PathBuf,
    /// The reason.
    pub why: Why,
}

/// Why a file gave no pixels, and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// A folder.
    #[error("is a folder; name the pictures in it")]
    Folder,
    /// A pipe, a socket or a device.
    #[error("is not a regular file; save the picture to one")]
    NotAFile,
    /// No bytes.
    #[error("is empty; take or download the picture again")]
    Empty,
    /// A file of more bytes than any photo has.
    #[error("is larger than {} MiB; save the picture as JPEG", MAX_FILE >> 20)]
    TooLarge,
    /// More pixels, or more memory for them, than any phone's picture needs.
    #[error("has more than {} megapixels; scale the picture down", MAX_PIXELS / 1_000_000)]
    TooManyPixels,
    /// Apple's format.
    #[error("is a HEIC picture; save it as JPEG or PNG")]
    Heic,
    /// Something else.
    #[error("is no picture of a kind that can be read here; use PNG, JPEG, WebP, GIF or BMP")]
    NotAPicture,
    /// A picture's beginning, but not its rest.
    #[error("is damaged or cut off ({0}); take or download the picture again")]
    Damaged(#[source] ImageError),
    /// The system's own reason.
    #[error("cannot be read: {0}; check the name and who may read it")]
    Unreadable(#[from] io::Error),
}

impl fmt::Display for PictureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.why)
    }
}

impl std::error::Error for PictureFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<GrayImage, PictureFault> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.jpg");
        std::fs::write(&path, bytes).unwrap();
        read(&path)
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_read_by_what_it_is_and_not_by_its_name() {
        let picture = read_bytes(&png(&DynamicImage::new_rgb8(30, 20))).unwrap();
        assert_eq!(picture.dimensions(), (30, 20));
    }

    #[test]
    fn what_is_see_through_is_paper() {
        let picture = read_bytes(&png(&DynamicImage::new_rgba8(2, 2))).unwrap();
        assert!(picture.pixels().all(|pixel| pixel.0 == [255]));
    }

    #[test]
    fn what_is_no_picture_is_said_with_file_and_remedy() {
        let whole = png(&DynamicImage::ImageLuma8(GrayImage::from_fn(200, 200, |x, y| {
            image::Luma([u8::try_from(x * y % 251).unwrap()])
        })));
        for (bytes, said) in [
            (&b""[..], "is empty"),
            (b"not a picture at all", "use PNG"),
            (b"\0\0\0\x24ftypheic\0\0\0\0", "HEIC"),
            (&whole[..whole.len() / 2], "cut off"),
            (&whole[..20], "cut off"),
            (&whole[..8], "cut off"),
        ] {
            let fault = read_bytes(bytes).unwrap_err().to_string();
            assert!(fault.contains("picture.jpg") && fault.contains(said), "{fault}");
        }
    }

    #[test]
    fn a_folder_and_a_missing_file_are_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap_err().to_string().contains("is a folder"));
        assert!(read(&folder.path().join("gone.png")).unwrap_err().to_string().contains("gone.png cannot be read"));
    }

    #[test]
    fn a_bomb_is_refused_before_a_pixel_is_made() {
        // A PNG's header that promises 30,000 × 30,000 pixels of 16-bit colour.
        let mut bomb = png(&DynamicImage::new_rgba16(1, 1));
        for side in [16, 20] {
            bomb[side..side + 4].copy_from_slice(&30_000_u32.to_be_bytes());
        }
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert!(matches!(read_bytes(&bomb).unwrap_err().why, Why::TooManyPixels));
    }

    /// PNG's checksum, bit by bit.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc: u32, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    }
}

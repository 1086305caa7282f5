//! The README's pictures, taken by walking the path.

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use real_parts::browser::Look;
use tempfile::TempDir;

use super::guest::Guest;
use super::picture::{png, read, side_by_side};
use crate::world::{Setup, World};

/// Nobody likes to clone megabytes of pictures.
const LARGEST: usize = 100_000;
const LARGEST_OF_ALL: usize = 250_000;

/// How much of each page the picture of the whole path shows.
const SCREEN: u32 = 1670;

/// Where pictures go.
struct Album {
    folder: PathBuf,
    _forgotten: Option<TempDir>,
}

impl Album {
    fn open() -> Self {
        let forgotten = tempfile::tempdir().unwrap();
        if std::env::var_os("UPDATE_SCREENSHOTS").is_none_or(|it| it != "1") {
            return Self { folder: forgotten.path().to_owned(), _forgotten: Some(forgotten) };
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        fs::create_dir_all(&folder).unwrap();
        Self { folder, _forgotten: None }
    }

    fn keep(&self, picture: &RgbImage, name: &str, largest: usize) {
        let png = png(picture);
        let size = png.len();
        fs::write(self.folder.join(name), png).unwrap();
        assert!(size <= largest, "{name} has {size} bytes");
    }

    /// Photographs the page that a guest is looking at.
    async fn take(&self, guest: &Guest<'_>, name: &str) -> RgbImage {
        let picture = read(&guest.photo_of_page(name).await);
        self.keep(&picture, name, LARGEST);
        picture
    }
}

#[tokio::test]
async fn the_readmes_pictures_can_be_taken() {
    let world = World::new(Setup::default()).await;
    let album = Album::open();
    let laptop = Guest::new(&world, Look::laptop()).await;
    album.take(&laptop, "form-laptop.png").await;

    let phone = Guest::new(&world, Look::phone()).await;
    phone.fill_in("Asha", "98765 43210").await;
    phone.ask("document.activeElement.blur()").await;
    let form = album.take(&phone, "form-phone.png").await;
    phone.books("Asha", "9876543210").await;
    let payment = album.take(&phone, "payment-phone.png").await;
    phone.pays().await;
    let ticket = album.take(&phone, "ticket-phone.png").await;
    phone.prefers("dark").await;
    album.take(&phone, "ticket-phone-dark.png").await;
    album.keep(&side_by_side(&[&form, &payment, &ticket], SCREEN), "journey.png", LARGEST_OF_ALL);
}

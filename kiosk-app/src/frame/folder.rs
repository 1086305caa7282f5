//! A folder of pictures in the place of a camera: for trying the gate out, for
//! tests, and for a camera program that saves its pictures as files.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::{Frame, FrameFault, FrameSource};
use crate::picture;

/// How often a watched folder is looked into; a guest does not notice a tenth of a second.
const LOOK: Duration = Duration::from_millis(100);

/// The pictures of a folder in the order of their names, or a single picture.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    watch: bool,
    waiting: VecDeque<PathBuf>,
    /// The watched folder's files as they were at the last look.
    known: HashMap<PathBuf, Known>,
    /// Said once, not ten times a second.
    said_to_be_gone: bool,
    sequence: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    stamp: Stamp,
    taken: bool,
}

impl Folder {
    /// Looks into a folder, or takes a single picture. With `watch` the source
    /// never ends: it waits for pictures that are new or have changed.
    ///
    /// # Errors
    /// When `path` is not there or, to be watched, is not a folder.
    pub fn open(path: &Path, watch: bool) -> Result<Self, FrameFault> {
        let fault = |why| FrameFault::Folder { path: path.to_owned(), why };
        let is_folder = std::fs::metadata(path).map_err(fault)?.is_dir();
        if watch && !is_folder {
            return Err(fault(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        let mut folder = Self {
            path: path.to_owned(),
            watch,
            waiting: VecDeque::new(),
            known: HashMap::new(),
            said_to_be_gone: false,
            sequence: 0,
        };
        if !is_folder {
            folder.waiting.push_back(path.to_owned());
        } else if !watch {
            folder.waiting = files_in(path).map_err(fault)?.into_iter().map(|(path, _)| path).collect();
        }
        Ok(folder)
    }

    /// Whether it holds nothing now; a watched folder may later.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Notes what is new. A file is taken once it looks the same twice: until
    /// then somebody may still be writing it.
    fn look(&mut self) -> io::Result<()> {
        let mut known = HashMap::new();
        for (path, stamp) in files_in(&self.path)? {
            let before = self.known.get(&path).filter(|before| before.stamp == stamp);
            let taken = before.is_some_and(|before| before.taken);
            if before.is_some() && !taken {
                self.waiting.push_back(path.clone());
            }
            known.insert(path, Known { stamp, taken: before.is_some() });
        }
        self.known = known;
        Ok(())
    }

    fn wait_for_files(&mut self) -> Result<(), FrameFault> {
        while self.waiting.is_empty() {
            std::thread::sleep(LOOK);
            match self.look() {
                Ok(()) => self.said_to_be_gone = false,
                Err(why) if !self.said_to_be_gone => {
                    self.said_to_be_gone = true;
                    return Err(FrameFault::Folder { path: self.path.clone(), why });
                }
                Err(_) => {}
            }
        }
        Ok(())
    }
}

impl FrameSource for Folder {
    fn next_frame(&mut self) -> Result<Option<Frame>, FrameFault> {
        if self.watch {
            self.wait_for_files()?;
        }
        let Some(path) = self.waiting.pop_front() else { return Ok(None) };
        self.sequence += 1;
        let taken_at = Instant::now();
        let luma = picture::read(&path)?;
        Ok(Some(Frame { luma, sequence: self.sequence, taken_at }))
    }
}

/// The files of a folder in the order of their names, without hidden ones and folders.
fn files_in(path: &Path) -> io::Result<Vec<(PathBuf, Stamp)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        // Through a link, as reading will; a file that vanishes meanwhile is not there.
        let Ok(meta) = std::fs::metadata(entry.path()) else { continue };
        if meta.is_file() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
            files.push((entry.path(), Stamp { length: meta.len(), modified: meta.modified().ok() }));
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use image::GrayImage;

    use super::*;

    /// Saves a picture that is told from others by its width.
    fn save(folder: &Path, name: &str, width: u32) {
        GrayImage::new(width, 1).save(folder.join(name)).unwrap();
    }

    fn width(source: &mut Folder) -> Option<u32> {
        source.next_frame().unwrap().map(|frame| frame.luma.width())
    }

    #[test]
    fn pictures_come_in_the_order_of_their_names_and_then_end() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "b.png", 2);
        save(folder.path(), "a.png", 1);
        save(folder.path(), ".hidden.png", 9);
        std::fs::create_dir(folder.path().join("c.png")).unwrap();
        let mut source = Folder::open(folder.path(), false).unwrap();
        assert_eq!([width(&mut source), width(&mut source), width(&mut source)], [Some(1), Some(2), None]);
    }

    #[test]
    fn an_unreadable_picture_is_a_fault_and_the_next_one_still_comes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), "no picture").unwrap();
        save(folder.path(), "b.png", 2);
        let mut source = Folder::open(folder.path(), false).unwrap();
        assert!(source.next_frame().unwrap_err().to_string().contains("a.png is no picture"));
        assert_eq!(width(&mut source), Some(2));
    }

    #[test]
    fn a_single_picture_is_a_source_too() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "a.png", 1);
        let mut source = Folder::open(&folder.path().join("a.png"), false).unwrap();
        assert_eq!([width(&mut source), width(&mut source)], [Some(1), None]);
    }

    #[test]
    fn what_is_not_there_or_cannot_be_watched_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Folder::open(&folder.path().join("gone"), false).unwrap_err().to_string().contains("gone"));
        save(folder.path(), "a.png", 1);
        assert!(Folder::open(&folder.path().join("a.png"), true).is_err());
    }

    #[test]
    fn a_watched_folder_gives_what_is_new_and_what_has_changed_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let mut source = Folder::open(folder.path(), true).unwrap();
        save(folder.path(), "b.png", 2);
        assert_eq!(width(&mut source), Some(2));
        save(folder.path(), "a.png", 1);
        assert_eq!(width(&mut source), Some(1));
        save(folder.path(), "b.png", 300);
        assert_eq!(width(&mut source), Some(300));
        assert!(source.is_empty());
    }

    #[test]
    fn a_watched_folder_that_vanishes_is_said_once_and_waited_for() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("pictures");
        std::fs::create_dir(&path).unwrap();
        let mut source = Folder::open(&path, true).unwrap();
        std::fs::remove_dir(&path).unwrap();
        assert!(matches!(source.next_frame(), Err(FrameFault::Folder { .. })));
        std::fs::create_dir(&path).unwrap();
        save(&path, "a.png", 1);
        assert_eq!(width(&mut source), Some(1));
    }
}

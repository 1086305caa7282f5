//! The gate: reads ticket codes and says who may enter.
//!
//! Everything that decides is here and needs no window. The way of a frame,
//! which is also the reading order:
//!
//! [`settings`] → [`frame`] (where frames come from: a folder of pictures) →
//! [`picture`] (a file becomes grey pixels) → [`decode`] (pixels become a text)
//! → [`presentation`] (a code held in view is one scan) → [`judge`] (what a
//! text is, without asking anyone) → [`admit`] (what the database says of it)
//! → [`database`] → the verdict line of [`common::Verdict`] → [`scan_log`].
//!
//! [`commands`] puts the parts together: `decode`, `admit` and `--headless`.

pub mod admit;
pub mod camera;
pub mod commands;
pub mod database;
pub mod decode;
pub mod desk;
pub mod frame;
pub mod judge;
pub mod picture;
pub mod presentation;
pub mod scan;
pub mod scan_log;
pub mod settings;
#[cfg(feature = "window")]
pub mod window;

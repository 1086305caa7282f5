//! The gate: reads ticket codes and says who may enter.
//!
//! Everything that decides is here and needs no window. The way of a frame,
//! which is also the reading order:
//!
//! [`settings`] → [`camera`] and [`frame`] (where frames come from: a webcam,
//! or a folder of pictures read by [`picture`]) → [`scan`] (the loop that looks
//! at them) → [`reader`] (pixels become a text) → [`presentation`] (a code held
//! in view is one scan) → [`judge`] (what a text is, without asking anyone) →
//! [`admit`] (what the database says of it, or what the gate knows) →
//! [`database`] → the verdict line of [`common::Verdict`].
//!
//! For the time when the network is down: [`store`] (what is on the disk, the
//! journal of all scans included) → [`memory`] (what is at hand) → [`upkeep`]
//! (who fills it and sends it) → [`neighbours`] (the other gates of this
//! network) → [`clock`]. [`works`] puts a gate together.
//!
//! [`commands`] puts the parts together for a terminal: `decode`, `admit` and
//! `--headless`. [`desk`] does so for a window, and `window` is the thin shell
//! around it that the feature `window` adds.

pub mod admit;
pub mod camera;
pub mod clock;
pub mod commands;
pub mod database;
pub mod desk;
pub mod frame;
pub mod judge;
pub mod memory;
pub mod neighbours;
pub mod picture;
pub mod presentation;
pub mod reader;
pub mod scan;
pub mod settings;
pub mod store;
pub mod upkeep;
#[cfg(feature = "window")]
pub mod window;
pub mod works;

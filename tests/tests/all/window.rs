//! The gate's real window, from the camera's picture to the verdict on the screen.

mod album;
mod by_hand;
mod door;
mod first_start;
mod kiosk;
mod lock_down;
mod other_ways;
mod soak;
mod troubles;
mod verdicts;

//! What is special about V4L2, the cameras of Linux.

mod mode;
mod nodes;
mod waker;

pub(super) use mode::{explain, prepare};
pub(super) use nodes::{has, list};
pub(super) use waker::waker;

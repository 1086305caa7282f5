//! The tests, on real parts. One program, so that they share one database
//! server and link once.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

mod bookings;
mod camera;
mod desk;
mod gates;
mod house;
mod journey;
mod organisers;
mod outages;
mod payments;
mod seats;
mod venue;
mod window;
mod world;

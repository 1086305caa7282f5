//! The tests, on real parts. One program, so that they share one database
//! server and link once.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

mod bookings;
mod camera;
mod codes;
mod conflicts;
mod delivery;
mod desk;
mod gates;
mod groups;
mod guest_pages;
mod house;
mod journey;
mod killed;
mod languages;
mod migrations;
mod neighbours;
mod odd_money;
mod offline;
mod organiser_desk;
mod organisers;
mod outages;
mod payments;
mod pressure;
mod privacy;
mod reconcile;
mod refunds;
mod seats;
mod strangers;
mod venue;
mod watching;
mod window;
mod world;

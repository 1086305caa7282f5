//! Real parts to test with: nothing here pretends, except the payment company.
//!
//! The tests and the two commands of the README stand on the same parts, so
//! what a newcomer sees in the demo is what the tests have tried.
//!
//! Reading order: [`say`] → [`install`] (what the machine lacks) → [`child`]
//! and [`scratch`] (nothing is left behind, even after a `kill -9`) →
//! [`mariadb`] → [`proxy`] and [`lan`] (what can be cut) → [`mail`] → [`page`] (what any page can be asked) →
//! [`browser`] (and [`axe`]), [`camera`] and [`window`] → [`programs`] → [`buyers`] (many guests at once)
//! → [`offline`] (gates without their database) → [`fuzz`] (many strangers) → [`pictures`] (many codes, badly held)
//! → [`rivals`] (who else reads them) → [`carbon`] (an outside judge).

pub mod axe;
pub mod browser;
pub mod buyers;
pub mod camera;
pub mod carbon;
pub mod child;
pub mod fuzz;
pub mod install;
pub mod lan;
pub mod mail;
pub mod mariadb;
pub mod offline;
pub mod package;
pub mod page;
pub mod pictures;
pub mod processes;
pub mod programs;
pub mod proxy;
pub mod razorpay;
pub mod real_driver;
pub mod rivals;
pub mod say;
pub mod scratch;
pub mod spread;
pub mod window;

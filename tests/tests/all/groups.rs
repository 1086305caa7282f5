//! Several guests on one order: seats for all or for none, one payment, and a
//! ticket for each that is admitted alone.

mod form;
mod mail;
mod money;
mod page;
mod race;

use reqwest::{Response, StatusCode};

use crate::world::{Booked, World};

const PHONE: &str = "9876543210";
const FRIENDS: [&str; 3] = ["Asha", "रवि", "O'Neill"];

impl World {
    /// Sends the form with a name for each guest.
    async fn submit_group(&self, names: &[&str], phone: &str) -> Response {
        let guests = names.iter().map(|name| ("first_name", *name));
        let fields: Vec<_> = guests.chain([("phone_number", phone), ("email", "asha@example.com")]).collect();
        self.submit(&fields).await
    }

    async fn book_group(&self, names: &[&str], phone: &str) -> Booked {
        let answer = self.submit_group(names, phone).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        self.booked(phone).await
    }

    /// Valid tickets.
    async fn valid(&self) -> u32 {
        self.count("tickets WHERE REVOKED_AT IS NULL").await
    }
}

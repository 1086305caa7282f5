//! What a comparison with Razorpay needs.

use url::Url;

use super::{DatabaseSettings, Faults, RazorpaySettings, Typed};

/// Both sides of the ledger, and the address by which our links are known.
#[derive(Clone, Debug)]
pub struct ReconcileSettings {
    pub database: DatabaseSettings,
    pub razorpay: RazorpaySettings,
    pub public_url: Url,
}

impl Typed {
    /// What `reconcile` needs.
    ///
    /// # Errors
    /// [`Faults`] names each bad or missing setting.
    pub fn check_reconcile(&self) -> Result<ReconcileSettings, Faults> {
        let mut faults = Vec::new();
        let mut keep = |fault| faults.push(fault);
        let database = self.database().map_err(&mut keep).ok();
        let public_url = self.public_url().map_err(&mut keep).ok();
        match (database, self.razorpay(&mut keep), public_url) {
            (Some(database), Some(razorpay), Some(public_url)) => {
                Ok(ReconcileSettings { database, razorpay, public_url })
            }
            _ => Err(Faults(faults)),
        }
    }
}

impl ReconcileSettings {
    /// The beginning of every order page's address.
    #[must_use]
    pub fn our_pages(&self) -> String {
        format!("{}/orders/", self.public_url.as_str().trim_end_matches('/'))
    }
}

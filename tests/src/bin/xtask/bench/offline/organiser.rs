//! Signs tickets as the organiser does: with our own library, which this
//! program has only when it is asked for it.

use real_parts::offline::evening::Signs;

use crate::release;

/// What it is built with.
pub(crate) const FEATURE: &str = "signer";

/// Whether it was, and for release.
pub(crate) fn is_ready() -> bool {
    release::is_this() && cfg!(feature = "signer")
}

#[cfg(feature = "signer")]
pub(super) fn organiser() -> anyhow::Result<Box<dyn Signs>> {
    use common::{TicketSigner, UniqueId};

    struct Organiser(TicketSigner);

    impl Signs for Organiser {
        fn pem(&self) -> String {
            self.0.to_pem().to_string()
        }

        fn code(&self, unique_id: &str) -> String {
            let unique_id = UniqueId::parse(unique_id).expect("an evening's tickets are well named");
            self.0.sign(&unique_id).to_string()
        }
    }

    Ok(Box::new(Organiser(TicketSigner::from_seed(&[7; 32]))))
}

#[cfg(not(feature = "signer"))]
pub(super) fn organiser() -> anyhow::Result<Box<dyn Signs>> {
    anyhow::bail!("built without the feature {FEATURE}")
}

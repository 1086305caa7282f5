//! What a scanned text is, as far as that can be known without asking anyone.

use common::{CodeFault, PublicKey, Reason, TicketCode, UniqueId};

/// A text, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It names a ticket and may do so: only the database knows more.
    Ticket {
        /// Which.
        ticket: UniqueId,
        /// The code that vouches for it; none for a bare id.
        code: Option<TicketCode>,
    },
    /// It opens no door, whatever the database holds.
    Refused {
        /// Why.
        reason: Reason,
        /// The ticket it claims to be, if it claims one.
        claims: Option<UniqueId>,
    },
}

/// Judges a text by the event's public keys. `accept_unsigned` also lets a bare
/// UNIQUE_ID name a ticket, for codes issued by an older system.
#[must_use]
pub fn judge(text: &[u8], keys: &[PublicKey], accept_unsigned: bool) -> Judged {
    // Some scanner, some code of another world: never a reason to stop.
    let Ok(text) = std::str::from_utf8(text) else {
        return Judged::Refused { reason: Reason::NotATicket, claims: None };
    };
    let (reason, claims) = match TicketCode::parse(text, keys) {
        Ok(code) => return Judged::Ticket { ticket: code.unique_id().clone(), code: Some(code) },
        Err(CodeFault::Unsigned(ticket)) if accept_unsigned => return Judged::Ticket { ticket, code: None },
        Err(CodeFault::Unsigned(id)) => (Reason::Unsigned, Some(id)),
        Err(CodeFault::Forged(id)) => (Reason::Forged, Some(id)),
        Err(CodeFault::NotATicket) => (Reason::NotATicket, None),
    };
    Judged::Refused { reason, claims }
}

#[cfg(test)]
mod tests {
    use common::TicketSigner;

    use super::*;

    const ID: &str = "Asha9198765432102026-11-22";

    fn signer(seed: u8) -> TicketSigner {
        TicketSigner::from_seed(&[seed; 32])
    }

    fn id() -> UniqueId {
        UniqueId::parse(ID).unwrap()
    }

    fn refused(reason: Reason, claims: Option<UniqueId>) -> Judged {
        Judged::Refused { reason, claims }
    }

    #[test]
    fn every_kind_of_text_has_its_judgement() {
        let keys = [signer(1).public_key(), signer(2).public_key()];
        let signed = signer(2).sign(&id());
        let good = Judged::Ticket { ticket: id(), code: Some(signed.clone()) };
        let code = signed.to_string();
        let forged = signer(3).sign(&id()).to_string();
        let changed = code.replace("Asha", "Usha");
        let usha = UniqueId::parse(&ID.replace("Asha", "Usha")).unwrap();
        let megabyte = "x".repeat(1 << 20);
        for (text, judged) in [
            (code.as_str(), good.clone()),
            (&format!("  {code}\r\n"), good),
            (&forged, refused(Reason::Forged, Some(id()))),
            (&changed, refused(Reason::Forged, Some(usha))),
            (&code[..code.len() - 1], refused(Reason::Forged, Some(id()))),
            (ID, refused(Reason::Unsigned, Some(id()))),
            ("https://example.com", refused(Reason::NotATicket, None)),
            ("", refused(Reason::NotATicket, None)),
            ("ETS1:", refused(Reason::NotATicket, None)),
            (&megabyte, refused(Reason::NotATicket, None)),
        ] {
            assert_eq!(judge(text.as_bytes(), &keys, false), judged, "{text:.60}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_no_ticket() {
        assert_eq!(judge(b"ETS1:\xff\xfe", &[], true), refused(Reason::NotATicket, None));
    }

    #[test]
    fn a_bare_id_opens_the_door_only_where_the_organiser_allows_it() {
        assert_eq!(judge(ID.as_bytes(), &[], true), Judged::Ticket { ticket: id(), code: None });
        // Allowing bare ids does not make a wrong signature right.
        let forged = signer(3).sign(&id()).to_string();
        assert_eq!(judge(forged.as_bytes(), &[signer(1).public_key()], true), refused(Reason::Forged, Some(id())));
    }

    #[test]
    fn without_a_key_nothing_signed_is_believed() {
        let code = signer(1).sign(&id()).to_string();
        assert_eq!(judge(code.as_bytes(), &[], false), refused(Reason::Forged, Some(id())));
    }
}

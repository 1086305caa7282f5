//! Every word that guests read, in each language: pages, faults of the form,
//! e-mails and calendar files.
//!
//! A language is one value of [`Words`], so what it leaves out does not
//! compile. Sentences that hold something (a name, a time, a number) are
//! functions, because languages put it in different places and count
//! differently; where markup stands around what they hold, they are an
//! [`Around`].
//!
//! To add a language: a variant of [`Language`], and a file beside `hindi.rs`.
//!
//! Reading order, as a guest meets them: [`time`] → [`booking`] → [`refusal`]
//! → [`order`] → [`refund`] → [`mail`]; then `english.rs` and `hindi.rs`,
//! which fill them.

pub mod booking;
mod english;
mod hindi;
pub mod mail;
pub mod order;
pub mod refund;
pub mod refusal;
pub mod time;

pub use self::english::ENGLISH;
pub use self::hindi::HINDI;
use crate::language::Language;

/// All that is said to guests, in one language.
#[derive(Debug)]
pub struct Words {
    pub language: Language,
    /// The site's own name, above each page.
    pub brand: &'static str,
    pub time: time::TimeWords,
    pub event: booking::EventWords,
    pub form: booking::FormWords,
    pub faults: booking::FaultWords,
    pub notice: booking::NoticeWords,
    pub duplicate: refusal::DuplicateWords,
    pub sold_out: refusal::SoldOutWords,
    pub closed: refusal::ClosedWords,
    pub no_event: refusal::NoEventWords,
    pub error: refusal::ErrorWords,
    pub order: order::OrderWords,
    pub waiting: order::WaitingWords,
    pub ticket: order::TicketWords,
    pub mail_again: order::MailAgainWords,
    pub expired: order::ExpiredWords,
    pub revoked: order::RevokedWords,
    pub refund: refund::RefundWords,
    pub mail: mail::MailWords,
    pub calendar: mail::CalendarWords,
}

/// A sentence around something that stands in markup of its own.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub before: &'static str,
    pub after: &'static str,
}

/// A sentence that is another one when it is about several guests.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub one: &'static str,
    pub several: &'static str,
}

impl Counted {
    #[must_use]
    pub fn of(&self, guests: usize) -> &'static str {
        if guests == 1 { self.one } else { self.several }
    }
}

/// A heading, and what is said below it.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub title: &'static str,
    pub text: &'static str,
}

#[cfg(test)]
mod tests {
    use common::email::EmailFault;
    use common::name::NameFault;
    use common::phone::PhoneFault;

    use super::*;
    use crate::form::GuestFault;

    #[test]
    fn every_fault_is_told_in_hindi_with_its_number_and_sign() {
        let names = [
            NameFault::Empty,
            NameFault::TooLong,
            NameFault::Digit,
            NameFault::Invisible,
            NameFault::Symbol('<'),
            NameFault::NoLetter,
        ];
        let guests = names.map(GuestFault::Name).into_iter().chain([GuestFault::Again, GuestFault::TooMany]);
        let phones = [
            PhoneFault::Empty,
            PhoneFault::Symbol('#'),
            PhoneFault::NotIndian,
            PhoneFault::NoCountry,
            PhoneFault::Length,
        ];
        let emails = [EmailFault::TooLong, EmailFault::NotAnAddress];
        let words = &HINDI.faults;
        let said: Vec<String> = guests
            .map(words.guest)
            .chain(phones.into_iter().map(words.phone))
            .chain(emails.into_iter().map(words.email))
            .collect();
        for fault in &said {
            assert!(fault.ends_with(['।', '.']) && !fault.contains(|c: char| c.is_ascii_alphabetic()), "{fault}");
            assert_eq!(said.iter().filter(|it| *it == fault).count(), 1, "{fault}");
        }
        for part in ["50", "100", "“<”", "“#”", "10", "8 से 15"] {
            assert!(said.iter().any(|fault| fault.contains(part)), "{part} in {said:#?}");
        }
    }

    #[test]
    fn one_and_several_are_told_apart() {
        let counted = Counted { one: "seat", several: "seats" };
        assert_eq!([1, 2, 10].map(|guests| counted.of(guests)), ["seat", "seats", "seats"]);
    }
}

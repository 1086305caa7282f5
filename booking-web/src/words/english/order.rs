//! The order's page, from the held seat to the ticket.

use crate::pages::RevokedBy;
use crate::words::order::{ExpiredWords, MailAgainWords, OrderWords, RevokedWords, TicketWords, WaitingWords};
use crate::words::{Around, Counted, Told};

pub(super) const ORDER: OrderWords = OrderWords {
    confirming: "Confirming your payment",
    held: Counted { one: "Your seat is held", several: "Your seats are held" },
    ticket: Counted { one: "Your ticket", several: "Your tickets" },
    expired: Counted { one: "Your seat was let go", several: "Your seats were let go" },
    not_valid: "This ticket is not valid",
    book_again: "Book again",
};

pub(super) const WAITING: WaitingWords = WaitingWords {
    a_few_seconds: "This takes a few seconds.",
    not_again: "Please do not pay again.",
    appears_here: Counted { one: "Your ticket appears on this page.", several: "Your tickets appear on this page." },
    check_again: "Check again",
    not_paid_yet: "I have not paid yet",
    yours: Counted { one: "It is yours", several: "They are yours" },
    until: |at| format!("until {at}"),
    counting: |left| format!("for {left}"),
    moment_more: "for a moment more",
    pay: |amount| format!("Pay {amount}"),
    how_it_goes: Counted {
        one: "You pay on Razorpay’s page and come back here. Please keep the link of this page: your ticket appears \
              on it.",
        several: "You pay on Razorpay’s page and come back here. Please keep the link of this page: your tickets \
                  appear on it.",
    },
    preparing: "The payment page is being prepared",
    ready_soon: Counted {
        one: "It is ready in a few seconds. Your seat stays held.",
        several: "It is ready in a few seconds. Your seats stay held.",
    },
    your_booking: "Your booking",
    name: Counted { one: "Name", several: "Names" },
    seats: "Seats",
    to_pay: "To pay",
};

pub(super) const TICKET: TicketWords = TicketWords {
    entered_at: |at| format!("Entered at {at}"),
    through: Around { before: "Through ", after: ". This code has done its work." },
    and_through: Around { before: " through ", after: "" },
    one_for_each: "One for each of you: swipe, or press a name. Each opens the gate once.",
    guests: "Guests",
    tickets: "Tickets",
    ticket_of: |name| format!("Ticket of {name}"),
    code: "The QR code of your ticket",
    no_connection: "No connection at this moment",
    kept_at: Around {
        before: "This is your ticket as it was kept on this phone: ",
        after: ". The gate reads it just the same, and knows of any change since.",
    },
    show_this: "Show this at the gate. One person, one entry.",
    number: |n, of| format!("Ticket {n} of {of}."),
    save_picture: "Save the code as a picture",
    save_this_picture: "Save this code as a picture",
    add_to_calendar: "Add to calendar",
    print: "Print",
    share: "Share link",
    copied: "Link copied",
    keep_link: Counted {
        one: "This page is your ticket: keep its link. Who has the link can use the ticket, so send it to nobody but \
              yourself.",
        several: "This page is your tickets: keep its link. Who has the link can use them all, so send a guest who \
                  comes alone the picture of that guest’s code.",
    },
};

pub(super) const MAIL_AGAIN: MailAgainWords = MailAgainWords {
    queued: "Your e-mail is on its way",
    queued_to: Around {
        before: "It goes to ",
        after: " and is there in a minute or two. Please look among the junk as well.",
    },
    too_often: Told {
        title: "Not sent again just now",
        text: "It can be sent once a minute and five times a day. This page is your ticket in any case.",
    },
    not: Told {
        title: "No e-mail can be sent",
        text: "This page is your ticket: keep its link, or save the code as a picture.",
    },
    button: Around { before: "Send to ", after: " again" },
};

pub(super) const EXPIRED: ExpiredWords = ExpiredWords {
    text: Counted {
        one: "The time to pay was over before a payment reached us, so your seat went back on sale. We have not taken \
              any money.",
        several: "The time to pay was over before a payment reached us, so your seats went back on sale. We have not \
                  taken any money.",
    },
    money_gone: Told {
        title: "Did money leave your account?",
        text: "Then either a ticket appears on this page, or the money comes back by itself. You need not do \
               anything. Please keep the link of this page.",
    },
};

pub(super) const REVOKED: RevokedWords = RevokedWords {
    text: |by| match by {
        RevokedBy::Organiser => {
            "The organiser withdrew it, and no gate accepts it any more. If you think that this is a mistake, please \
             ask the organiser and keep the link of this page at hand."
        }
        RevokedBy::Bank => {
            "The bank that you paid with has asked for the payment back. Until that is decided, no gate accepts the \
             ticket."
        }
    },
    not_you: Told {
        title: "Was it not you who asked?",
        text: "Tell your bank that the payment is right. When it lets the payment stand, the ticket comes back on \
               this page while there are seats; otherwise your money goes back by itself.",
    },
};

//! By what the things of the account are found.

use super::model::{Dispute, Link, Order, Payment, Refund};
use super::table::{Name, Row};

macro_rules! rows {
    ($($of:ty: |$row:ident| $names:expr;)*) => {$(
        impl Row for $of {
            fn id(&self) -> &str {
                &self.id
            }

            fn created_at(&self) -> i64 {
                self.created_at
            }

            fn names(&self) -> Vec<(Name, &str)> {
                let $row = self;
                $names
            }
        }
    )*};
}

rows! {
    Link: |link| vec![(Name::Reference, &link.reference_id), (Name::Code, &link.code)];
    Payment: |payment| vec![(Name::Link, &payment.link_id), (Name::Order, &payment.order_id)];
    Order: |_order| Vec::new();
    Refund: |refund| vec![(Name::Payment, &refund.payment_id)];
    Dispute: |dispute| vec![(Name::Payment, &dispute.payment_id)];
}

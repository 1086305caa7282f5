//! What the simulated account holds. Amounts are in paise, times in Unix seconds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a payment link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// Waiting for money.
    Created,
    /// Less than its amount was paid.
    PartiallyPaid,
    /// Paid.
    Paid,
    /// Withdrawn by the merchant.
    Cancelled,
    /// Its time is over.
    Expired,
}

impl LinkStatus {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::PartiallyPaid => "partially_paid",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// A guest may pay.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::PartiallyPaid)
    }
}

/// A payment link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// `plink_…`.
    pub id: String,
    /// The last part of its address.
    pub code: String,
    /// The merchant's own number, empty when none was given; never accepted twice.
    pub reference_id: String,
    /// What is asked for.
    pub amount: i64,
    /// What was captured so far.
    pub amount_paid: i64,
    /// ISO 4217.
    pub currency: String,
    /// What is bought.
    pub description: String,
    /// Name, contact and e-mail as given.
    pub customer: Value,
    /// As given; a map, or an empty list when none were.
    pub notes: Value,
    /// Whom Razorpay tells, as given.
    pub notify: Value,
    /// Whether Razorpay reminds the guest.
    pub reminder_enable: bool,
    /// Whether less may be paid.
    pub accept_partial: bool,
    /// Where the guest is sent after paying; empty for nowhere.
    pub callback_url: String,
    /// When it dies, zero for never.
    pub expire_by: i64,
    /// Where it stands.
    pub status: LinkStatus,
    /// Made at the first attempt to pay, not before.
    pub order_id: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// Zero until then.
    pub cancelled_at: i64,
    /// Zero until then.
    pub expired_at: i64,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The guest is at it.
    Created,
    /// The bank said yes; a snapshot between two events.
    Authorized,
    /// The money is the merchant's.
    Captured,
    /// The bank said no. Not final.
    Failed,
    /// All of it was given back.
    Refunded,
}

/// One attempt to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// `pay_…`.
    pub id: String,
    /// The link it is for.
    pub link_id: String,
    /// The link's order.
    pub order_id: String,
    /// What is paid.
    pub amount: i64,
    /// In which currency.
    pub currency: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What was given back, or is about to be.
    pub amount_refunded: i64,
    /// When the guest began.
    pub created_at: i64,
}

impl Payment {
    /// The money came, whatever became of it since.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        matches!(self.status, PaymentStatus::Captured | PaymentStatus::Refunded)
    }
}

/// What the attempts at one link have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// `order_…`.
    pub id: String,
    /// What is asked for.
    pub amount: i64,
    /// What was captured so far.
    pub amount_paid: i64,
    /// ISO 4217.
    pub currency: String,
    /// The link's reference.
    pub receipt: String,
    /// How often a guest tried.
    pub attempts: u32,
    /// When the first attempt began.
    pub created_at: i64,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// The guest has the money.
    Processed,
    /// The guest will not get it this way.
    Failed,
}

/// Money given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    /// `rfnd_…`.
    pub id: String,
    /// The payment it is of.
    pub payment_id: String,
    /// How much.
    pub amount: i64,
    /// In which currency.
    pub currency: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// As given; a map, or an empty list when none were.
    pub notes: Value,
    /// The merchant's own number.
    pub receipt: Option<String>,
    /// `normal` or `optimum`.
    pub speed: String,
    /// When it was asked for.
    pub created_at: i64,
}

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The bank asks.
    Open,
    /// The merchant answered, and the bank thinks about it.
    UnderReview,
    /// The merchant keeps the money.
    Won,
    /// The guest has it back.
    Lost,
    /// It was settled otherwise, such as by a refund.
    Closed,
}

impl DisputeStatus {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Closed => "closed",
        }
    }

    /// Nothing is decided yet.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::UnderReview)
    }
}

/// A bank that wants a payment back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// `disp_…`.
    pub id: String,
    /// The payment it is about.
    pub payment_id: String,
    /// What the bank wants.
    pub amount: i64,
    /// What it got: zero unless the dispute is lost.
    pub amount_deducted: i64,
    /// In which currency.
    pub currency: String,
    /// Why.
    pub reason_code: String,
    /// Until when the merchant may answer.
    pub respond_by: i64,
    /// Where it stands.
    pub status: DisputeStatus,
    /// `chargeback`, and worse ones.
    pub phase: String,
    /// When the bank asked.
    pub created_at: i64,
}

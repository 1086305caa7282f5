//! The calls of the API, each with its name.

use serde::{Deserialize, Serialize};

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    CreateLink,
    FetchLink,
    ListLinks,
    CancelLink,
    FetchPayment,
    ListPayments,
    CreateRefund,
    /// Of one payment.
    ListRefunds,
    /// Of the whole account.
    ListAllRefunds,
    FetchRefund,
    FetchOrder,
    ListOrderPayments,
    FetchDispute,
    ListDisputes,
    Unknown,
}

impl Endpoint {
    /// Which call a method and path is.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> = path.trim_start_matches("/v1").split('/').filter(|part| !part.is_empty()).collect();
        match (method, parts.as_slice()) {
            ("POST", ["payment_links"]) => Self::CreateLink,
            ("GET", ["payment_links"]) => Self::ListLinks,
            ("GET", ["payment_links", _]) => Self::FetchLink,
            ("POST", ["payment_links", _, "cancel"]) => Self::CancelLink,
            ("GET", ["payments"]) => Self::ListPayments,
            ("GET", ["payments", _]) => Self::FetchPayment,
            ("POST", ["payments", _, "refund"]) => Self::CreateRefund,
            ("GET", ["payments", _, "refunds"]) => Self::ListRefunds,
            ("GET", ["refunds"]) => Self::ListAllRefunds,
            ("GET", ["refunds", _]) => Self::FetchRefund,
            ("GET", ["orders", _]) => Self::FetchOrder,
            ("GET", ["orders", _, "payments"]) => Self::ListOrderPayments,
            ("GET", ["disputes"]) => Self::ListDisputes,
            ("GET", ["disputes", _]) => Self::FetchDispute,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_its_name() {
        assert_eq!(Endpoint::of("POST", "/v1/payment_links/"), Endpoint::CreateLink);
        assert_eq!(Endpoint::of("POST", "/v1/payment_links/plink_1/cancel"), Endpoint::CancelLink);
        assert_eq!(Endpoint::of("POST", "/v1/payments/pay_1/refund"), Endpoint::CreateRefund);
        assert_eq!(Endpoint::of("GET", "/v1/refunds"), Endpoint::ListAllRefunds);
        assert_eq!(Endpoint::of("GET", "/v1/payments/pay_1/refunds"), Endpoint::ListRefunds);
        assert_eq!(Endpoint::of("GET", "/v1/disputes/disp_1"), Endpoint::FetchDispute);
        assert_eq!(Endpoint::of("DELETE", "/v1/payments/pay_1"), Endpoint::Unknown);
    }
}

//! What the fuzz targets share.
//!
//! Each target in `fuzz_targets` is one door that strangers can knock at, and
//! what must hold whatever they bring. `cargo xtask test` gives each a minute;
//! `cargo fuzz run form` (cargo-fuzz, nightly) as long as one likes.
#![forbid(unsafe_code)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use axum::extract::{FromRequest, Query};
use axum::http::{Request, Uri};
use axum_extra::extract::Form;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use sha2::Sha256;

/// A body as a handler gets it, by its own reading; none when it is refused before.
pub fn read_form<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let request = Request::post("/submit")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_vec()))
        .expect("constants");
    let read = pin!(Form::<T>::from_request(request, &()));
    match read.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(form) => form.ok().map(|Form(typed)| typed),
        Poll::Pending => panic!("all of the body is there, and still it is waited for"),
    }
}

/// A query as a handler gets it; none when the server or axum refuse it before.
pub fn read_query<T: DeserializeOwned>(query: &[u8]) -> Option<T> {
    let target = [b"/?", query].concat();
    let uri = Uri::try_from(target).ok()?;
    Query::<T>::try_from_uri(&uri).ok().map(|Query(read)| read)
}

/// Razorpay's signature, as Razorpay would make it.
pub fn sign(secret: &str, message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// `text` with something small changed, somewhere: where and how follows from
/// `text` itself, so that a finding can be repeated.
pub fn spoilt(text: &[u8]) -> Vec<Vec<u8>> {
    let at = text.iter().fold(text.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let mut all = vec![[text, b"\n"].concat(), [b" ", text].concat()];
    if !text.is_empty() {
        let at = at % text.len();
        let mut flipped = text.to_vec();
        flipped[at] ^= 1 << (at % 8);
        let mut shortened = text.to_vec();
        shortened.remove(at);
        let mut doubled = text.to_vec();
        doubled.insert(at, text[at]);
        all.extend([flipped, shortened, doubled]);
    }
    all
}

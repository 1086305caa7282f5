//! What a gate may be shown: only a code that we signed lets anybody in.
#![no_main]

use std::sync::LazyLock;

use common::{CodeFault, PublicKey, TicketCode, TicketSigner, UniqueId};
use fuzz::spoilt;
use libfuzzer_sys::fuzz_target;

static SIGNER: LazyLock<TicketSigner> = LazyLock::new(|| TicketSigner::from_seed(&[1; 32]));
static KEYS: LazyLock<[PublicKey; 2]> =
    LazyLock::new(|| [TicketSigner::from_seed(&[2; 32]).public_key(), SIGNER.public_key()]);

fuzz_target!(|scanned: &[u8]| {
    let Ok(scanned) = std::str::from_utf8(scanned) else { return };
    match TicketCode::parse(scanned, &*KEYS) {
        // Ed25519 is deterministic: nobody can make another good signature for the same ticket.
        Ok(code) => {
            assert_eq!(scanned.trim(), SIGNER.sign(code.unique_id()).to_string(), "nobody signed this");
            reads_back(code.unique_id());
        }
        Err(CodeFault::Unsigned(id)) => {
            assert_eq!(scanned.trim(), id.as_str());
            reads_back(&id);
        }
        Err(CodeFault::Forged(id)) => {
            assert!(scanned.trim().starts_with(&format!("ETS1:{id}:")));
            reads_back(&id);
        }
        Err(CodeFault::NotATicket) => {}
    }
    // A gate's settings are typed, too.
    if let Ok(key) = PublicKey::parse(scanned) {
        assert_eq!(PublicKey::parse(&key.to_string()), Ok(key));
    }
});

fn reads_back(id: &UniqueId) {
    assert_eq!(UniqueId::parse(id.as_str()).as_ref(), Ok(id));
    let (name, phone, date) = id.parts();
    assert_eq!(&UniqueId::new(&name, &phone, date), id);

    let code = SIGNER.sign(id);
    let text = code.to_string();
    assert_eq!(TicketCode::parse(&text, &*KEYS).as_ref(), Ok(&code), "our own code is not ours");
    assert_eq!(TicketCode::parse(&text, &KEYS[..1]), Err(CodeFault::Forged(id.clone())));
    for other in spoilt(text.as_bytes()) {
        let other = String::from_utf8_lossy(&other);
        let as_good = other.trim() == text;
        assert_eq!(TicketCode::parse(&other, &*KEYS).is_ok(), as_good, "{other} for {text}");
    }
}

//! Who asks, for counting: an address that the asker cannot choose.
//!
//! Behind a proxy every connection is the proxy's, and the asker's address
//! stands in a header. Anybody may write that header. So each address in it is
//! believed only if the one who added it is: from the right, as far as the
//! proxies named in `TRUSTED_PROXIES` go. The first who is none of them is the
//! caller, and what stands to the left of it is only their word.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Once;

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// An address that forms are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Caller(IpAddr);

impl Caller {
    /// The asker behind `peer`, who is at the other end of the connection.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let trusts = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut caller = peer.to_canonical();
        if !trusts(&caller) && headers.contains_key(FORWARDED_FOR) {
            advise(caller);
        }
        // A second header of that name goes on where the first one ends.
        for header in headers.get_all(FORWARDED_FOR).iter().rev() {
            for added in header.as_bytes().rsplit(|byte| *byte == b',') {
                if !trusts(&caller) {
                    return Self(caller);
                }
                let Some(added) = address(added) else { return Self(caller) };
                caller = added;
            }
        }
        Self(caller)
    }

    /// One household has 2⁶⁴ addresses of the newer kind, and would count for nothing one by one.
    pub(super) fn counted(self) -> IpAddr {
        self.shared_by(64)
    }

    /// Among very many callers: the company that gives them their addresses, roughly.
    pub(super) fn counted_roughly(self) -> IpAddr {
        self.shared_by(32)
    }

    fn shared_by(self, bits: u32) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) if bits >= 64 => address.into(),
            IpAddr::V4(address) => {
                let [first, second, ..] = address.octets();
                [first, second, 0, 0].into()
            }
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits))).into(),
        }
    }
}

/// As proxies write it: bare, with a port, or in brackets.
fn address(written: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(written).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Somebody near us forwards, and is not believed: most likely a proxy that nobody has named.
fn advise(caller: IpAddr) {
    static ONCE: Once = Once::new();
    let near = match caller {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    if near {
        ONCE.call_once(|| {
            tracing::warn!(
                proxy = %caller,
                "X-Forwarded-For comes from an address that TRUSTED_PROXIES does not name; if it is your proxy, \
                 name it: until then all guests behind it count as one"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trusted() -> Vec<IpNet> {
        ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"].map(|it| it.parse().unwrap()).to_vec()
    }

    fn caller(peer: &str, headers: &[&str]) -> IpAddr {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(FORWARDED_FOR, header.parse().unwrap());
        }
        Caller::of(peer.parse().unwrap(), &map, &trusted()).0
    }

    #[test]
    fn the_caller_is_the_first_from_the_right_who_is_no_proxy_of_ours() {
        for (peer, headers, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["8.8.8.8, 198.51.100.1,10.2.2.2 , 192.0.2.7"], "198.51.100.1"),
            ("10.0.0.1", &["8.8.8.8", "198.51.100.1", "10.2.2.2"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("fd00::1", &["[2001:db8::5]:443"], "2001:db8::5"),
            ("fd00::1", &["198.51.100.1:5555"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            ("10.0.0.1", &[""], "10.0.0.1"),
        ] {
            assert_eq!(caller(peer, headers), expected.parse::<IpAddr>().unwrap(), "{peer} {headers:?}");
        }
    }

    #[test]
    fn a_household_and_a_company_count_as_one() {
        let caller = |text: &str| Caller(text.parse().unwrap());
        assert_eq!(caller("2001:db8:1:2::1").counted(), caller("2001:db8:1:2:ffff::9").counted());
        assert_ne!(caller("2001:db8:1:2::1").counted(), caller("2001:db8:1:3::1").counted());
        assert_eq!(caller("2001:db8:1:2::1").counted_roughly(), caller("2001:db8:9::1").counted_roughly());
        assert_ne!(caller("198.51.100.1").counted(), caller("198.51.100.2").counted());
        assert_eq!(caller("198.51.100.1").counted_roughly(), caller("198.51.7.2").counted_roughly());
    }

    /// Anything that fits into a header, with much that looks like addresses.
    fn header() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~]{0,60}",
            "((10|192|203)\\.0\\.[0-9]{1,3}\\.[0-9]{1,2}(, ?)?){0,6}",
            "([0-9a-f:.,\\[\\] ]){0,80}"
        ]
    }

    fn stranger() -> impl Strategy<Value = IpAddr> {
        any::<IpAddr>()
            .prop_map(|it| it.to_canonical())
            .prop_filter("no proxy of ours", |it| !trusted().iter().any(|network| network.contains(it)))
    }

    proptest! {
        #[test]
        fn no_header_makes_a_stranger_appear_as_another(peer in stranger(), said in prop::collection::vec(header(), 0..4)) {
            let said: Vec<_> = said.iter().map(String::as_str).collect();
            prop_assert_eq!(caller(&peer.to_string(), &said), peer);
        }

        #[test]
        fn nor_behind_a_proxy_that_adds_whom_it_hears(
            guest in stranger(),
            said in prop::collection::vec(header(), 0..4),
            own_header in any::<bool>(),
        ) {
            let mut said = said;
            match said.last_mut() {
                Some(last) if !own_header => *last = format!("{last}, {guest}"),
                _ => said.push(guest.to_string()),
            }
            let said: Vec<_> = said.iter().map(String::as_str).collect();
            prop_assert_eq!(caller("10.0.0.1", &said), guest);
        }
    }
}

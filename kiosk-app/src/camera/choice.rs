//! Which camera to take.
//!
//! The gate must go on with whatever camera there is. So a wanted camera that
//! is not there does not stop it: the first other one that gives pictures is
//! used, and given up again as soon as the wanted one is plugged in. But a
//! wanted camera that *is* there is waited for, whatever is wrong with it, and
//! the operator is told what: a picture from somewhere else would hide the
//! reason. (Pull its plug, and the gate goes on with another.)

use super::CameraId;

/// A camera that is there, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which.
    pub id: CameraId,
    /// The number by which the system opens it now.
    pub number: u32,
    /// Whether it let itself be looked at and offers pictures that can be read.
    pub usable: bool,
}

/// The cameras to try, one after another, until one gives pictures.
#[must_use]
pub fn to_try(wanted: Option<&CameraId>, there: Vec<Found>) -> Vec<Found> {
    if let Some(wanted) = wanted.and_then(|wanted| find(wanted, &there)) {
        return vec![wanted.clone()];
    }
    let (mut usable, rest): (Vec<_>, Vec<_>) = there.into_iter().partition(|found| found.usable);
    // Those that will not do are tried last: they have a reason that the operator may want to know.
    usable.extend(rest);
    usable
}

/// By name and place, else by name: it may have been plugged in elsewhere. One
/// camera may also have several nodes of one name, not all of them for pictures.
fn find<'a>(wanted: &CameraId, there: &'a [Found]) -> Option<&'a Found> {
    let same_name = there.iter().filter(|found| found.id.name == wanted.name);
    same_name.min_by_key(|found| (found.id.bus != wanted.bus, !found.usable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str, bus: &str) -> CameraId {
        CameraId { name: name.into(), bus: bus.into() }
    }

    fn found(name: &str, number: u32, usable: bool) -> Found {
        Found { id: id(name, &format!("usb-{number}")), number, usable }
    }

    fn numbers(wanted: Option<&CameraId>, there: &[Found]) -> Vec<u32> {
        to_try(wanted, there.to_vec()).iter().map(|found| found.number).collect()
    }

    #[test]
    fn without_a_wish_the_first_that_can_be_read_comes_first() {
        let there = [found("infrared", 0, false), found("built-in", 2, true), found("usb", 4, true)];
        assert_eq!(numbers(None, &there), [2, 4, 0]);
        assert_eq!(numbers(None, &[]), [0; 0]);
    }

    #[test]
    fn of_two_alike_the_one_in_the_remembered_socket_is_taken() {
        let there = [found("usb", 0, true), found("usb", 2, true)];
        assert_eq!(numbers(Some(&id("usb", "usb-2")), &there), [2]);
    }

    #[test]
    fn a_wanted_camera_is_known_again_in_another_socket() {
        let there = [found("built-in", 0, true), found("usb", 6, true)];
        assert_eq!(numbers(Some(&id("usb", "usb-2")), &there), [6]);
    }

    #[test]
    fn a_wanted_camera_that_is_there_is_waited_for_whatever_is_wrong_with_it() {
        let there = [found("built-in", 0, true), found("usb", 2, false)];
        assert_eq!(numbers(Some(&id("usb", "usb-2")), &there), [2]);
    }

    #[test]
    fn the_gate_goes_on_with_another_while_the_wanted_one_is_away() {
        let there = [found("built-in", 0, true)];
        assert_eq!(numbers(Some(&id("usb", "usb-2")), &there), [0]);
    }
}

//! What every code of a version has at the same places (ISO/IEC 18004).

use std::sync::OnceLock;

/// How large a code is: 1 to 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u8);

/// A module that says nothing and is always the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed {
    pub(super) x: u8,
    pub(super) y: u8,
    pub(super) dark: bool,
}

/// The fixed modules of a version.
#[derive(Debug)]
pub(super) struct Layout {
    /// Corner squares with their light edge, timing lines, alignment squares.
    pub(super) fixed: Vec<Fixed>,
    /// Of these, the two timing lines.
    pub(super) timing: Vec<Fixed>,
    /// Row by row: neither fixed nor format nor version, so a part of the message.
    pub(super) is_data: Vec<bool>,
}

impl Version {
    pub(super) const LARGEST: u8 = 40;

    pub(super) fn new(number: u8) -> Option<Self> {
        (1..=Self::LARGEST).contains(&number).then_some(Self(number))
    }

    /// Whose side comes nearest to so many modules.
    pub(super) fn of_about(modules: f32) -> Option<Self> {
        let number = ((modules - 17.0) / 4.0).round();
        (1.0..=40.0).contains(&number).then(|| Self(super::plane::whole(number).try_into().unwrap_or(1)))
    }

    pub(super) fn number(self) -> u8 {
        self.0
    }

    /// Modules on a side.
    pub(super) fn side(self) -> u8 {
        17 + 4 * self.0
    }

    /// Where alignment squares have their middles, in both directions.
    pub(super) fn alignments(self) -> Vec<u8> {
        if self.0 == 1 {
            return Vec::new();
        }
        let count = self.0 / 7 + 2;
        let (version, squares) = (u16::from(self.0), u16::from(count));
        let step = u8::try_from((version * 8 + squares * 3 + 5) / (squares * 4 - 4) * 2).unwrap_or(0);
        let last = self.side() - 7;
        let mut middles: Vec<u8> = (0..count - 1).map(|back| last - back * step).collect();
        middles.push(6);
        middles.reverse();
        middles
    }

    /// Computed once for each.
    pub(super) fn layout(self) -> &'static Layout {
        static LAYOUTS: [OnceLock<Layout>; Version::LARGEST as usize] =
            [const { OnceLock::new() }; Version::LARGEST as usize];
        LAYOUTS[usize::from(self.0 - 1)].get_or_init(|| Layout::of(self))
    }
}

impl Layout {
    fn of(version: Version) -> Self {
        let side = version.side();
        let mut layout = Self { fixed: Vec::new(), timing: Vec::new(), is_data: vec![true; usize::from(side).pow(2)] };
        for (left, top) in [(0, 0), (side - 7, 0), (0, side - 7)] {
            layout.corner(side, left, top);
        }
        let corners = layout.fixed.len();
        for along in 8..side - 8 {
            layout.set(side, along, 6, along % 2 == 0);
            layout.set(side, 6, along, along % 2 == 0);
        }
        layout.timing = layout.fixed[corners..].to_vec();
        let middles = version.alignments();
        let corners = [(6, 6), (6, side - 7), (side - 7, 6)];
        for (x, y) in middles.iter().flat_map(|x| middles.iter().map(move |y| (*x, *y))) {
            if !corners.contains(&(x, y)) {
                layout.square(side, x, y);
            }
        }
        layout.leave_out_format(side);
        if version.0 >= 7 {
            for (long, short) in (0..6).flat_map(|long| (side - 11..side - 8).map(move |short| (long, short))) {
                layout.leave_out(side, long, short);
                layout.leave_out(side, short, long);
            }
        }
        layout
    }

    fn set(&mut self, side: u8, x: u8, y: u8, dark: bool) {
        // A timing line goes through the alignment squares on it, and agrees with them.
        if self.leave_out(side, x, y) {
            self.fixed.push(Fixed { x, y, dark });
        }
    }

    fn leave_out(&mut self, side: u8, x: u8, y: u8) -> bool {
        std::mem::replace(&mut self.is_data[usize::from(y) * usize::from(side) + usize::from(x)], false)
    }

    fn corner(&mut self, side: u8, left: u8, top: u8) {
        for (dx, dy) in (0..7_u8).flat_map(|dx| (0..7_u8).map(move |dy| (dx, dy))) {
            let ring = dx.abs_diff(3).max(dy.abs_diff(3));
            self.set(side, left + dx, top + dy, ring != 2);
        }
        // The light edge towards the inside; outside is the quiet zone.
        let (edge_x, edge_y) = (if left == 0 { 7 } else { left - 1 }, if top == 0 { 7 } else { top - 1 });
        let (low, high) = (if top == 0 { 0 } else { edge_y }, if top == 0 { 7 } else { side - 1 });
        (low..=high).for_each(|y| self.set(side, edge_x, y, false));
        let (low, high) = (if left == 0 { 0 } else { edge_x }, if left == 0 { 7 } else { side - 1 });
        (low..=high).for_each(|x| self.set(side, x, edge_y, false));
    }

    fn square(&mut self, side: u8, x: u8, y: u8) {
        for (dx, dy) in (0..5_u8).flat_map(|dx| (0..5_u8).map(move |dy| (dx, dy))) {
            let ring = dx.abs_diff(2).max(dy.abs_diff(2));
            self.set(side, x + dx - 2, y + dy - 2, ring != 1);
        }
    }

    fn leave_out_format(&mut self, side: u8) {
        for at in 0..9 {
            self.leave_out(side, 8, at);
            self.leave_out(side, at, 8);
        }
        for at in side - 8..side {
            self.leave_out(side, 8, at);
            self.leave_out(side, at, 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use qrcode::{EcLevel, QrCode, Version as Drawn};

    use super::*;

    /// Drawn by another library, which knows the standard by itself.
    #[test]
    fn each_version_has_its_fixed_modules_where_they_are_drawn() {
        for number in 1..=Version::LARGEST {
            let version = Version::new(number).unwrap();
            let drawn = QrCode::with_version("A", Drawn::Normal(number.into()), EcLevel::L).unwrap();
            assert_eq!(drawn.width(), usize::from(version.side()));
            let layout = version.layout();
            for Fixed { x, y, dark } in &layout.fixed {
                let is = drawn[(usize::from(*x), usize::from(*y))] == qrcode::Color::Dark;
                assert_eq!(is, *dark, "version {number}, module {x}, {y}");
            }
        }
    }
}

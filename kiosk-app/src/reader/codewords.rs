//! The message's codewords in a code's modules, and how sure each of them is
//! (ISO/IEC 18004, 7.5 to 7.9).
//!
//! Where rqrr gives up, the least sure codewords are held to be unknown, more
//! of them with each try, and put right by the checksum. The modules are then
//! drawn anew, and rqrr reads them as if they had been seen so.

use super::galois::{Corrected, correct};
use super::plane::real;
use super::sample::Modules;
use super::symbol::Version;

/// Check codewords in each block, by level (L, M, Q, H) and version.
const CHECKS: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];
/// Blocks, by level and version.
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18,
        19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31,
        33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40,
        43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48,
        51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

/// A text that was never there must not be put right out of noise. Each error
/// takes a check codeword for its value and says by another that it is there;
/// what is left checks the rest. So much surer than chance, in powers of two, a
/// block must be: thousands of tries are made on a picture.
const LEAST_SURE: f32 = 30.0;

/// The modules with their doubtful codewords put right by the checksum.
pub(super) fn put_right(modules: &Modules) -> Option<Modules> {
    let format = Format::of(modules)?;
    let places = places(modules.version);
    let bits: Vec<(f32, bool)> = places
        .iter()
        .map(|(x, y)| (modules.darkness[y * modules.side + x], format.inverts(*x, *y)))
        .map(|(darkness, inverts)| (darkness.abs(), (darkness > 0.0) != inverts))
        .collect();
    let mut words: Vec<Word> = bits.chunks_exact(8).map(Word::of).collect();
    for block in blocks(modules.version, format.level, words.len()) {
        put_block_right(&mut words, &block)?;
    }
    let mut right = modules.clone();
    for (i, (x, y)) in places.iter().enumerate().take(words.len() * 8) {
        let bit = words[i / 8].value & (0x80 >> (i % 8)) != 0;
        right.darkness[y * right.side + x] = if bit == format.inverts(*x, *y) { -1.0 } else { 1.0 };
    }
    format.draw(&mut right);
    Some(right)
}

struct Word {
    value: u8,
    /// As its least sure bit.
    surety: f32,
}

impl Word {
    fn of(bits: &[(f32, bool)]) -> Self {
        let value = bits.iter().fold(0, |value, (_, bit)| value << 1 | u8::from(*bit));
        let surety = bits.iter().map(|(surety, _)| *surety).fold(f32::MAX, f32::min);
        Self { value, surety }
    }
}

/// Where a block's codewords are in the sequence, and how many of the last check the others.
struct Block {
    places: Vec<usize>,
    checks: usize,
}

/// Blocks are interleaved: first their data codewords, then their checks.
fn blocks(version: Version, level: usize, words: usize) -> Vec<Block> {
    let at = usize::from(version.number() - 1);
    let (checks, count) = (usize::from(CHECKS[level][at]), usize::from(BLOCKS[level][at]));
    let data = words - checks * count;
    let (short, long) = (data / count, data % count);
    let first_long = count - long;
    let block = |i: usize| {
        let common = (0..short).map(|j| j * count + i);
        let last = (i >= first_long).then(|| short * count + i - first_long);
        let check = (0..checks).map(|j| data + j * count + i);
        Block { places: common.chain(last).chain(check).collect(), checks }
    };
    (0..count).map(block).collect()
}

fn put_block_right(words: &mut [Word], block: &Block) -> Option<()> {
    let values: Vec<u8> = block.places.iter().map(|place| words[*place].value).collect();
    let mut doubtful: Vec<usize> = (0..values.len()).collect();
    let surety = |at: &usize| words[block.places[*at]].surety;
    doubtful.sort_by(|a, b| surety(a).total_cmp(&surety(b)));
    for erased in (0..block.checks).step_by(2) {
        let mut right = values.clone();
        let Some(corrected) = correct(&mut right, block.checks, &doubtful[..erased]) else { continue };
        if erased > 0 && surer_than_chance(corrected, values.len() - erased) < LEAST_SURE {
            continue;
        }
        for (place, value) in block.places.iter().zip(right) {
            words[*place].value = value;
        }
        return Some(());
    }
    None
}

/// Of 2 to the power of this many blocks of noise, one would be put right so:
/// there are as many ways to have these errors as places for them, 256 values each.
fn surer_than_chance(corrected: Corrected, places: usize) -> f32 {
    let Corrected { errors, spare } = corrected;
    let ways: f32 = (0..errors).map(|i| (real(places - i) / real(i + 1)).log2()).sum();
    8.0 * real(errors + spare) - ways
}

/// The modules of the message in the order of its bits.
fn places(version: Version) -> Vec<(usize, usize)> {
    let side = usize::from(version.side());
    let is_data = &version.layout().is_data;
    let mut places = Vec::with_capacity(side * side);
    let mut upwards = true;
    // Pairs of columns from the right; the timing line's is left out.
    let columns = (1..side).rev().filter(|right| if *right > 6 { right % 2 == 0 } else { right % 2 == 1 });
    for right in columns {
        for step in 0..side {
            let y = if upwards { side - 1 - step } else { step };
            places.extend([right, right - 1].into_iter().filter(|x| is_data[y * side + x]).map(|x| (x, y)));
        }
        upwards = !upwards;
    }
    places
}

/// What the code says of itself: its level of correction and its mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    /// L, M, Q, H.
    level: usize,
    mask: u8,
}

impl Format {
    /// The likeliest of the 32, if none comes near it.
    fn of(modules: &Modules) -> Option<Self> {
        let side = modules.side;
        let darkness: Vec<f32> = (0..15)
            .map(|bit| {
                let [one, other] = Self::places(side, bit);
                let at = |(x, y): (usize, usize)| modules.darkness[y * side + x].clamp(-30.0, 30.0);
                at(one) + at(other)
            })
            .collect();
        let likelihood = |data: u16| {
            let bits = Self::bits(data);
            darkness.iter().enumerate().map(|(i, dark)| if bits >> i & 1 == 1 { *dark } else { -dark }).sum::<f32>()
        };
        let mut all: Vec<(f32, u16)> = (0..32).map(|data| (likelihood(data), data)).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (best, next) = (all[0], all[1]);
        (best.0 > 0.0 && best.0 > 1.15 * next.0).then(|| Self::from_data(best.1))
    }

    fn from_data(data: u16) -> Self {
        // The standard counts M, L, H, Q.
        let level = [1, 0, 3, 2][usize::from(data >> 3 & 3)];
        Self { level, mask: data.to_le_bytes()[0] & 7 }
    }

    fn data(self) -> u16 {
        let level: u16 = [1, 0, 3, 2][self.level];
        level << 3 | u16::from(self.mask)
    }

    /// With its checksum, and the standard's pattern over it.
    fn bits(data: u16) -> u16 {
        let mut rest = data << 10;
        for i in (10..15).rev() {
            if rest >> i & 1 == 1 {
                rest ^= 0x537 << (i - 10);
            }
        }
        (data << 10 | rest) ^ 0x5412
    }

    /// Each bit stands twice; the lowest is 0.
    fn places(side: usize, bit: usize) -> [(usize, usize); 2] {
        let at_corner = match bit {
            0..=5 => (8, bit),
            6 => (8, 7),
            7 => (8, 8),
            8 => (7, 8),
            _ => (14 - bit, 8),
        };
        let at_edges = if bit < 8 { (side - 1 - bit, 8) } else { (8, side - 15 + bit) };
        [at_corner, at_edges]
    }

    fn draw(self, modules: &mut Modules) {
        let bits = Self::bits(self.data());
        for bit in 0..15 {
            for (x, y) in Self::places(modules.side, bit) {
                modules.darkness[y * modules.side + x] = if bits >> bit & 1 == 1 { 1.0 } else { -1.0 };
            }
        }
    }

    /// Whether the mask turns this module over.
    fn inverts(self, x: usize, y: usize) -> bool {
        match self.mask {
            0 => (x + y).is_multiple_of(2),
            1 => y.is_multiple_of(2),
            2 => x.is_multiple_of(3),
            3 => (x + y).is_multiple_of(3),
            4 => (y / 2 + x / 3).is_multiple_of(2),
            5 => x * y % 2 + x * y % 3 == 0,
            6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
            _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version as Drawn};

    use super::super::message::text;
    use super::*;

    fn drawn(number: u8, level: EcLevel) -> Modules {
        let code = QrCode::with_version("TICKET 123", Drawn::Normal(number.into()), level).unwrap();
        let darkness = code.to_colors().into_iter().map(|color| if color == Color::Dark { 50.0 } else { -50.0 });
        Modules { version: Version::new(number).unwrap(), side: code.width(), darkness: darkness.collect() }
    }

    /// Every table and every place is held against codes that another library drew.
    #[test]
    fn a_clean_code_of_each_version_and_level_needs_nothing_and_stays_as_it_is() {
        for number in 1..=Version::LARGEST {
            for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
                let clean = drawn(number, level);
                let right = put_right(&clean).unwrap_or_else(|| panic!("version {number}, {level:?}"));
                let changed =
                    (0..clean.darkness.len()).filter(|i| (clean.darkness[*i] > 0.0) != (right.darkness[*i] > 0.0));
                assert_eq!(changed.count(), 0, "version {number}, {level:?}");
            }
        }
    }

    /// As under glare: a good part of the code is one shade.
    #[test]
    fn what_is_seen_to_be_doubtful_is_put_right_beyond_what_errors_could_be() {
        let mut glared = drawn(6, EcLevel::M);
        for (x, y) in (12..24).flat_map(|x| (14..30).map(move |y| (x, y))) {
            glared.darkness[y * glared.side + x] = -0.1;
        }
        assert_eq!(text(&glared), None, "too much for errors alone");
        assert_eq!(put_right(&glared).and_then(|right| text(&right)).as_deref(), Some("TICKET 123"));
    }

    /// Four errors in 36 places explain one block of noise in 80,000, and a picture is tried thousands of times.
    #[test]
    fn many_errors_that_leave_nothing_to_check_them_by_are_no_proof() {
        let is_proof = |errors, spare| surer_than_chance(Corrected { errors, spare }, 36) >= LEAST_SURE;
        assert!(is_proof(0, 4) && is_proof(2, 3) && is_proof(8, 0));
        assert!(!is_proof(4, 0) && !is_proof(2, 2) && !is_proof(0, 3));
    }
}

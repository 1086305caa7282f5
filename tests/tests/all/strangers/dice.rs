//! Chance that can be had again, and the texts it chooses among.

/// SplitMix64: small, and the same everywhere.
pub(super) struct Dice(u64);

/// Parts that once hurt somebody.
const HOSTILE: [&[u8]; 44] = [
    b"",
    b" ",
    b"\0",
    b"\r\n",
    b"\t",
    b"'",
    b"\"",
    b"\\",
    b"%",
    b"%zz",
    b"%00",
    b"%FF%FE",
    b"%u0041",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"' OR 1=1 -- ",
    b"'; DROP TABLE orders; -- ",
    b"<script>alert(1)</script>",
    b"\"><img src=x onerror=alert(1)>",
    b"{{7*7}}${7*7}",
    b"../../../../etc/passwd",
    b"..",
    b".",
    b"/",
    b"//example.com",
    b"https://example.com/",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"18446744073709551616",
    b"\xe2\x80\xae",
    b"\xe2\x80\x8d",
    b"\xf0\x9f\x92\xa3",
    b"\xe0\xa5\xa7\xe0\xa5\xa8",
    b"Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85",
    b"\xef\xb7\xba",
    b"=cmd|' /C calc'!A0",
    b"[]",
    b"{}",
    b"&",
];

/// From the system.
pub(super) fn fresh_seed() -> u64 {
    uuid::Uuid::now_v7().as_u64_pair().1
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    pub(super) fn bytes(&mut self, up_to: usize) -> Vec<u8> {
        let length = self.below(up_to + 1);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Mostly short, seldom enormous, often no text at all.
    pub(super) fn hostile(&mut self) -> Vec<u8> {
        match self.below(16) {
            0..8 => self.of(&HOSTILE).to_vec(),
            8..11 => (0..=self.below(4)).flat_map(|_| self.of(&HOSTILE).to_vec()).collect(),
            11 | 12 => self.bytes(40),
            13 => self.of(&HOSTILE).repeat(1 + self.below(400)),
            14 => vec![self.of(b"a9%\xff "); 1 + self.below(3_000)],
            _ => self.characters(30).into_bytes(),
        }
    }

    /// As [`Dice::hostile`], where only text can be said.
    pub(super) fn hostile_text(&mut self) -> String {
        String::from_utf8_lossy(&self.hostile()).into_owned()
    }

    fn characters(&mut self, up_to: usize) -> String {
        let length = self.below(up_to + 1);
        // The whole of Unicode, the holes left out.
        (0..length).filter_map(|_| char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap())).collect()
    }
}

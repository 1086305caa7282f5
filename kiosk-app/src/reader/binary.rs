//! Grey becomes dark and light.
//!
//! The block thresholds are those of ZXing's `HybridBinarizer` (Apache-2.0): the
//! mean of each block of 8×8, flat blocks taken from their neighbours, smoothed
//! over 5×5 blocks. The local mean is another answer to the same question,
//! better in fine detail and worse in flat areas.

use super::plane::Plane;

/// What is dark is 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) dark: Vec<u8>,
}

impl Bits {
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.dark[y * self.width..(y + 1) * self.width]
    }

    /// Outside it is neither.
    pub(super) fn get(&self, x: i32, y: i32) -> Option<bool> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.width && y < self.height).then(|| self.dark[y * self.width + x] == 1)
    }

    pub(super) fn inverted(&self) -> Self {
        Self { dark: self.dark.iter().map(|dark| dark ^ 1).collect(), ..*self }
    }
}

/// The side of a block, in pixels.
const BLOCK: usize = 8;
/// A block with less contrast is all one shade.
const FLAT: u8 = 24;

/// Thresholds by blocks.
pub(super) fn by_blocks(plane: &Plane) -> Bits {
    let (across, down) = (plane.width / BLOCK, plane.height / BLOCK);
    if across < 5 || down < 5 {
        return by_mean(plane, 8);
    }
    let shades = shades(plane, across, down);
    let mut dark = vec![0; plane.width * plane.height];
    let width = plane.width;
    for block_y in 0..down {
        let last = block_y + 1 == down;
        let end = if last { plane.height } else { (block_y + 1) * BLOCK };
        let thresholds: Vec<u8> =
            (0..across).map(|block_x| smoothed(&shades, across, down, block_x, block_y)).collect();
        for y in block_y * BLOCK..end {
            let (from, to) = (&plane.pixels[y * width..(y + 1) * width], &mut dark[y * width..(y + 1) * width]);
            let (whole, rest) = from.split_at(across * BLOCK);
            let (whole_to, rest_to) = to.split_at_mut(across * BLOCK);
            for ((from, to), threshold) in
                whole.chunks_exact(BLOCK).zip(whole_to.chunks_exact_mut(BLOCK)).zip(&thresholds)
            {
                for (pixel, dark) in from.iter().zip(to) {
                    *dark = u8::from(pixel <= threshold);
                }
            }
            for (pixel, dark) in rest.iter().zip(rest_to) {
                *dark = u8::from(*pixel <= thresholds[across - 1]);
            }
        }
    }
    Bits { width, height: plane.height, dark }
}

/// The shade that parts dark from light in each block.
fn shades(plane: &Plane, across: usize, down: usize) -> Vec<u8> {
    let mut shades = vec![0_u8; across * down];
    let mut row = vec![(u8::MAX, 0_u8, 0_u16); across];
    for block_y in 0..down {
        row.fill((u8::MAX, 0, 0));
        for y in block_y * BLOCK..(block_y + 1) * BLOCK {
            let pixels = &plane.pixels[y * plane.width..y * plane.width + across * BLOCK];
            for ((low, high, sum), block) in row.iter_mut().zip(pixels.chunks_exact(BLOCK)) {
                for pixel in block {
                    *low = (*low).min(*pixel);
                    *high = (*high).max(*pixel);
                    *sum += u16::from(*pixel);
                }
            }
        }
        for block_x in 0..across {
            let (low, high, sum) = row[block_x];
            let mut shade = sum / 64;
            if high - low <= FLAT {
                shade = u16::from(low / 2);
                if block_x > 0 && block_y > 0 {
                    let at = |x: usize, y: usize| u16::from(shades[y * across + x]);
                    let (above, left) = (at(block_x, block_y - 1), at(block_x - 1, block_y));
                    let near = (above + 2 * left + at(block_x - 1, block_y - 1)) / 4;
                    if u16::from(low) < near {
                        shade = near;
                    }
                }
            }
            shades[block_y * across + block_x] = u8::try_from(shade).unwrap_or(u8::MAX);
        }
    }
    shades
}

fn smoothed(shades: &[u8], across: usize, down: usize, x: usize, y: usize) -> u8 {
    let (x, y) = (x.clamp(2, across - 3), y.clamp(2, down - 3));
    let rows = (y - 2..=y + 2).map(|y| &shades[y * across + x - 2..=y * across + x + 2]);
    let sum: u32 = rows.flatten().map(|shade| u32::from(*shade)).sum();
    u8::try_from(sum / 25).unwrap_or(u8::MAX)
}

/// Darker than the mean of the square of this radius around it.
pub(super) fn by_mean(plane: &Plane, radius: usize) -> Bits {
    let (width, height) = (plane.width, plane.height);
    let mut dark = vec![0; width * height];
    let mut columns = vec![0_u32; width];
    let add = |columns: &mut [u32], y: usize| {
        for (column, pixel) in columns.iter_mut().zip(&plane.pixels[y * width..]) {
            *column += u32::from(*pixel);
        }
    };
    (0..radius.min(height)).for_each(|y| add(&mut columns, y));
    let mut sums = vec![0_u32; width + 1];
    for y in 0..height {
        if y + radius < height {
            add(&mut columns, y + radius);
        }
        if let Some(gone) = y.checked_sub(radius + 1) {
            for (column, pixel) in columns.iter_mut().zip(&plane.pixels[gone * width..]) {
                *column -= u32::from(*pixel);
            }
        }
        let mut sum = 0;
        for (x, column) in columns.iter().enumerate() {
            sum += column;
            sums[x + 1] = sum;
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        let pixels = &plane.pixels[y * width..(y + 1) * width];
        for (x, (pixel, dark)) in pixels.iter().zip(&mut dark[y * width..(y + 1) * width]).enumerate() {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let count = u32::try_from(rows * (right - left)).unwrap_or(u32::MAX);
            // A little darker than the mean, or flat areas would be all noise.
            *dark = u8::from((u32::from(*pixel) + 4) * count < sums[right] - sums[left]);
        }
    }
    Bits { width, height, dark }
}

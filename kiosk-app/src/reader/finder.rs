//! The three squares in a code's corners.

use super::binary::Bits;
use super::plane::{Point, real, signed, whole};

/// A place that looks like a corner square from every side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub(super) at: Point,
    /// Pixels for each module.
    pub(super) module: f32,
    /// In how many rows it was seen.
    pub(super) seen: u16,
}

/// Every second row is enough for a square of seven modules.
const STEP: usize = 2;
/// How far each run may be off, in modules.
const TOLERANCE: f32 = 0.55;
/// A code held aslant is so much narrower than high at most.
const FORESHORTENED: f32 = 2.6;
/// A picture of noise must not fill the memory.
const MOST: usize = 200;

/// What is asked of the outer ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ring {
    /// A module wide all round, with light behind it.
    Whole,
    /// At least there: with too little quiet zone it runs into what is around the code.
    Open,
}

/// Finds them, the most often seen first.
pub(super) fn find(bits: &Bits, ring: Ring) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    let mut edges: Vec<usize> = Vec::new();
    for y in (0..bits.height).step_by(STEP) {
        collect_edges(bits.row(y), &mut edges);
        // Edges alternate: light to dark first.
        for run in edges.windows(6).step_by(2) {
            let runs: [f32; 5] = std::array::from_fn(|i| real(run[i + 1] - run[i]));
            let Some(module) = module_of(&runs, ring) else { continue };
            let middle = real(run[2]) + runs[2] / 2.0;
            if let Some(seen) = checked(bits, middle, y, module, ring) {
                note(&mut found, seen);
            }
        }
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_key(|finder| std::cmp::Reverse(finder.seen));
    found
}

/// Where a row turns dark, light, dark …; it begins and ends in the light.
fn collect_edges(row: &[u8], edges: &mut Vec<usize>) {
    edges.clear();
    let mut before = 0;
    let mut chunks = row.chunks_exact(8);
    let mut x = 0;
    for chunk in &mut chunks {
        let same = u64::from_ne_bytes([before; 8]);
        let eight: [u8; 8] = chunk.try_into().unwrap_or_default();
        if u64::from_ne_bytes(eight) != same {
            for (at, dark) in eight.into_iter().enumerate() {
                if dark != before {
                    edges.push(x + at);
                    before = dark;
                }
            }
        }
        x += 8;
    }
    for (at, dark) in chunks.remainder().iter().enumerate() {
        if *dark != before {
            edges.push(x + at);
            before = *dark;
        }
    }
    if before == 1 {
        edges.push(row.len());
    }
}

/// The module's size if these runs are 1:1:3:1:1.
fn module_of(runs: &[f32; 5], ring: Ring) -> Option<f32> {
    let (total, sides) = match ring {
        Ring::Whole => (runs.iter().sum::<f32>(), [0, 1, 3, 4].as_slice()),
        Ring::Open => (runs[1..4].iter().sum::<f32>() * 7.0 / 5.0, [1, 3].as_slice()),
    };
    if total < 7.0 {
        return None;
    }
    let module = total / 7.0;
    let near = |run: f32, modules: f32| (run - modules * module).abs() < modules * TOLERANCE * module;
    let ringed = runs[0].min(runs[4]) > (1.0 - TOLERANCE) * module;
    let good = ringed && near(runs[2], 3.0) && sides.iter().all(|i| near(runs[*i], 1.0));
    good.then_some(module)
}

/// Looks across it: down, along the row again, and on a diagonal.
fn checked(bits: &Bits, x: f32, y: usize, module: f32, ring: Ring) -> Option<Finder> {
    let down = across(bits, Point::new(x, real(y) + 0.5), (0, 1), module, ring)?;
    let along = across(bits, down.middle, (1, 0), module, ring)?;
    let [falling, rising] = [(1, 1), (1, -1)].map(|way| across(bits, along.middle, way, module, ring));
    falling.or(rising)?;
    let module = (down.module + along.module) / 2.0;
    Some(Finder { at: Point::new(along.middle.x, down.middle.y), module, seen: 1 })
}

struct Across {
    middle: Point,
    module: f32,
}

/// The five runs through a point in one direction, if they are those of a corner square.
fn across(bits: &Bits, from: Point, (dx, dy): (i32, i32), module: f32, ring: Ring) -> Option<Across> {
    let (x, y) = (whole(from.x), whole(from.y));
    let at = |steps: i32| bits.get(x + dx * steps, y + dy * steps);
    if at(0) != Some(true) {
        return None;
    }
    let longest = whole(module * 8.0) + 4;
    // From the middle outwards: dark, light, dark.
    let arm = |way: i32| {
        let (mut ends, mut steps) = ([0; 3], 0);
        for (end, dark) in ends.iter_mut().zip([true, false, true]) {
            let began = steps;
            while at(way * steps) == Some(dark) {
                steps += 1;
                if steps - began > longest {
                    // The outer ring may have no end.
                    if ring == Ring::Open && dark && began > 0 {
                        break;
                    }
                    return None;
                }
            }
            if steps == began {
                return None;
            }
            *end = steps;
        }
        Some(ends)
    };
    let (forth, back) = (arm(1)?, arm(-1)?);
    let counts =
        [back[2] - back[1], back[1] - back[0], back[0] + forth[0] - 1, forth[1] - forth[0], forth[2] - forth[1]];
    let runs = counts.map(|count| real(usize::try_from(count).unwrap_or(0)));
    let own = module_of(&runs, ring)?;
    if own > FORESHORTENED * module || module > FORESHORTENED * own {
        return None;
    }
    // Of the middle run, from its one end to its other.
    let shift = (signed(forth[0]) - signed(back[0])) / 2.0;
    let centre = |at: i32, way: i32| signed(at) + 0.5 + shift * signed(way);
    Some(Across { middle: Point::new(centre(x, dx), centre(y, dy)), module: own })
}

/// Adds it to one that is there, or as a new one.
fn note(found: &mut Vec<Finder>, seen: Finder) {
    let same = |known: &&mut Finder| {
        let apart = known.at.minus(seen.at);
        let (larger, smaller) = (known.module.max(seen.module), known.module.min(seen.module));
        apart.x.abs() <= larger * 1.5 && apart.y.abs() <= larger * 1.5 && larger <= 1.6 * smaller + 1.0
    };
    match found.iter_mut().find(same) {
        Some(known) => {
            let before = f32::from(known.seen);
            let mean = |old: f32, new: f32| (old * before + new) / (before + 1.0);
            known.at = Point::new(mean(known.at.x, seen.at.x), mean(known.at.y, seen.at.y));
            known.module = mean(known.module, seen.module);
            known.seen = known.seen.saturating_add(1);
        }
        None => found.push(seen),
    }
}

//! Reed and Solomon's code over GF(256), as codes use it: errors, and erasures.
//!
//! rqrr corrects errors whose place is not known. Where we know which
//! codewords are doubtful (under glare, behind a thumb), twice as many of
//! those can be put right: errors and erasures are found by Berlekamp and
//! Massey's algorithm begun with the erasures, and put right by Forney's
//! formula (Blahut, Algebraic Codes for Data Transmission, 2003, 7.4).

/// Powers of 2 modulo x⁸ + x⁴ + x³ + x² + 1, twice over, and their logarithms.
const TABLES: ([u8; 510], [u8; 256]) = tables();

const fn tables() -> ([u8; 510], [u8; 256]) {
    let (mut power, mut logarithm) = ([0; 510], [0; 256]);
    let (mut value, mut i) = (1_u16, 0_u8);
    while i < 255 {
        let low = value.to_le_bytes()[0];
        power[i as usize] = low;
        power[i as usize + 255] = low;
        logarithm[low as usize] = i;
        value <<= 1;
        if value > 255 {
            value ^= 0x11d;
        }
        i += 1;
    }
    (power, logarithm)
}

fn power(of_two: usize) -> u8 {
    TABLES.0[of_two % 255]
}

fn times(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    TABLES.0[usize::from(TABLES.1[usize::from(a)]) + usize::from(TABLES.1[usize::from(b)])]
}

/// `b` is not 0.
fn over(a: u8, b: u8) -> u8 {
    if a == 0 {
        return 0;
    }
    TABLES.0[usize::from(TABLES.1[usize::from(a)]) + 255 - usize::from(TABLES.1[usize::from(b)])]
}

/// The value at a point; the lowest power first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, factor| times(sum, at) ^ factor)
}

/// How much of a block's checksum was needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corrected {
    /// Wrong codewords in places that were not known.
    pub(super) errors: usize,
    /// Check codewords that were not needed, and agree.
    pub(super) spare: usize,
}

/// Puts a block right, whose last `checks` codewords are its checksum, given
/// the places that are not to be believed. Nothing is changed if that fails.
pub(super) fn correct(block: &mut [u8], checks: usize, erased: &[usize]) -> Option<Corrected> {
    if erased.len() > checks || checks >= block.len() || block.len() > 255 {
        return None;
    }
    let syndromes = syndromes(block, checks);
    if syndromes.iter().all(|syndrome| *syndrome == 0) {
        return Some(Corrected { errors: 0, spare: checks - erased.len() });
    }
    let place = |at: usize| block.len() - 1 - at;
    let mut locator = vec![1];
    for at in erased {
        multiply_by_root(&mut locator, power(place(*at)));
    }
    let locator = with_errors(locator, &syndromes, erased.len())?;
    let degree = locator.len() - 1;
    let errors = degree - erased.len();
    let spare = checks.checked_sub(erased.len() + 2 * errors)?;
    let wrong: Vec<usize> = (0..block.len()).filter(|at| value(&locator, power(255 - place(*at))) == 0).collect();
    if wrong.len() != degree {
        return None;
    }
    let mut right = block.to_vec();
    let evaluator = product(&syndromes, &locator, checks);
    // Of a sum of powers, only the odd ones are left in the derivative.
    let derivative: Vec<u8> =
        locator.iter().enumerate().skip(1).map(|(i, f)| if i % 2 == 1 { *f } else { 0 }).collect();
    for at in wrong {
        let root = power(255 - place(at));
        let slope = value(&derivative, root);
        if slope == 0 {
            return None;
        }
        right[at] ^= times(power(place(at)), over(value(&evaluator, root), slope));
    }
    if self::syndromes(&right, checks).iter().any(|syndrome| *syndrome != 0) {
        return None;
    }
    block.copy_from_slice(&right);
    Some(Corrected { errors, spare })
}

fn syndromes(block: &[u8], checks: usize) -> Vec<u8> {
    (0..checks).map(|i| block.iter().fold(0, |sum, word| times(sum, power(i)) ^ word)).collect()
}

/// Times (1 + root·x).
fn multiply_by_root(polynomial: &mut Vec<u8>, root: u8) {
    polynomial.push(0);
    for i in (1..polynomial.len()).rev() {
        polynomial[i] ^= times(polynomial[i - 1], root);
    }
}

fn product(a: &[u8], b: &[u8], length: usize) -> Vec<u8> {
    let mut product = vec![0; length];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate().take(length.saturating_sub(i)) {
            product[i + j] ^= times(*a, *b);
        }
    }
    product
}

/// Berlekamp and Massey's algorithm, begun with the erasures' locator.
fn with_errors(erasures: Vec<u8>, syndromes: &[u8], erased: usize) -> Option<Vec<u8>> {
    let (mut locator, mut before) = (erasures.clone(), erasures);
    let mut length = erased;
    for r in erased..syndromes.len() {
        let discrepancy =
            locator.iter().enumerate().take(r + 1).fold(0, |sum, (i, factor)| sum ^ times(*factor, syndromes[r - i]));
        before.insert(0, 0);
        if discrepancy == 0 {
            continue;
        }
        let mut next = locator.clone();
        next.resize(next.len().max(before.len()), 0);
        next.iter_mut().zip(&before).for_each(|(factor, old)| *factor ^= times(discrepancy, *old));
        if 2 * length <= r + erased {
            length = r + 1 + erased - length;
            before = locator.iter().map(|factor| over(*factor, discrepancy)).collect();
        }
        locator = next;
    }
    while locator.last() == Some(&0) {
        locator.pop();
    }
    (locator.len() == length + 1).then_some(locator)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with its checksum, by division.
    fn block(data: &[u8], checks: usize) -> Vec<u8> {
        let mut generator = vec![1_u8];
        for i in 0..checks {
            multiply_by_root(&mut generator, power(i));
        }
        let mut rest = data.to_vec();
        rest.resize(data.len() + checks, 0);
        for i in 0..data.len() {
            let factor = rest[i];
            for (j, part) in generator.iter().enumerate() {
                rest[i + j] ^= times(*part, factor);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    #[test]
    fn errors_count_twice_and_erasures_once() {
        let data: Vec<u8> = (0..30).map(|i| i * 7 + 3).collect();
        let good = block(&data, 10);
        for (errors, erasures) in (0..=5).flat_map(|errors| (0..=10).map(move |erasures| (errors, erasures))) {
            let mut seen = good.clone();
            let erased: Vec<usize> = (0..erasures).map(|i| i * 3 + 1).collect();
            erased.iter().for_each(|at| seen[*at] ^= 0x5a);
            (0..errors).for_each(|i| seen[i * 6 + 2] ^= 0x31);
            let corrected = correct(&mut seen, 10, &erased);
            if 2 * errors + erasures <= 10 {
                let spare = 10 - 2 * errors - erasures;
                assert_eq!((corrected, &seen), (Some(Corrected { errors, spare }), &good), "{errors}, {erasures}");
            } else {
                assert!(seen != good, "{errors}, {erasures}: more than there are checks for");
            }
        }
    }

    #[test]
    fn an_erased_codeword_may_have_been_right() {
        let good = block(&[1, 2, 3, 4, 5, 6, 7, 8], 6);
        let mut seen = good.clone();
        seen[4] ^= 1;
        assert!(correct(&mut seen, 6, &[0, 1, 7]).is_some());
        assert_eq!(seen, good);
    }
}

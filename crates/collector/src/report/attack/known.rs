//! What follows from sums by adding and subtracting: linear algebra modulo a prime.

/// All arithmetic is modulo this prime, 2⁶¹ − 1.
const PRIME: u64 = (1 << 61) - 1;

/// So many atoms stand in each number of [`Atoms`].
pub(in crate::report) const CHUNK: usize = 63;

/// Which atoms a sum adds up, a bit each.
pub(in crate::report) type Atoms = Vec<u64>;

/// Whether the sum has that atom.
pub(in crate::report) fn has(atoms: &[u64], atom: usize) -> bool {
    atoms[atom / CHUNK] >> (atom % CHUNK) & 1 == 1
}

/// What is left of a sum when all that is known is subtracted from it: nothing, where it is known.
pub(in crate::report) type Unknown = Vec<u64>;

/// All sums of what was learned, as rows of a matrix with a leading 1 each.
#[derive(Clone)]
pub(in crate::report) struct Known {
    atoms: usize,
    rows: Vec<(usize, Vec<u64>)>,
}

impl Known {
    pub(in crate::report) const fn new(atoms: usize) -> Self {
        Self { atoms, rows: Vec::new() }
    }

    pub(in crate::report) fn reduce(&self, atoms: &[u64]) -> Unknown {
        let mut row: Vec<u64> = (0..self.atoms).map(|atom| u64::from(has(atoms, atom))).collect();
        for (lead, known) in &self.rows {
            let factor = row[*lead];
            if factor != 0 {
                for (left, right) in row.iter_mut().zip(known).skip(*lead) {
                    if *right != 0 {
                        *left = plus(*left, times(PRIME - factor, *right));
                    }
                }
            }
        }
        row
    }

    /// Whether it was new.
    pub(in crate::report) fn learn(&mut self, atoms: &[u64]) -> bool {
        let mut row = self.reduce(atoms);
        let Some(lead) = row.iter().position(|&number| number != 0) else { return false };
        let inverse = power(row[lead], PRIME - 2);
        row.iter_mut().for_each(|number| *number = times(*number, inverse));
        self.rows.push((lead, row));
        true
    }

    pub(in crate::report) fn knows(&self, atoms: &[u64]) -> bool {
        is_nothing(&self.reduce(atoms))
    }
}

pub(in crate::report) fn is_nothing(unknown: &[u64]) -> bool {
    unknown.iter().all(|&number| number == 0)
}

pub(in crate::report) fn add(sum: &mut [u64], more: &[u64]) {
    sum.iter_mut().zip(more).for_each(|(left, right)| *left = plus(*left, *right));
}

const fn plus(one: u64, other: u64) -> u64 {
    let sum = one + other;
    if sum >= PRIME { sum - PRIME } else { sum }
}

const fn times(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    // 2⁶¹ is 1.
    plus((product & PRIME as u128) as u64, (product >> 61) as u64)
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    result
}

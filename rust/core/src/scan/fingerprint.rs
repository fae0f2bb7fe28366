//! One number for a geometry: equal for equal elements, positions and cell, in whatever order the atoms stand.
use crate::extxyz::Frame;
use crate::lattice::{Lattice, Vector};

/// Coordinates are compared to this, in Å.
const GRID: f64 = 1e-4;
/// Where grid points and faces of the cell lie: at no number that a file would hold, so that rounding errors of values
/// such as 0.25 or 0.12345 do not move them to another point.
const GRID_START: f64 = 0.271_828_182_845_904_5;
const FACE: f64 = -0.003_141_592_653_589_793;

/// The fingerprint; without a lattice positions are taken as they are.
pub(crate) fn fingerprint(frame: &Frame, lattice: Option<&Lattice>) -> u64 {
    let place = |(&number, position): (&u8, &Vector)| {
        let wrapped = lattice.map_or(*position, |lattice| lattice.wrap(position, FACE));
        (number, wrapped.map(grid_point))
    };
    let mut sites: Vec<(u8, [i64; 3])> = frame
        .numbers
        .iter()
        .zip(&frame.positions)
        .map(place)
        .collect();
    sites.sort_unstable();
    let cell = super::periodic_part(frame);
    let mut hash = Hash::default();
    frame.periodic.iter().for_each(|&p| hash.push(u64::from(p)));
    cell.as_flattened()
        .iter()
        .for_each(|&x| hash.push_signed(grid_point(x)));
    for (number, point) in sites {
        hash.push(u64::from(number));
        point.iter().for_each(|&x| hash.push_signed(x));
    }
    hash.value
}

/// The hash of a sequence of elements.
pub(crate) fn sequence(numbers: &[u8]) -> u64 {
    let mut hash = Hash::default();
    numbers
        .iter()
        .for_each(|&number| hash.push(u64::from(number)));
    hash.value
}

fn grid_point(x: f64) -> i64 {
    (x / GRID + GRID_START).floor() as i64
}

/// Multiply and fold, the same in every release: fingerprints are kept on disk.
struct Hash {
    value: u64,
}

impl Default for Hash {
    fn default() -> Self {
        Self {
            value: 0x9e37_79b9_7f4a_7c15,
        }
    }
}

impl Hash {
    fn push(&mut self, word: u64) {
        let mixed = (self.value ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        self.value = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ (mixed >> 32);
    }

    fn push_signed(&mut self, word: i64) {
        self.push(word.cast_unsigned());
    }
}

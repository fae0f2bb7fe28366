//! Frames that are nearly the same: what leaks from a training set into a test set.
//!
//! Only frames of the same elements in the same order with the same periodicity can be. Among those, frames are sorted
//! by a number that near duplicates nearly share: where all cells agree, the distance to one of the frames (by the
//! triangle inequality it differs by no more than two frames do), else a sum over the cell.
use std::collections::HashMap;

use super::geometries::{Geometries, Geometry};
use crate::lattice::{Lattice, Vector, dot, subtract};

/// Cells agree where no component differs by more than this, in Å.
const SAME_CELL: f64 = 1e-3;
/// What cells that agree may add to a distance, in Å: a few periods' worth of difference.
const SLACK: f64 = 1e-2;

/// Two frames that are nearly the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearDuplicate {
    /// The row of the first scan.
    pub first: usize,
    /// The row of the second scan.
    pub second: usize,
    /// The root mean square displacement, in Å.
    pub distance: f64,
}

/// Pairs of frames of `a` and `b` whose root mean square displacement is at most `tolerance` (Å): atom for atom in
/// their order, by the shortest image, without rotation or translation, in cells that agree within 10⁻³ Å.
///
/// With `same`, `a` is `b` and each pair comes once. Isolated atoms are left out. At most `most` pairs, those of the
/// first frames of `a`, in order.
#[must_use]
pub fn near_duplicates(
    a: &Geometries,
    b: &Geometries,
    same: bool,
    tolerance: f64,
    most: usize,
) -> Vec<NearDuplicate> {
    let mut members: HashMap<Family, Vec<usize>> = HashMap::new();
    let frames: Vec<(usize, &Geometry)> = b.comparable().collect();
    for (index, (_, frame)) in frames.iter().enumerate() {
        members.entry(Family::of(b, frame)).or_default().push(index);
    }
    let shelves: HashMap<Family, Shelf> = members
        .into_iter()
        .map(|(family, members)| (family, Shelf::new(b, &frames, &members)))
        .collect();
    let mut found = Vec::new();
    for (first, frame) in a.comparable() {
        let Some(shelf) = shelves.get(&Family::of(a, frame)) else {
            continue;
        };
        let Ok(lattice) = Lattice::new(&frame.cell, frame.periodic) else {
            continue;
        };
        let from = found.len();
        for &(_, second) in shelf.window(a, frame, tolerance) {
            let (second, other) = frames[second];
            if (same && second <= first) || !cells_agree(frame, other) {
                continue;
            }
            let (positions, others) = (a.positions(frame), b.positions(other));
            if let Some(distance) = displacement(&lattice, positions, others, tolerance) {
                found.push(NearDuplicate {
                    first,
                    second,
                    distance,
                });
            }
        }
        found[from..].sort_unstable_by_key(|pair| pair.second);
        if found.len() >= most {
            found.truncate(most);
            break;
        }
    }
    found
}

/// What near duplicates have in common to the letter.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Family {
    sequence: u64,
    atoms: usize,
    periodic: [bool; 3],
}

impl Family {
    fn of(geometries: &Geometries, frame: &Geometry) -> Self {
        Self {
            sequence: frame.sequence,
            atoms: geometries.positions(frame).len(),
            periodic: frame.periodic,
        }
    }
}

/// The frames of a family, sorted.
struct Shelf<'a> {
    /// The frame that distances are taken from, where all cells agree with its own.
    pivot: Option<Pivot<'a>>,
    /// The number that is sorted by, and the frame.
    frames: Vec<(f64, usize)>,
}

struct Pivot<'a> {
    frame: &'a Geometry,
    lattice: Lattice,
    positions: &'a [[f32; 3]],
}

impl<'a> Shelf<'a> {
    fn new(b: &'a Geometries, frames: &[(usize, &'a Geometry)], members: &[usize]) -> Self {
        let pivot = Pivot::new(b, frames, members);
        let mut shelf = Self {
            pivot,
            frames: Vec::new(),
        };
        let number = |&index: &usize| (shelf.number(b, frames[index].1), index);
        let mut numbered: Vec<(f64, usize)> = members.iter().map(number).collect();
        numbered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        shelf.frames = numbered;
        shelf
    }

    /// The frames that may be within `tolerance` of a frame.
    fn window(&self, a: &Geometries, frame: &Geometry, tolerance: f64) -> &[(f64, usize)] {
        let width = match &self.pivot {
            // both agree with a third, or neither can be near the other
            Some(pivot) if largest_difference(frame, pivot.frame) > 2.0 * SAME_CELL => return &[],
            Some(_) => tolerance + SLACK,
            None => 9.0 * SAME_CELL,
        };
        let number = self.number(a, frame);
        let start = self.frames.partition_point(|&(n, _)| n < number - width);
        let end = self.frames.partition_point(|&(n, _)| n <= number + width);
        &self.frames[start..end]
    }

    fn number(&self, geometries: &Geometries, frame: &Geometry) -> f64 {
        let distance = |pivot: &Pivot| {
            let positions = geometries.positions(frame);
            displacement(&pivot.lattice, pivot.positions, positions, f64::INFINITY)
        };
        match &self.pivot {
            Some(pivot) => distance(pivot).unwrap_or(f64::INFINITY),
            None => frame.cell.as_flattened().iter().sum(),
        }
    }
}

impl<'a> Pivot<'a> {
    fn new(b: &'a Geometries, frames: &[(usize, &'a Geometry)], members: &[usize]) -> Option<Self> {
        let frame = frames[*members.first()?].1;
        let alike = |&index: &usize| cells_agree(frames[index].1, frame);
        if !members.iter().all(alike) {
            return None;
        }
        Some(Self {
            frame,
            lattice: Lattice::new(&frame.cell, frame.periodic).ok()?,
            positions: b.positions(frame),
        })
    }
}

fn cells_agree(a: &Geometry, b: &Geometry) -> bool {
    largest_difference(a, b) <= SAME_CELL
}

fn largest_difference(a: &Geometry, b: &Geometry) -> f64 {
    let components = a.cell.as_flattened().iter().zip(b.cell.as_flattened());
    components.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

/// The root mean square displacement, where it is at most `tolerance`.
fn displacement(lattice: &Lattice, a: &[[f32; 3]], b: &[[f32; 3]], tolerance: f64) -> Option<f64> {
    let atoms = a.len() as f64;
    let most = tolerance * tolerance * atoms;
    let mut squares = 0.0;
    for (a, b) in a.iter().zip(b) {
        let delta: Vector = subtract(&b.map(f64::from), &a.map(f64::from));
        let delta = lattice.minimum_image(&delta);
        squares += dot(&delta, &delta);
        if squares > most {
            return None;
        }
    }
    Some((squares / atoms).sqrt())
}

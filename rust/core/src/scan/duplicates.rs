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
    let mut families: HashMap<Family, Vec<(usize, &Geometry)>> = HashMap::new();
    for (row, frame) in b.comparable() {
        let family = families.entry(Family::of(b, frame)).or_default();
        family.push((row, frame));
    }
    let shelves: HashMap<Family, Shelf> = families
        .into_iter()
        .map(|(family, members)| (family, Shelf::new(b, members)))
        .collect();
    let mut found = Vec::new();
    for (first, frame) in a.comparable() {
        let Some(shelf) = shelves.get(&Family::of(a, frame)) else {
            continue;
        };
        let near = shelf.near(a, frame, tolerance);
        let from = found.len();
        found.extend(near.filter_map(|(second, distance)| {
            (!same || first < second).then_some(NearDuplicate {
                first,
                second,
                distance,
            })
        }));
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
    /// The number that is sorted by, the row and the frame.
    frames: Vec<(f64, usize, &'a Geometry)>,
    /// Positions of the frames in their order, from those of the pivot.
    positions: Vec<[f32; 3]>,
}

struct Pivot<'a> {
    frame: &'a Geometry,
    lattice: Lattice,
    positions: &'a [[f32; 3]],
}

impl<'a> Shelf<'a> {
    fn new(b: &'a Geometries, members: Vec<(usize, &'a Geometry)>) -> Self {
        let pivot = Pivot::new(b, &members);
        let mut shelf = Self {
            pivot,
            frames: Vec::new(),
            positions: Vec::new(),
        };
        let place = |(row, frame)| {
            let (number, positions) = shelf.place(b, frame);
            (number, row, frame, positions)
        };
        let mut placed: Vec<(f64, usize, &Geometry, Vec<[f32; 3]>)> =
            members.into_iter().map(place).collect();
        placed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (number, row, frame, positions) in placed {
            shelf.frames.push((number, row, frame));
            shelf.positions.extend(positions);
        }
        shelf
    }

    /// The number that a frame is sorted by, and its positions from those of the pivot.
    fn place(&self, geometries: &Geometries, frame: &Geometry) -> (f64, Vec<[f32; 3]>) {
        let positions = geometries.positions(frame);
        let Some(pivot) = &self.pivot else {
            return (frame.cell.as_flattened().iter().sum(), positions.to_vec());
        };
        let mut squares = 0.0;
        let from_pivot = positions.iter().zip(pivot.positions).map(|(r, at)| {
            let moved = pivot.lattice.minimum_image(&between(at, r));
            squares += dot(&moved, &moved);
            moved.map(|x| x as f32)
        });
        let from_pivot: Vec<[f32; 3]> = from_pivot.collect();
        ((squares / positions.len() as f64).sqrt(), from_pivot)
    }

    /// The rows within `tolerance` of a frame, with their distance.
    fn near(
        &self,
        a: &Geometries,
        frame: &Geometry,
        tolerance: f64,
    ) -> impl Iterator<Item = (usize, f64)> {
        let width = match &self.pivot {
            Some(_) => tolerance + SLACK,
            None => 9.0 * SAME_CELL,
        };
        // both agree with the pivot, or neither can be near the other
        let pivot = self.pivot.as_ref();
        let agrees = pivot.is_none_or(|p| largest_difference(frame, p.frame) <= 2.0 * SAME_CELL);
        let lattice = Lattice::new(&frame.cell, frame.periodic)
            .ok()
            .filter(|_| agrees);
        let (number, positions) = self.place(a, frame);
        let atoms = positions.len();
        let (start, end) = match lattice {
            Some(_) => (
                self.frames.partition_point(|&(n, ..)| n < number - width),
                self.frames.partition_point(|&(n, ..)| n <= number + width),
            ),
            None => (0, 0),
        };
        (start..end).filter_map(move |index| {
            let (_, row, other) = self.frames[index];
            let others = self.positions.get(index * atoms..(index + 1) * atoms)?;
            let distance = displacement(lattice.as_ref()?, &positions, others, tolerance)?;
            cells_agree(frame, other).then_some((row, distance))
        })
    }
}

impl<'a> Pivot<'a> {
    fn new(b: &'a Geometries, members: &[(usize, &'a Geometry)]) -> Option<Self> {
        let (_, frame) = *members.first()?;
        if !members.iter().all(|(_, other)| cells_agree(other, frame)) {
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
        let delta = lattice.minimum_image(&between(a, b));
        squares += dot(&delta, &delta);
        if squares > most {
            return None;
        }
    }
    Some((squares / atoms).sqrt())
}

fn between(a: &[f32; 3], b: &[f32; 3]) -> Vector {
    subtract(&b.map(f64::from), &a.map(f64::from))
}

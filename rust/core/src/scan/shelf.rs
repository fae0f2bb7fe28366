//! Frames of one family in memory, sorted by a number that near duplicates nearly share.
use std::io;
use std::ops::Range;

use super::geometries::Geometries;
use super::lanes::{LANES, Lanes};
use super::pivot::{Pivot, Placed, SAME_CELL, between, difference};
use super::positions::{Cursor, Point};
use crate::lattice::{Lattice, Vector, dot};

/// Some frames of a family.
pub(super) struct Shelf<'a> {
    geometries: &'a Geometries,
    atoms: usize,
    /// In the order of their numbers.
    entries: Vec<Entry>,
    /// Positions of the entries, in their order.
    lanes: Lanes,
    lattices: Vec<Lattice>,
    /// By how much numbers may differ.
    width: f64,
    tolerance: f64,
}

#[derive(Clone, Copy)]
struct Entry {
    number: f64,
    row: usize,
    /// Which of the lattices is its own.
    lattice: usize,
}

impl<'a> Shelf<'a> {
    /// Of these rows, but those that no frame around the pivot can be near to.
    pub(super) fn new(
        geometries: &'a Geometries,
        rows: &[usize],
        pivot: &Pivot,
        tolerance: f64,
    ) -> io::Result<Self> {
        let atoms = rows.first().map_or(0, |&row| geometries.atoms(row));
        let mut entries = Vec::with_capacity(rows.len());
        let mut unsorted: Vec<Point> = Vec::with_capacity(rows.len() * atoms);
        let mut lattices = Vec::new();
        let mut cell = None;
        let mut cursor = Cursor::new(geometries.positions());
        let mut placed = Placed::default();
        for &row in rows {
            if !pivot.admits(geometries.cell(row)) {
                continue;
            }
            if cell != Some(geometries.cell_of(row)) {
                let Some(lattice) = geometries.lattice(row) else {
                    continue;
                };
                lattices.push(lattice);
                cell = Some(geometries.cell_of(row));
            }
            pivot.place(&mut placed, geometries, row, &mut cursor)?;
            entries.push(Entry {
                number: placed.number,
                row,
                lattice: lattices.len() - 1,
            });
            unsorted.extend(&placed.positions);
        }
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|&a, &b| entries[a].number.total_cmp(&entries[b].number));
        let frame = |&place: &usize| &unsorted[place * atoms..(place + 1) * atoms];
        let frames: Vec<&[Point]> = order.iter().map(frame).collect();
        let nearest = lattices.iter().map(Lattice::nearest);
        Ok(Self {
            geometries,
            atoms,
            lanes: Lanes::new(&frames, atoms, nearest.fold(f64::INFINITY, f64::min)),
            entries: order.iter().map(|&place| entries[place]).collect(),
            lattices,
            width: pivot.width(tolerance),
            tolerance,
        })
    }

    /// Whether a frame of this number may be near to any.
    pub(super) fn may_hold(&self, number: f64) -> bool {
        !self.window(number).is_empty()
    }

    /// The rows within the tolerance of a frame, among those that are wanted, with their distance.
    pub(super) fn near(
        &self,
        placed: &Placed,
        cell: &[Vector; 3],
        wanted: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (usize, f64)> {
        let window = self.window(placed.number);
        let ordered = self.lanes.ordered(&placed.positions);
        let most = self.tolerance * self.tolerance * self.atoms as f64;
        let groups = window.start / LANES..window.end.div_ceil(LANES);
        let likely = groups.flat_map(move |group| {
            let far = self.lanes.far(group, &ordered, most);
            let near = (0..LANES).filter(move |&lane| !far[lane]);
            near.map(move |lane| group * LANES + lane)
        });
        likely.filter_map(move |place| {
            let entry = window.contains(&place).then(|| &self.entries[place])?;
            if !wanted(entry.row) {
                return None;
            }
            let (lattice, mine) = (&self.lattices[entry.lattice], self.lanes.positions(place));
            let distance = displacement(lattice, mine, &placed.positions, most)?;
            let agrees = difference(self.geometries.cell(entry.row), cell) <= SAME_CELL;
            agrees.then_some((entry.row, distance))
        })
    }

    fn window(&self, number: f64) -> Range<usize> {
        let below = |least: f64| self.entries.partition_point(|entry| entry.number < least);
        let from = below(number - self.width);
        let within = |entry: &Entry| entry.number <= number + self.width;
        from..from + self.entries[from..].partition_point(within)
    }
}

/// The root mean square displacement, where its squares sum to no more than `most` (Å²).
fn displacement(
    lattice: &Lattice,
    a: impl Iterator<Item = Point>,
    b: &[Point],
    most: f64,
) -> Option<f64> {
    let mut squares = 0.0;
    for (a, b) in a.zip(b) {
        let delta = lattice.minimum_image(&between(&a, b));
        squares += dot(&delta, &delta);
        if squares > most {
            return None;
        }
    }
    Some((squares / b.len() as f64).sqrt())
}

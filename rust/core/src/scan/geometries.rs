//! The geometries of all frames in little memory: what near duplicates are found with.
use std::collections::HashMap;

use super::fingerprint::sequence;
use super::positions::Positions;
use crate::extxyz::Frame;
use crate::lattice::{Lattice, Vector};

/// A frame's cell is looked for among so many that came last.
const RECENT: usize = 64;

/// Positions of all frames, with their cells; a row for each frame.
#[derive(Debug, Default)]
pub struct Geometries {
    frames: Vec<Geometry>,
    families: Vec<Family>,
    index: HashMap<Family, u32>,
    /// One for frames near each other in the file that share it.
    cells: Vec<[Vector; 3]>,
    /// Wrapped into the cell.
    positions: Positions,
}

#[derive(Debug)]
struct Geometry {
    family: u32,
    cell: u32,
    /// Where its positions start.
    start: u64,
}

/// What near duplicates have in common to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Family {
    /// A hash of the elements in their order.
    sequence: u64,
    atoms: usize,
    periodic: [bool; 3],
}

impl Family {
    /// Of frames that are like no other.
    const NONE: Self = Self {
        sequence: 0,
        atoms: 0,
        periodic: [false; 3],
    };
}

impl Geometries {
    /// With no more positions in memory than this.
    #[cfg(test)]
    pub(crate) fn with_most_in_memory(most: usize) -> Self {
        Self {
            positions: Positions::with_most_in_memory(most),
            ..Self::default()
        }
    }

    /// Adds a frame; without a lattice it is like no other.
    pub(crate) fn push(&mut self, frame: &Frame, lattice: Option<&Lattice>) {
        let Some(lattice) = lattice else {
            let (family, cell) = (self.family(Family::NONE), self.cell_index([[0.0; 3]; 3]));
            let start = self.positions.len();
            self.frames.push(Geometry {
                family,
                cell,
                start,
            });
            return;
        };
        let family = self.family(Family {
            sequence: sequence(&frame.numbers),
            atoms: frame.positions.len(),
            periodic: frame.periodic,
        });
        let cell = self.cell_index(periodic_part(frame));
        self.frames.push(Geometry {
            family,
            cell,
            start: self.positions.len(),
        });
        let wrapped = frame.positions.iter().map(|r| lattice.wrap(r, 0.0));
        self.positions.push(wrapped.map(|r| r.map(|x| x as f32)));
    }

    fn cell_index(&mut self, cell: [Vector; 3]) -> u32 {
        let mut recent = (0..self.cells.len()).rev().take(RECENT);
        let index = recent.find(|&index| self.cells[index] == cell);
        index.unwrap_or_else(|| {
            self.cells.push(cell);
            self.cells.len() - 1
        }) as u32
    }

    fn family(&mut self, family: Family) -> u32 {
        *self.index.entry(family).or_insert_with(|| {
            self.families.push(family);
            (self.families.len() - 1) as u32
        })
    }

    /// The frames among some rows that can be compared.
    pub(crate) fn comparable(&self, rows: Option<&[bool]>) -> impl Iterator<Item = usize> {
        let looked_at = move |row: usize| rows.is_none_or(|rows| rows.get(row) == Some(&true));
        (0..self.frames.len()).filter(move |&row| looked_at(row) && self.atoms(row) > 0)
    }

    /// What is common to the frames of a family; their indices are those of [`Geometries::family_of`].
    pub(crate) fn families(&self) -> &[Family] {
        &self.families
    }

    /// The index of the same family in other geometries.
    pub(crate) fn index_of(&self, family: &Family) -> Option<usize> {
        self.index.get(family).map(|&index| index as usize)
    }

    /// The index of a frame's family.
    pub(crate) fn family_of(&self, row: usize) -> usize {
        self.frames[row].family as usize
    }

    /// The number of positions of a frame.
    pub(crate) fn atoms(&self, row: usize) -> usize {
        self.families[self.family_of(row)].atoms
    }

    /// The index of a frame's cell; of the same index means of the same cell, not the other way around.
    pub(crate) fn cell_of(&self, row: usize) -> u32 {
        self.frames[row].cell
    }

    /// The periodic vectors of a frame, zero in the other directions.
    pub(crate) fn cell(&self, row: usize) -> &[Vector; 3] {
        &self.cells[self.frames[row].cell as usize]
    }

    /// The lattice of a frame.
    pub(crate) fn lattice(&self, row: usize) -> Option<Lattice> {
        let periodic = self.families[self.family_of(row)].periodic;
        Lattice::new(self.cell(row), periodic).ok()
    }

    /// Where the positions of a frame start.
    pub(crate) fn start(&self, row: usize) -> u64 {
        self.frames[row].start
    }

    pub(crate) fn positions(&self) -> &Positions {
        &self.positions
    }
}

/// The cell vectors of a frame in periodic directions, zero in the others, where they have no meaning.
pub(crate) fn periodic_part(frame: &Frame) -> [Vector; 3] {
    let cell = frame.cell.unwrap_or_default();
    [0, 1, 2].map(|k| if frame.periodic[k] { cell[k] } else { [0.0; 3] })
}

//! The geometries of all frames in little memory: what near duplicates are found with.
use super::fingerprint::sequence;
use crate::extxyz::Frame;
use crate::lattice::{Lattice, Vector};

/// Positions of all frames, 12 bytes an atom, with their cells.
#[derive(Debug, Default)]
pub struct Geometries {
    frames: Vec<Geometry>,
    positions: Vec<[f32; 3]>,
}

/// One frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    /// A hash of the elements in their order.
    pub(crate) sequence: u64,
    /// The periodic vectors, zero in the other directions.
    pub(crate) cell: [Vector; 3],
    pub(crate) periodic: [bool; 3],
    start: usize,
    end: usize,
}

impl Geometries {
    /// Adds a frame; without a lattice it is like no other.
    pub(crate) fn push(&mut self, frame: &Frame, lattice: Option<&Lattice>) {
        let start = self.positions.len();
        if let Some(lattice) = lattice {
            let wrapped = frame.positions.iter().map(|r| lattice.wrap(r, 0.0));
            self.positions.extend(wrapped.map(|r| r.map(|x| x as f32)));
        }
        self.frames.push(Geometry {
            sequence: sequence(&frame.numbers),
            cell: periodic_part(frame),
            periodic: frame.periodic,
            start,
            end: self.positions.len(),
        });
    }

    /// The frames that can be compared, by their rows in the table.
    pub(crate) fn comparable(&self) -> impl Iterator<Item = (usize, &Geometry)> {
        let frames = self.frames.iter().enumerate();
        frames.filter(|(_, frame)| frame.start < frame.end)
    }

    /// The wrapped positions of a frame.
    pub(crate) fn positions(&self, frame: &Geometry) -> &[[f32; 3]] {
        self.positions
            .get(frame.start..frame.end)
            .unwrap_or_default()
    }
}

/// The cell vectors of a frame in periodic directions, zero in the others, where they have no meaning.
pub(crate) fn periodic_part(frame: &Frame) -> [Vector; 3] {
    let cell = frame.cell.unwrap_or_default();
    [0, 1, 2].map(|k| if frame.periodic[k] { cell[k] } else { [0.0; 3] })
}

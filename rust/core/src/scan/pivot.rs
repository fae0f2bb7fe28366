//! Frames of one family beside one of them: a number that near duplicates nearly share, and images of atoms that need
//! no period to be near each other.
use std::io;

use super::geometries::Geometries;
use super::positions::{Cursor, Point};
use crate::lattice::{Lattice, Vector, dot, subtract};

/// Cells agree where no component differs by more than this, in Å.
pub(super) const SAME_CELL: f64 = 1e-3;
/// What cells that agree may add to a distance, in Å: a few periods' worth of difference.
const SLACK: f64 = 1e-2;

/// The frame of a family that its others are put beside.
pub(super) struct Pivot {
    cell: [Vector; 3],
    lattice: Option<Lattice>,
    positions: Vec<Point>,
    /// Whether the cells of all that it is compared with agree with its own. Then the number of a frame is its distance
    /// from the pivot: by the triangle inequality those of two frames differ by no more than the frames do. Else it is
    /// a sum over the cell.
    agree: bool,
}

/// A frame as it is compared.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) number: f64,
    /// From those of the pivot.
    pub(super) positions: Vec<Point>,
}

impl Pivot {
    pub(super) fn new(
        geometries: &Geometries,
        row: usize,
        agree: bool,
        cursor: &mut Cursor,
    ) -> io::Result<Self> {
        let positions = cursor.read(geometries.start(row), geometries.atoms(row))?;
        Ok(Self {
            cell: *geometries.cell(row),
            lattice: geometries.lattice(row),
            positions: positions.to_vec(),
            agree,
        })
    }

    /// By how much the numbers of near duplicates may differ.
    pub(super) fn width(&self, tolerance: f64) -> f64 {
        if self.agree {
            tolerance + SLACK
        } else {
            9.0 * SAME_CELL
        }
    }

    /// Whether frames with a cell can be near those whose cells agree with the pivot's.
    pub(super) fn admits(&self, cell: &[Vector; 3]) -> bool {
        !self.agree || difference(cell, &self.cell) <= 2.0 * SAME_CELL
    }

    /// Puts a frame in the place of another.
    pub(super) fn place(
        &self,
        placed: &mut Placed,
        geometries: &Geometries,
        row: usize,
        cursor: &mut Cursor,
    ) -> io::Result<()> {
        let positions = cursor.read(geometries.start(row), self.positions.len())?;
        let cell = geometries.cell(row);
        let is_own = !self.agree && *cell != self.cell;
        let own = is_own.then(|| geometries.lattice(row)).flatten();
        let lattice = own.as_ref().or(self.lattice.as_ref());
        let mut squares = 0.0;
        let from_pivot = positions.iter().zip(&self.positions).map(|(r, at)| {
            let moved = between(at, r);
            let moved = lattice.map_or(moved, |lattice| lattice.minimum_image(&moved));
            squares += dot(&moved, &moved);
            moved.map(|x| x as f32)
        });
        placed.positions.clear();
        placed.positions.extend(from_pivot);
        placed.number = if self.agree {
            (squares / self.positions.len() as f64).sqrt()
        } else {
            cell_number(geometries, row)
        };
        Ok(())
    }
}

/// Where cells differ, a sum over the cell tells frames apart.
pub(super) fn cell_number(geometries: &Geometries, row: usize) -> f64 {
    geometries.cell(row).as_flattened().iter().sum()
}

/// The largest difference between components of two cells, in Å.
pub(super) fn difference(a: &[Vector; 3], b: &[Vector; 3]) -> f64 {
    let components = a.as_flattened().iter().zip(b.as_flattened());
    components.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

/// From one point to another.
pub(super) fn between(a: &Point, b: &Point) -> Vector {
    subtract(&b.map(f64::from), &a.map(f64::from))
}

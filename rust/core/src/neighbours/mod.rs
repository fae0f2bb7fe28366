//! Pairs of atoms within a cutoff, for any cell and any mixture of periodic directions.
//!
//! One linked-cell search serves all cases. Atoms are sorted into bins at least a cutoff wide; where the cell is
//! narrower than the cutoff there is one bin, and the search walks over its periodic images instead. Self images count,
//! positions may lie outside the cell, and a pair exactly at the cutoff is outside, as in ASE and matscipy.
mod once;
mod span;

use std::ops::Range;

use crate::Invalid;
use crate::invalid::require_finite;
use crate::lattice::{FARTHEST, Lattice, Vector, add, dot, subtract};
use span::{Span, bin_counts};

/// More visits of bins than this are refused: a cutoff of so many periods is a mistake in the cell.
const MOST_VISITS: f64 = 1e10;

/// More than a square and its root can be off by rounding, relative.
const ROUNDING: f64 = 1e-12;

/// A neighbour of an atom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The atom.
    pub first: usize,
    /// Its neighbour.
    pub second: usize,
    /// The image of the neighbour: r = r_second − r_first + shift · cell, for the positions as given.
    pub shift: [i64; 3],
    /// r in Å.
    pub vector: [f64; 3],
    /// ‖r‖ in Å.
    pub distance: f64,
}

/// The shortest distance in Å among pairs within `cutoff`, self images included; `None` without such a pair.
///
/// `positions` are Cartesian, in Å; `cell` has the cell vectors as rows, and only those in directions where `pbc` is
/// set matter. Errors: coordinates that are not finite or lie beyond 10⁹ Å, dependent periodic vectors, a cutoff that
/// is not positive or spans too many periods.
pub fn minimum_distance(
    positions: &[[f64; 3]],
    cell: &[[f64; 3]; 3],
    pbc: [bool; 3],
    cutoff: f64,
) -> Result<Option<f64>, Invalid> {
    let mut shortest = f64::INFINITY;
    Bins::new(positions, cell, pbc, cutoff, MOST_VISITS)?
        .for_each_pair(|pair| shortest = shortest.min(pair.distance));
    Ok(shortest.is_finite().then_some(shortest))
}

/// The number of neighbours of each atom within `cutoff` (Å), every image counted; see [`minimum_distance`] for the
/// rest.
pub fn neighbour_counts(
    positions: &[[f64; 3]],
    cell: &[[f64; 3]; 3],
    pbc: [bool; 3],
    cutoff: f64,
) -> Result<Vec<u32>, Invalid> {
    let mut counts = vec![0_u32; positions.len()];
    Bins::new(positions, cell, pbc, cutoff, MOST_VISITS)?
        .for_each_pair(|pair| counts[pair.first] = counts[pair.first].saturating_add(1));
    Ok(counts)
}

/// All pairs within `cutoff` (Å), each once from either end, in ascending order of the first atom; see
/// [`minimum_distance`].
pub fn pairs(
    positions: &[[f64; 3]],
    cell: &[[f64; 3]; 3],
    pbc: [bool; 3],
    cutoff: f64,
) -> Result<Vec<Pair>, Invalid> {
    let mut found = Vec::new();
    Bins::new(positions, cell, pbc, cutoff, MOST_VISITS)?.for_each_pair(|pair| found.push(pair));
    Ok(found)
}

/// Atoms wrapped into the cell and sorted into bins.
pub(crate) struct Bins {
    lattice: Lattice,
    cutoff: f64,
    wrapped: Vec<Vector>,
    /// How many cell vectors each atom was moved back by.
    wraps: Vec<[i64; 3]>,
    /// The bin of each atom along each direction.
    place: Vec<[i64; 3]>,
    /// The number of bins along each direction.
    counts: [i64; 3],
    /// How many bins a cutoff spans along each direction.
    reach: [i64; 3],
    /// Atoms in order of their bin.
    members: Vec<usize>,
    /// Where each bin ends in `members`; the one before it ends where it starts.
    ends: Vec<usize>,
}

impl Bins {
    /// Refuses, beside what the public functions refuse, a search that would look into more than `most_visits` bins.
    pub(crate) fn new(
        positions: &[Vector],
        cell: &[Vector; 3],
        pbc: [bool; 3],
        cutoff: f64,
        most_visits: f64,
    ) -> Result<Self, Invalid> {
        if !(cutoff > 0.0 && cutoff <= FARTHEST) {
            let message = format!("must be positive and finite, is {cutoff}");
            return Err(Invalid::Range {
                name: "cutoff",
                message,
            });
        }
        require_finite("positions", positions.as_flattened())?;
        if let Some(index) = positions
            .as_flattened()
            .iter()
            .position(|x| x.abs() > FARTHEST)
        {
            let message = format!("must lie within {FARTHEST:e} Å, value {index} does not");
            return Err(Invalid::Range {
                name: "positions",
                message,
            });
        }
        let lattice = Lattice::new(cell, pbc)?;
        let fractional: Vec<Vector> = positions.iter().map(|r| lattice.fractional(r)).collect();
        let spans = [0, 1, 2].map(|k| Span::new(&lattice, &fractional, k));
        let counts = bin_counts(&spans, cutoff, positions.len());
        let reach = [0, 1, 2].map(|k| spans[k].reach(counts[k], cutoff));
        let visits: f64 = reach.iter().map(|&m| 2.0 * m as f64 + 1.0).product();
        if visits * positions.len() as f64 > most_visits {
            let message = format!("{cutoff} Å spans too many periods of the cell");
            return Err(Invalid::Range {
                name: "cutoff",
                message,
            });
        }
        let wraps: Vec<[i64; 3]> = fractional
            .iter()
            .map(|s| [0, 1, 2].map(|k| if pbc[k] { s[k].floor() as i64 } else { 0 }))
            .collect();
        let wrapped = positions
            .iter()
            .zip(&wraps)
            .map(|(r, wrap)| subtract(r, &lattice.translation(&wrap.map(|n| n as f64))))
            .collect();
        let place: Vec<[i64; 3]> = fractional
            .iter()
            .map(|s| [0, 1, 2].map(|k| spans[k].place(s[k], counts[k])))
            .collect();
        let mut bins = Self {
            lattice,
            cutoff,
            wrapped,
            wraps,
            place,
            counts,
            reach,
            members: Vec::new(),
            ends: Vec::new(),
        };
        bins.sort();
        Ok(bins)
    }

    /// Counting sort of the atoms by bin, stable.
    fn sort(&mut self) {
        let total = self.counts.iter().product::<i64>() as usize;
        let mut next = vec![0; total + 1];
        for place in &self.place {
            next[self.flat(place) + 1] += 1;
        }
        for bin in 0..total {
            next[bin + 1] += next[bin];
        }
        self.members = vec![0; self.place.len()];
        for (atom, place) in self.place.iter().enumerate() {
            let slot = &mut next[self.flat(place)];
            self.members[*slot] = atom;
            *slot += 1;
        }
        self.ends = next;
    }

    fn flat(&self, place: &[i64; 3]) -> usize {
        ((place[0] * self.counts[1] + place[1]) * self.counts[2] + place[2]) as usize
    }

    fn range(&self, place: &[i64; 3]) -> Range<usize> {
        let bin = self.flat(place);
        let start = if bin == 0 { 0 } else { self.ends[bin - 1] };
        start..self.ends[bin]
    }

    /// The bin a walk arrives at and the image it lies in; `None` outside of what is not periodic.
    fn fold(&self, k: usize, bin: i64) -> Option<(i64, i64)> {
        let count = self.counts[k];
        if (0..count).contains(&bin) {
            return Some((bin, 0));
        }
        // most walks end here, and a division takes as long as many pairs
        let folded = match bin {
            _ if !self.lattice.periodic[k] => return None,
            _ if bin < 0 && bin >= -count => (bin + count, -1),
            _ if bin >= count && bin < 2 * count => (bin - count, 1),
            _ => (bin.rem_euclid(count), bin.div_euclid(count)),
        };
        Some(folded)
    }

    /// Visits every pair, the first atoms in ascending order.
    pub(crate) fn for_each_pair(&self, mut visit: impl FnMut(Pair)) {
        for first in 0..self.wrapped.len() {
            self.for_each_neighbour(first, &mut visit);
        }
    }

    /// Visits the pairs of one atom.
    pub(crate) fn for_each_neighbour(&self, first: usize, visit: &mut impl FnMut(Pair)) {
        let around = [0, 1, 2].map(|k| {
            let home = self.place[first][k];
            (home - self.reach[k]..=home + self.reach[k]).filter_map(move |bin| self.fold(k, bin))
        });
        let [xs, ys, zs] = around;
        for (x, image_x) in xs {
            for (y, image_y) in ys.clone() {
                for (z, image_z) in zs.clone() {
                    let members = &self.members[self.range(&[x, y, z])];
                    self.visit_members(first, members, [image_x, image_y, image_z], visit);
                }
            }
        }
    }

    /// Visits the pairs of one atom with some of a bin in an image of the cell.
    fn visit_members(
        &self,
        first: usize,
        members: &[usize],
        image: [i64; 3],
        visit: &mut impl FnMut(Pair),
    ) {
        if members.is_empty() {
            return;
        }
        let translation = self.lattice.translation(&image.map(|n| n as f64));
        let most = self.cutoff * self.cutoff * (1.0 + ROUNDING);
        for &second in members {
            if second == first && image == [0; 3] {
                continue;
            }
            let between = subtract(&self.wrapped[second], &self.wrapped[first]);
            let vector = add(&between, &translation);
            // a root takes longer than all the rest, and most pairs are farther apart
            let square = dot(&vector, &vector);
            if square > most {
                continue;
            }
            let distance = square.sqrt();
            if distance < self.cutoff {
                let shift =
                    [0, 1, 2].map(|k| image[k] - self.wraps[second][k] + self.wraps[first][k]);
                visit(Pair {
                    first,
                    second,
                    shift,
                    vector,
                    distance,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUBE: [[f64; 3]; 3] = [[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 4.0]];

    #[test]
    fn an_atom_sees_its_own_images() {
        let counts = neighbour_counts(&[[1.0; 3]], &CUBE, [true; 3], 4.001).unwrap();
        assert_eq!(counts, [6]);
        let shortest = minimum_distance(&[[1.0; 3]], &CUBE, [true, false, false], 4.001).unwrap();
        assert_eq!(shortest, Some(4.0));
        assert_eq!(
            minimum_distance(&[[1.0; 3]], &CUBE, [false; 3], 100.0).unwrap(),
            None
        );
    }

    #[test]
    fn a_pair_exactly_at_the_cutoff_is_outside() {
        assert_eq!(
            neighbour_counts(&[[0.0; 3]], &CUBE, [true; 3], 4.0).unwrap(),
            [0]
        );
    }

    #[test]
    fn shifts_belong_to_the_positions_as_given() {
        let positions = [[9.0, 0.0, 0.0], [-0.5, 0.0, 0.0]];
        let found = pairs(&positions, &CUBE, [true, false, false], 2.0).unwrap();
        assert_eq!(found.len(), 2);
        for pair in found {
            let to = positions[pair.second][0] - positions[pair.first][0];
            assert!(((to + 4.0 * pair.shift[0] as f64).abs() - pair.distance).abs() < 1e-12);
        }
    }

    #[test]
    fn a_cutoff_of_many_periods_counts_every_image() {
        // Lattice points of a simple cubic crystal within 5.1 lattice constants: 2, 6, 12, 8 ... by direct enumeration.
        let cutoff = 4.0 * 5.1;
        let expected = (-6_i32..=6)
            .flat_map(|x| (-6..=6).flat_map(move |y| (-6..=6).map(move |z| x * x + y * y + z * z)))
            .filter(|&squared| squared > 0 && f64::from(squared) < 5.1 * 5.1)
            .count();
        let counts = neighbour_counts(&[[0.3; 3]], &CUBE, [true; 3], cutoff).unwrap();
        assert_eq!(counts, [expected as u32]);
    }

    #[test]
    fn far_apart_atoms_do_not_need_a_bin_each_ångström() {
        let positions = [[0.0; 3], [1e8, 0.0, 0.0], [1e8, 0.0, 1.0]];
        let zero = [[0.0; 3]; 3];
        assert_eq!(
            minimum_distance(&positions, &zero, [false; 3], 1.5).unwrap(),
            Some(1.0)
        );
    }

    #[test]
    fn impossible_searches_are_refused() {
        let one = [[0.0; 3]];
        for cutoff in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e6] {
            assert!(pairs(&one, &CUBE, [true; 3], cutoff).is_err());
        }
        assert!(pairs(&[[f64::NAN; 3]], &CUBE, [true; 3], 1.0).is_err());
        assert!(pairs(&[[1e12; 3]], &CUBE, [true; 3], 1.0).is_err());
        assert!(pairs(&[], &CUBE, [true; 3], 1.0).unwrap().is_empty());
    }
}

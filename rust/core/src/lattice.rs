//! A cell with its periodic directions: fractional coordinates, plane distances and the exact minimum image.
//!
//! Only periodic cell vectors have a meaning. The others may be zero, parallel or arbitrary, as files often have
//! them, and are replaced by unit vectors across the periodic ones, so that the basis is always well conditioned.
use crate::Invalid;
use crate::invalid::require_finite;

/// A vector in Å.
pub(crate) type Vector = [f64; 3];

/// Beyond this, in Å, a double no longer resolves a bond, and a coordinate is refused.
pub(crate) const FARTHEST: f64 = 1e9;
/// Periodic vectors whose volume is below this share of a box with the same edges count as dependent.
const FLATTEST: f64 = 1e-10;

/// Cell vectors completed to a basis of space.
#[derive(Debug, Clone)]
pub(crate) struct Lattice {
    vectors: [Vector; 3],
    reciprocal: [Vector; 3],
    pub(crate) periodic: [bool; 3],
    /// Distance between the planes at fractional coordinates 0 and 1, in Å.
    pub(crate) heights: Vector,
}

impl Lattice {
    /// From cell vectors as rows (Å), of which those in `periodic` directions must be independent.
    pub(crate) fn new(cell: &[Vector; 3], periodic: [bool; 3]) -> Result<Self, Invalid> {
        require_finite("cell", cell.as_flattened())?;
        if cell.as_flattened().iter().any(|x| x.abs() > FARTHEST) {
            let message = format!("must not hold components beyond {FARTHEST:e} Å");
            return Err(Invalid::Range {
                name: "cell",
                message,
            });
        }
        let vectors = completed(cell, periodic);
        let volume = dot(&vectors[0], &cross(&vectors[1], &vectors[2]));
        let edges: f64 = vectors.iter().map(norm).product();
        if edges.is_nan() || volume.abs() <= FLATTEST * edges {
            let message = "its periodic vectors must be linearly independent".to_owned();
            return Err(Invalid::Range {
                name: "cell",
                message,
            });
        }
        let reciprocal = [0, 1, 2].map(|k| {
            let across = cross(&vectors[(k + 1) % 3], &vectors[(k + 2) % 3]);
            across.map(|x| x / volume)
        });
        let heights = reciprocal.map(|b| norm(&b).recip());
        Ok(Self {
            vectors,
            reciprocal,
            periodic,
            heights,
        })
    }

    /// Coordinates along the basis.
    pub(crate) fn fractional(&self, position: &Vector) -> Vector {
        self.reciprocal.map(|b| dot(position, &b))
    }

    /// The Cartesian translation by whole or fractional numbers of basis vectors.
    pub(crate) fn translation(&self, along: &Vector) -> Vector {
        [0, 1, 2].map(|axis| (0..3).map(|k| along[k] * self.vectors[k][axis]).sum())
    }

    /// The shortest distance between two points that lie `delta` apart, over all periodic images.
    ///
    /// Exact for any cell, skewed ones included: every image whose plane distance does not exceed the distance found by
    /// rounding is tried.
    pub(crate) fn minimum_image_distance(&self, delta: &Vector) -> f64 {
        let fractional = self.fractional(delta);
        let along = |k: usize| {
            if self.periodic[k] {
                fractional[k].round()
            } else {
                0.0
            }
        };
        let nearest = [0, 1, 2].map(along);
        let image = |shift: Vector| {
            let translation = self.translation(&[0, 1, 2].map(|k| shift[k] - nearest[k]));
            norm(&add(delta, &translation))
        };
        let mut best = image([0.0; 3]);
        let bound = best;
        let reach = [0, 1, 2].map(|k| {
            if !self.periodic[k] {
                return 0..=0;
            }
            let remainder = fractional[k] - nearest[k];
            let width = bound / self.heights[k] + 1e-9;
            (-width - remainder).ceil() as i64..=(width - remainder).floor() as i64
        });
        for first in reach[0].clone() {
            for second in reach[1].clone() {
                for third in reach[2].clone() {
                    best = best.min(image([first, second, third].map(|n| n as f64)));
                }
            }
        }
        best
    }
}

/// Replaces the vectors of directions that are not periodic by unit vectors orthogonal to all others.
fn completed(cell: &[Vector; 3], periodic: [bool; 3]) -> [Vector; 3] {
    let mut vectors = *cell;
    let repeating: Vec<usize> = (0..3).filter(|&k| periodic[k]).collect();
    match repeating[..] {
        [] => vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [k] => {
            let along = &cell[k];
            let smallest = (0..3).min_by(|&a, &b| along[a].abs().total_cmp(&along[b].abs()));
            let mut axis = [0.0; 3];
            axis[smallest.unwrap_or(0)] = 1.0;
            let across = unit(&cross(along, &axis));
            vectors[(k + 1) % 3] = across;
            vectors[(k + 2) % 3] = unit(&cross(along, &across));
        }
        [a, b] => vectors[3 - a - b] = unit(&cross(&cell[a], &cell[b])),
        _ => {}
    }
    vectors
}

pub(crate) fn add(a: &Vector, b: &Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn subtract(a: &Vector, b: &Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn norm(a: &Vector) -> f64 {
    dot(a, a).sqrt()
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &Vector, b: &Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn unit(a: &Vector) -> Vector {
    let length = norm(a);
    a.map(|x| x / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_vectors_are_completed_and_dependent_ones_refused() {
        let zero = [[0.0; 3]; 3];
        assert_eq!(Lattice::new(&zero, [false; 3]).unwrap().heights, [1.0; 3]);
        for k in 0..3 {
            let mut cell = zero;
            cell[k] = [1.0, 2.0, 3.0];
            let mut periodic = [false; 3];
            periodic[k] = true;
            let lattice = Lattice::new(&cell, periodic).unwrap();
            assert!((lattice.heights[k] - 14_f64.sqrt()).abs() < 1e-14);
        }
        assert!(Lattice::new(&zero, [true, false, false]).is_err());
        let flat = [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
        assert!(Lattice::new(&flat, [true, true, false]).is_err());
        assert!(Lattice::new(&flat, [true, false, true]).is_ok());
    }

    #[test]
    fn the_minimum_image_of_a_skewed_cell_is_found_beyond_the_rounded_one() {
        let cell = [[10.0, 0.0, 0.0], [9.0, 2.0, 0.0], [0.0, 0.0, 10.0]];
        let lattice = Lattice::new(&cell, [true; 3]).unwrap();
        // Half-way along both vectors: rounding offers 9.6 Å, but b − a = (−1, 2, 0) leads to 0.5·√5.
        let delta = lattice.translation(&[0.45, -0.45, 0.0]);
        let plain: f64 = (-30..=30)
            .flat_map(|m| (-30..=30).map(move |n| [f64::from(m), f64::from(n), 0.0]))
            .map(|shift| norm(&add(&delta, &lattice.translation(&shift))))
            .fold(f64::INFINITY, f64::min);
        assert!((lattice.minimum_image_distance(&delta) - plain).abs() < 1e-12);
        assert_eq!(lattice.minimum_image_distance(&[10.0, 0.0, 10.0]), 0.0);
    }
}

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
    triangle: Triangle,
    /// No more than half of the shortest period, in Å; infinite without periods.
    nearest: f64,
}

/// The vectors, the shortest period first, along axes of which the first has the direction of the first vector.
///
/// The vectors without period come last: what lies along them is then taken off before periods are counted.
#[derive(Debug, Clone)]
struct Triangle {
    order: [usize; 3],
    diagonal: Vector,
    /// Components of the second along the first axis, of the third along the first and the second, each over the
    /// diagonal of its row.
    above: Vector,
}

impl Triangle {
    fn new(vectors: &[Vector; 3], periodic: [bool; 3]) -> Self {
        let mut order = [0, 1, 2];
        order.sort_by(|&a, &b| norm(&vectors[a]).total_cmp(&norm(&vectors[b])));
        order.sort_by_key(|&k| !periodic[k]);
        let [first, second, third] = order.map(|k| vectors[k]);
        let axes = [unit(&first), unit(&cross(&first, &second))];
        let axis = cross(&axes[1], &axes[0]);
        let diagonal = [
            norm(&first),
            dot(&second, &axis).abs(),
            dot(&third, &axes[1]).abs(),
        ];
        let above = [
            dot(&second, &axes[0]) / diagonal[0],
            dot(&third, &axes[0]) / diagonal[0],
            dot(&third, &axis) / dot(&second, &axis),
        ];
        Self {
            order,
            diagonal,
            above,
        }
    }

    /// A lower bound of the length of any period: the least entry on the diagonal.
    fn shortest_period(&self, periodic: [bool; 3]) -> f64 {
        let entries = self.order.iter().zip(self.diagonal);
        let entries = entries
            .filter(|&(&k, _)| periodic[k])
            .map(|(_, entry)| entry);
        entries.fold(f64::INFINITY, f64::min)
    }
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
        let volume = signed_volume(&vectors);
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
        let triangle = Triangle::new(&vectors, periodic);
        let nearest = triangle.shortest_period(periodic) / 2.0;
        Ok(Self {
            vectors,
            reciprocal,
            periodic,
            heights,
            triangle,
            nearest,
        })
    }

    /// A length in Å: no vector that is shorter has an image that is shorter still; infinite without periods.
    pub(crate) fn nearest(&self) -> f64 {
        self.nearest
    }

    /// The largest ratio of the length of a periodic vector to its plane distance: 1 in a box, large in a flat cell.
    pub(crate) fn skewness(&self) -> f64 {
        let ratio = |k: usize| norm(&self.vectors[k]) / self.heights[k];
        (0..3)
            .filter(|&k| self.periodic[k])
            .map(ratio)
            .fold(1.0, f64::max)
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
    pub(crate) fn minimum_image_distance(&self, delta: &Vector) -> f64 {
        norm(&self.minimum_image(delta))
    }

    /// The shortest of the vectors that equal `delta` up to periods.
    ///
    /// What is shorter than half of any period is so already. Beyond that, exact for any cell, skewed ones included, by sphere decoding (Schnorr and Euchner, Math. Program. 66, 181, 1994):
    /// along the triangular basis every image is tried that could be nearer than the nearest so far.
    pub(crate) fn minimum_image(&self, delta: &Vector) -> Vector {
        if dot(delta, delta) <= self.nearest * self.nearest {
            return *delta;
        }
        let Triangle {
            order,
            diagonal,
            above,
        } = &self.triangle;
        let fractional = self.fractional(delta);
        let fractional = order.map(|k| fractional[k]);
        let periodic = order.map(|k| self.periodic[k]);
        let nearest = |k: usize, centre: f64| if periodic[k] { -centre.round() } else { 0.0 };
        let centre_1 = |third: f64| fractional[1] + (fractional[2] + third) * above[2];
        let centre_0 = |second: f64, third: f64| {
            fractional[0] + (fractional[1] + second) * above[0] + (fractional[2] + third) * above[1]
        };
        let image = |second: f64, third: f64| {
            let mut shift = [0.0; 3];
            shift[order[0]] = nearest(0, centre_0(second, third));
            shift[order[1]] = second;
            shift[order[2]] = third;
            add(delta, &self.translation(&shift))
        };
        let within = |k: usize, centre: f64, distance: f64| {
            if !periodic[k] {
                return 0..=0;
            }
            let width = distance / diagonal[k] + 1e-9;
            (-width - centre).ceil() as i64..=(width - centre).floor() as i64
        };
        let third = nearest(2, fractional[2]);
        let mut best = image(nearest(1, centre_1(third)), third);
        let mut shortest = norm(&best);
        for third in within(2, fractional[2], shortest) {
            let third = third as f64;
            let height = (fractional[2] + third) * diagonal[2];
            let left = (shortest * shortest - height * height).max(0.0).sqrt();
            for second in within(1, centre_1(third), left) {
                let candidate = image(second as f64, third);
                let length = norm(&candidate);
                if length < shortest {
                    (best, shortest) = (candidate, length);
                }
            }
        }
        best
    }

    /// The point moved by whole periods into the cell, whose lower faces lie at `offset` (Å) from the origin.
    pub(crate) fn wrap(&self, position: &Vector, offset: f64) -> Vector {
        let fractional = self.fractional(position);
        let periods = [0, 1, 2].map(|k| {
            if self.periodic[k] {
                -(fractional[k] - offset / self.heights[k]).floor()
            } else {
                0.0
            }
        });
        add(position, &self.translation(&periods))
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

/// The volume that three vectors span.
pub(crate) fn volume(vectors: &[Vector; 3]) -> f64 {
    signed_volume(vectors).abs()
}

fn signed_volume(vectors: &[Vector; 3]) -> f64 {
    dot(&vectors[0], &cross(&vectors[1], &vectors[2]))
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

pub(crate) fn dot(a: &Vector, b: &Vector) -> f64 {
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

    #[test]
    fn periods_are_found_however_far_apart_atoms_are_where_there_are_none() {
        let cell = [[4.0, 0.0, 0.0], [2.0, 3.5, 0.0], [0.5, 0.5, 6.0]];
        let lattice = Lattice::new(&cell, [true, false, true]).unwrap();
        let across = unit(&cross(&cell[2], &cell[0]));
        for far in [0.0, 1e3, 1e8] {
            let along = lattice.translation(&[7.3, 0.0, -2.4]);
            let shortest = lattice.translation(&[0.3, 0.0, -0.4]);
            let image = lattice.minimum_image(&add(&along, &across.map(|x| far * x)));
            let left = subtract(&image, &across.map(|x| far * x));
            assert!(norm(&subtract(&left, &shortest)) < 1e-6 * (1.0 + 1e-2 * far));
        }
    }
}

//! Many frames of the same number of atoms, laid out so that a frame is told apart from eight of them at once.
use super::positions::Point;

/// So many frames are compared at once.
pub(super) const LANES: usize = 8;
/// After so many atoms it is asked whether all eight are far.
const AT_ONCE: usize = 12;
/// More than single precision can be off in a sum of so few squares, relative.
const ROUNDING: f64 = 1e-5;

/// Frames in groups of eight.
#[derive(Debug)]
pub(super) struct Lanes {
    /// The atoms in the order in which they are compared: each few are spread evenly over the frame, since atoms beside
    /// each other may be held fixed.
    order: Vec<usize>,
    /// Where each atom stands in that order.
    places: Vec<usize>,
    /// Coordinates of eight frames: for each group atom after atom in that order.
    coordinates: Vec<[[f32; LANES]; 3]>,
    /// The square of a length below which no period makes a vector shorter, Å².
    nearest: f32,
}

impl Lanes {
    /// Of frames in this order, each of so many atoms; no vector shorter than `nearest` (Å) has a shorter image.
    pub(super) fn new(frames: &[&[Point]], atoms: usize, nearest: f64) -> Self {
        let stride = atoms.div_ceil(AT_ONCE).max(1);
        let order: Vec<usize> = (0..stride)
            .flat_map(|k| (k..atoms).step_by(stride))
            .collect();
        let mut places = vec![0; atoms];
        for (place, &atom) in order.iter().enumerate() {
            places[atom] = place;
        }
        let mut coordinates = Vec::with_capacity(frames.len().div_ceil(LANES) * atoms);
        for group in frames.chunks(LANES) {
            let at =
                |lane: usize, atom: usize| group.get(lane).map_or([0.0; 3], |frame| frame[atom]);
            let eight = |&atom: &usize| {
                [0, 1, 2].map(|axis| std::array::from_fn(|lane| at(lane, atom)[axis]))
            };
            coordinates.extend(order.iter().map(eight));
        }
        Self {
            order,
            places,
            coordinates,
            nearest: (nearest * nearest * (1.0 - ROUNDING)) as f32,
        }
    }

    /// The positions of a frame in the order of [`Lanes::far`].
    pub(super) fn ordered(&self, positions: &[Point]) -> Vec<Point> {
        self.order.iter().map(|&atom| positions[atom]).collect()
    }

    /// Of the frames of a group, which are without doubt so far from a frame that the squared distances of their atoms
    /// sum to more than `most` (Å²). An atom that may have a shorter image counts for nothing.
    pub(super) fn far(&self, group: usize, ordered: &[Point], most: f64) -> [bool; LANES] {
        let most = most * (1.0 + ROUNDING);
        let atoms = self.order.len();
        let coordinates = &self.coordinates[group * atoms..(group + 1) * atoms];
        let mut sums = [0.0; LANES];
        for (few, points) in coordinates.chunks(AT_ONCE).zip(ordered.chunks(AT_ONCE)) {
            let mut squares = [0.0_f32; LANES];
            for ([x, y, z], point) in few.iter().zip(points) {
                for lane in 0..LANES {
                    let (x, y, z) = (x[lane] - point[0], y[lane] - point[1], z[lane] - point[2]);
                    let square = x * x + y * y + z * z;
                    squares[lane] += if square <= self.nearest { square } else { 0.0 };
                }
            }
            for lane in 0..LANES {
                sums[lane] += f64::from(squares[lane]);
            }
            if sums.iter().all(|&sum| sum > most) {
                break;
            }
        }
        sums.map(|sum| sum > most)
    }

    /// The positions of a frame, atom after atom.
    pub(super) fn positions(&self, frame: usize) -> impl Iterator<Item = Point> {
        let start = frame / LANES * self.order.len();
        let lane = frame % LANES;
        let at = move |&place: &usize| self.coordinates[start + place].map(|axis| axis[lane]);
        self.places.iter().map(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames in a row along x, 1 Å apart.
    fn row(atoms: usize) -> Vec<Vec<Point>> {
        let point = |frame: u8, atom: u8| [f32::from(frame), f32::from(atom), 0.0];
        let frame = |frame| (0..atoms as u8).map(|atom| point(frame, atom)).collect();
        (0..11).map(frame).collect()
    }

    fn lanes(frames: &[Vec<Point>], nearest: f64) -> Lanes {
        let slices: Vec<&[Point]> = frames.iter().map(|frame| &frame[..]).collect();
        Lanes::new(&slices, frames[0].len(), nearest)
    }

    #[test]
    fn frames_are_far_where_they_are_and_come_back_as_they_were() {
        for atoms in [1, 5, 12, 13, 100] {
            let frames = row(atoms);
            let lanes = lanes(&frames, f64::INFINITY);
            let ordered = lanes.ordered(&frames[2]);
            for (number, frame) in frames.iter().enumerate() {
                let far = lanes.far(number / LANES, &ordered, 4.0 * atoms as f64);
                assert_eq!(far[number % LANES], number > 4, "{atoms} {number}");
                assert_eq!(&lanes.positions(number).collect::<Vec<_>>(), frame);
            }
        }
    }

    #[test]
    fn an_atom_with_another_image_proves_nothing() {
        let lanes = lanes(&[vec![[9.0, 0.0, 0.0]]], 5.0);
        assert!(!lanes.far(0, &[[0.0; 3]], 1.0)[0]);
        assert!(lanes.far(0, &[[5.0, 0.0, 0.0]], 1.0)[0]);
    }
}

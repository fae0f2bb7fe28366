//! Energy, forces and stress of a frame, and what is wrong with them where they are of no use.
use super::Options;
use crate::extxyz::Frame;
use crate::lattice::volume;

/// What became of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// The frame has no such key or column.
    Absent = 0,
    /// Finite numbers of the right shape.
    Good = 1,
    /// Numbers of the right shape, some of them NaN or infinite.
    NotFinite = 2,
    /// Not numbers, or too few or too many of them.
    Wrong = 3,
}

/// The labels of a frame; values where the state is good.
#[derive(Debug)]
pub(crate) struct Labels {
    pub(crate) energy: Label,
    pub(crate) forces: Label,
    pub(crate) stress: Label,
}

#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) state: State,
    /// Empty unless the state is good.
    pub(crate) values: Vec<f64>,
}

impl Labels {
    pub(crate) fn of(frame: &Frame, options: &Options) -> Self {
        let factors = &options.factors;
        let components = 3 * frame.positions.len();
        let label = |key: &Option<String>, sizes: &[usize], factor| match key {
            Some(key) => Label::find(frame, key, sizes, factor),
            None => Label::absent(),
        };
        let stress = label(&options.stress, &[6, 9], factors.stress);
        Self {
            energy: label(&options.energy, &[1], factors.energy),
            forces: label(&options.forces, &[components], factors.forces),
            stress: if options.virial {
                stress.of_virial(frame.cell.as_ref().map(volume))
            } else {
                stress
            },
        }
    }

    /// Whether there are forces, and all are exactly 0.
    pub(crate) fn has_no_force(&self) -> bool {
        self.forces.is_good() && self.forces.values.iter().all(|&force| force == 0.0)
    }
}

impl Label {
    /// What stands under a key, of one of some numbers of values, times a factor.
    pub(crate) fn find(frame: &Frame, key: &str, sizes: &[usize], factor: f64) -> Self {
        Self::new(find(frame, key), sizes, factor)
    }

    fn new(found: Option<Option<Vec<f64>>>, sizes: &[usize], factor: f64) -> Self {
        match found {
            None => Self::absent(),
            Some(Some(mut values)) if sizes.contains(&values.len()) => {
                values.iter_mut().for_each(|value| *value *= factor);
                Self::checked(values)
            }
            Some(_) => Self {
                state: State::Wrong,
                values: Vec::new(),
            },
        }
    }

    fn absent() -> Self {
        Self {
            state: State::Absent,
            values: Vec::new(),
        }
    }

    /// Of values of the right shape.
    fn checked(values: Vec<f64>) -> Self {
        if values.iter().all(|value| value.is_finite()) {
            return Self {
                state: State::Good,
                values,
            };
        }
        Self {
            state: State::NotFinite,
            values: Vec::new(),
        }
    }

    /// The stress −W/V of a virial; a frame without a volume can have none.
    fn of_virial(self, volume: Option<f64>) -> Self {
        let volume = volume.filter(|&volume| volume > 0.0 && volume.is_finite());
        match (self.state, volume) {
            (State::Good, Some(volume)) => {
                Self::checked(self.values.iter().map(|w| -w / volume).collect())
            }
            (State::Good | State::NotFinite, None) => Self::absent(),
            _ => self,
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.state == State::Good
    }

    /// The forces as vectors.
    pub(crate) fn vectors(&self) -> &[[f64; 3]] {
        self.values.as_chunks::<3>().0
    }

    /// A stress in ASE's order, xx yy zz yz xz xy, and the largest difference between components that should be equal.
    pub(crate) fn voigt(&self) -> Option<([f64; 6], f64)> {
        match self.values[..] {
            [xx, yy, zz, yz, xz, xy] => Some(([xx, yy, zz, yz, xz, xy], 0.0)),
            [xx, xy, xz, yx, yy, yz, zx, zy, zz] => {
                let pairs = [(yz, zy), (xz, zx), (xy, yx)];
                let asymmetry = pairs.iter().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                let [yz, xz, xy] = pairs.map(|(a, b)| 0.5 * a + 0.5 * b);
                Some(([xx, yy, zz, yz, xz, xy], asymmetry))
            }
            _ => None,
        }
    }
}

/// The numbers of a key, or else of a column; the inner `None` where they are no numbers.
fn find(frame: &Frame, key: &str) -> Option<Option<Vec<f64>>> {
    match frame.entry(key) {
        Some(entry) => Some(entry.value.numbers()),
        None => frame.column(key).map(|column| column.numbers()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(values: &[f64], size: usize) -> Label {
        Label::new(Some(Some(values.to_vec())), &[size], 1.0)
    }

    #[test]
    fn a_label_is_good_or_says_why_not() {
        assert_eq!(label(&[1.0], 1).state, State::Good);
        assert_eq!(label(&[f64::NAN], 1).state, State::NotFinite);
        assert_eq!(label(&[1.0, 2.0], 1).state, State::Wrong);
        assert_eq!(Label::new(Some(None), &[1], 1.0).state, State::Wrong);
        assert_eq!(Label::new(None, &[1], 1.0).state, State::Absent);
    }

    #[test]
    fn a_factor_counts_before_a_label_is_judged() {
        let times = |value: f64, factor| Label::new(Some(Some(vec![value])), &[1], factor);
        assert_eq!(times(2.0, -0.5).values, [-1.0]);
        assert_eq!(times(1e300, 1e300).state, State::NotFinite);
    }

    #[test]
    fn a_virial_becomes_a_stress_where_there_is_a_volume() {
        let virial = || label(&[8.0; 6], 6);
        assert_eq!(virial().of_virial(Some(4.0)).values, [-2.0; 6]);
        for volume in [None, Some(0.0), Some(f64::NAN)] {
            assert_eq!(virial().of_virial(volume).state, State::Absent);
            assert_eq!(label(&[1.0], 6).of_virial(volume).state, State::Wrong);
        }
        assert_eq!(virial().of_virial(Some(1e-320)).state, State::NotFinite);
    }

    #[test]
    fn a_matrix_becomes_its_symmetric_part() {
        let matrix = [1.0, 4.0, 5.0, 4.5, 2.0, 6.0, 5.0, 6.0, 3.0];
        let (voigt, asymmetry) = label(&matrix, 9).voigt().unwrap();
        assert_eq!(voigt, [1.0, 2.0, 3.0, 6.0, 5.0, 4.25]);
        assert_eq!(asymmetry, 0.5);
        let six = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(label(&six, 6).voigt(), Some((six, 0.0)));
    }
}

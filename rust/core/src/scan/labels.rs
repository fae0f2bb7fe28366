//! Energy, forces and stress of a frame, and what is wrong with them where they are of no use.
use super::Options;
use crate::extxyz::Frame;

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
        let components = 3 * frame.positions.len();
        let label = |key: &Option<String>, sizes: &[usize]| {
            let values = key.as_deref().and_then(|key| find(frame, key));
            Label::new(values, sizes)
        };
        Self {
            energy: label(&options.energy, &[1]),
            forces: label(&options.forces, &[components]),
            stress: label(&options.stress, &[6, 9]),
        }
    }
}

impl Labels {
    /// Whether there are forces, and all are exactly 0.
    pub(crate) fn has_no_force(&self) -> bool {
        self.forces.is_good() && self.forces.values.iter().all(|&force| force == 0.0)
    }
}

impl Label {
    /// What stands under a key, of one of some numbers of values.
    pub(crate) fn find(frame: &Frame, key: &str, sizes: &[usize]) -> Self {
        Self::new(find(frame, key), sizes)
    }

    fn new(found: Option<Option<Vec<f64>>>, sizes: &[usize]) -> Self {
        let (state, values) = match found {
            None => (State::Absent, Vec::new()),
            Some(Some(values)) if sizes.contains(&values.len()) => {
                if values.iter().all(|value| value.is_finite()) {
                    (State::Good, values)
                } else {
                    (State::NotFinite, Vec::new())
                }
            }
            Some(_) => (State::Wrong, Vec::new()),
        };
        Self { state, values }
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
        Label::new(Some(Some(values.to_vec())), &[size])
    }

    #[test]
    fn a_label_is_good_or_says_why_not() {
        assert_eq!(label(&[1.0], 1).state, State::Good);
        assert_eq!(label(&[f64::NAN], 1).state, State::NotFinite);
        assert_eq!(label(&[1.0, 2.0], 1).state, State::Wrong);
        assert_eq!(Label::new(Some(None), &[1]).state, State::Wrong);
        assert_eq!(Label::new(None, &[1]).state, State::Absent);
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

//! What a scan is asked: names of labels, units, distances of interest, and which frames are references of elements.
use crate::Invalid;
use crate::lattice::FARTHEST;

/// `config_type` of a one-atom frame that holds an element's reference energy, as MACE spells it.
const ISOLATED: &str = "IsolatedAtom";

/// What a scan is asked. The default looks at geometries alone.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key or column of the energy.
    pub energy: Option<String>,
    /// The key or column of the forces.
    pub forces: Option<String>,
    /// The key or column of the stress.
    pub stress: Option<String>,
    /// Whether what is called the stress is a virial, which becomes a stress by −1/V.
    pub virial: bool,
    /// In Å, to count neighbours in.
    pub r_max: Option<f64>,
    /// In Å, beyond which no neighbour is looked for.
    pub search: f64,
    /// More keys or columns, each with the numbers of values that it may have.
    pub others: Vec<(String, Vec<usize>)>,
    /// Which frames of one atom are references of elements.
    pub isolated: Isolated,
    /// The key that frames of one run share.
    pub group: String,
    /// The units of the file.
    pub factors: Factors,
}

/// Which frames of one atom are references of elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolated {
    /// Those whose `config_type` is this text.
    Marked(String),
    /// Those without periodic images, or with images far away.
    Apart,
}

/// What values are multiplied by as they are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factors {
    /// Of the energy, and of a `free_energy` among [`Options::others`].
    pub energy: f64,
    /// Of positions and cell; positive.
    pub length: f64,
    /// Of the forces.
    pub forces: f64,
    /// Of the stress or the virial.
    pub stress: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            energy: None,
            forces: None,
            stress: None,
            virial: false,
            r_max: None,
            search: 12.0,
            others: Vec::new(),
            isolated: Isolated::Marked(ISOLATED.to_owned()),
            group: "trajectory".to_owned(),
            factors: Factors::default(),
        }
    }
}

impl Options {
    /// Refuses distances that are not positive or not finite, and factors without sense.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let named = self.r_max.map(|r_max| ("r_max", r_max)).into_iter();
        for (name, value) in named.chain([("search", self.search)]) {
            if !(value > 0.0 && value <= FARTHEST) {
                return Err(Invalid::Range {
                    name,
                    message: format!("must be positive and at most {FARTHEST:e} Å, is {value}"),
                });
            }
        }
        self.factors.check()
    }
}

impl Default for Factors {
    fn default() -> Self {
        Self {
            energy: 1.0,
            length: 1.0,
            forces: 1.0,
            stress: 1.0,
        }
    }
}

impl Factors {
    fn check(&self) -> Result<(), Invalid> {
        let Self {
            energy,
            length,
            forces,
            stress,
        } = *self;
        let mut all = [energy, length, forces, stress].into_iter();
        let message = if let Some(wrong) = all.find(|x| !x.is_finite() || *x == 0.0) {
            format!("must be finite and not 0, one is {wrong}")
        } else if length < 0.0 {
            format!("that of lengths must be positive, is {length}")
        } else {
            return Ok(());
        };
        Err(Invalid::Range {
            name: "factors",
            message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_finite_not_zero_and_of_lengths_positive() {
        let with = |energy, length| Factors {
            energy,
            length,
            ..Factors::default()
        };
        assert!(with(-27.2, 0.53).check().is_ok());
        for wrong in [
            with(0.0, 1.0),
            with(f64::NAN, 1.0),
            with(1.0, f64::INFINITY),
            with(1.0, -1.0),
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}

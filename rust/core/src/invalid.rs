//! Why a kernel refused its input: one error value for all of them, so that each refusal names its argument.
use std::error::Error;
use std::fmt;

/// An input from which no finite number can be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Invalid {
    /// Two inputs that belong together differ in length.
    Length {
        /// The argument of the wrong length.
        name: &'static str,
        /// The length it must have.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// An input holds a NaN or an infinity, or the result of finite inputs overflows.
    NonFinite {
        /// The argument, or the quantity derived from it.
        name: &'static str,
        /// The first offending index, in the flattened argument.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// Too few values.
    TooFew {
        /// The argument.
        name: &'static str,
        /// The least number of values.
        least: usize,
        /// The number found.
        found: usize,
    },
    /// A value outside its range; the text says which range.
    Range {
        /// The argument.
        name: &'static str,
        /// What it must be, and what it is.
        message: String,
    },
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length {
                name,
                expected,
                found,
            } => {
                write!(f, "{name}: expected {expected} values, found {found}")
            }
            Self::NonFinite { name, index, value } => {
                write!(f, "{name}: value {index} is not finite ({value})")
            }
            Self::TooFew { name, least, found } => {
                write!(
                    f,
                    "{name}: at least {least} values are needed, found {found}"
                )
            }
            Self::Range { name, message } => write!(f, "{name}: {message}"),
        }
    }
}

impl Error for Invalid {}

/// Fails where `values` has not `expected` entries.
pub(crate) fn require_length<T>(
    name: &'static str,
    values: &[T],
    expected: usize,
) -> Result<(), Invalid> {
    let found = values.len();
    if found == expected {
        Ok(())
    } else {
        Err(Invalid::Length {
            name,
            expected,
            found,
        })
    }
}

/// Fails where `values` has fewer than `least` entries.
pub(crate) fn require_at_least<T>(
    name: &'static str,
    values: &[T],
    least: usize,
) -> Result<(), Invalid> {
    let found = values.len();
    if found >= least {
        Ok(())
    } else {
        Err(Invalid::TooFew { name, least, found })
    }
}

/// Fails at the first value that is not finite.
pub(crate) fn require_finite(name: &'static str, values: &[f64]) -> Result<(), Invalid> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Invalid::NonFinite {
            name,
            index,
            value: values[index],
        }),
    }
}

/// Fails unless `confidence` is at least ½, where one-sided bounds would cross, and below 1.
pub(crate) fn require_confidence(confidence: f64) -> Result<(), Invalid> {
    if (0.5..1.0).contains(&confidence) {
        Ok(())
    } else {
        Err(Invalid::Range {
            name: "confidence",
            message: format!("must be at least 0.5 and below 1, is {confidence}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_argument_and_the_first_bad_index() {
        let refusal = require_finite("reference", &[0.0, f64::NAN, f64::INFINITY]).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "reference: value 1 is not finite (NaN)"
        );
    }

    #[test]
    fn a_confidence_of_one_below_a_half_or_nan_is_refused() {
        for confidence in [0.0, 0.49, 1.0, -0.5, f64::NAN] {
            assert!(require_confidence(confidence).is_err());
        }
    }
}

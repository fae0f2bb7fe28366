//! Error metrics of energies and forces: the accuracy half of a scorecard, in the field's conventions.
//!
//! Definitions follow MACE's evaluation (`mae_e_per_atom`, `rmse_f`, ...): energies are compared per atom, force errors
//! either over Cartesian components or over the norms ‖ΔF_i‖. The two force conventions differ by √3 in the RMSE, so
//! each has its own function and neither is a default of the other. A mean is formed relative to the largest error,
//! so that neither overflow nor underflow can turn a finite error into an infinity or a zero.
use std::collections::BTreeMap;

use crate::Invalid;
use crate::invalid::{require_at_least, require_finite, require_length};
use crate::quantile;

/// The distribution of the magnitudes of n errors; every field but `n` has the unit of the errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorSummary {
    /// The number of errors: frames, force components or atoms.
    pub n: usize,
    /// mean |Δ|
    pub mae: f64,
    /// √(mean Δ²)
    pub rmse: f64,
    /// Median of |Δ|.
    pub p50: f64,
    /// 90th percentile of |Δ|, linearly interpolated as by NumPy.
    pub p90: f64,
    /// 95th percentile of |Δ|.
    pub p95: f64,
    /// 99th percentile of |Δ|.
    pub p99: f64,
    /// Largest |Δ|.
    pub max: f64,
}

impl ErrorSummary {
    /// Summarises non-negative finite magnitudes, at least one; reorders them.
    fn of(magnitudes: &mut [f64]) -> Self {
        let n = magnitudes.len();
        let [p50, p90, p95, p99, max] = quantile::select(magnitudes, [0.5, 0.9, 0.95, 0.99, 1.0]);
        let (mae, rmse) = if max == 0.0 {
            (0.0, 0.0)
        } else {
            let (mut sum, mut squares) = (0.0, 0.0);
            for magnitude in magnitudes.iter() {
                let relative = magnitude / max;
                sum += relative;
                squares += relative * relative;
            }
            (max * (sum / n as f64), max * (squares / n as f64).sqrt())
        };
        Self {
            n,
            mae,
            rmse,
            p50,
            p90,
            p95,
            p99,
            max,
        }
    }
}

/// What a force error is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForceKind {
    /// |ΔF_iα|, each Cartesian component an error of its own: MACE's `mae_f` and `rmse_f`.
    Component,
    /// ‖ΔF_i‖₂, one error an atom; its RMSE is √3 times that of the components.
    Norm,
}

/// Errors of the energy per atom, ΔE_f/N_f, over frames.
///
/// `predicted` and `reference` are total energies (eV) and `atoms` the number of atoms, one entry a frame. With
/// `shifted` the mean of ΔE_f/N_f is removed first, for references whose zero of energy is arbitrary (EMT).
pub fn energy_errors(
    predicted: &[f64],
    reference: &[f64],
    atoms: &[i64],
    shifted: bool,
) -> Result<ErrorSummary, Invalid> {
    require_at_least("predicted", predicted, 1)?;
    require_length("reference", reference, predicted.len())?;
    require_length("atoms", atoms, predicted.len())?;
    if let Some(index) = atoms.iter().position(|&n| n <= 0) {
        let message = format!("must be positive, value {index} is {}", atoms[index]);
        return Err(Invalid::Range {
            name: "atoms",
            message,
        });
    }
    let mut errors = differences(predicted, reference)?;
    for (error, &n) in errors.iter_mut().zip(atoms) {
        *error /= n as f64;
    }
    if shifted {
        remove_mean(&mut errors)?;
    }
    errors.iter_mut().for_each(|error| *error = error.abs());
    Ok(ErrorSummary::of(&mut errors))
}

/// Errors of forces (eV/Å), given flattened as x, y, z of one atom after the other.
pub fn force_errors(
    predicted: &[f64],
    reference: &[f64],
    kind: ForceKind,
) -> Result<ErrorSummary, Invalid> {
    require_at_least("predicted", predicted, 3)?;
    require_length("reference", reference, predicted.len())?;
    require_whole_atoms(predicted)?;
    let errors = differences(predicted, reference)?;
    let mut magnitudes = Vec::with_capacity(errors.len());
    for delta in errors.as_chunks::<3>().0 {
        push_magnitudes(&mut magnitudes, delta, kind)?;
    }
    Ok(ErrorSummary::of(&mut magnitudes))
}

/// [`force_errors`] for each element apart, by atomic number; `numbers` has one entry an atom.
pub fn force_errors_by_element(
    predicted: &[f64],
    reference: &[f64],
    numbers: &[i64],
    kind: ForceKind,
) -> Result<BTreeMap<i64, ErrorSummary>, Invalid> {
    require_at_least("predicted", predicted, 3)?;
    require_length("reference", reference, predicted.len())?;
    require_whole_atoms(predicted)?;
    require_length("numbers", numbers, predicted.len() / 3)?;
    let errors = differences(predicted, reference)?;
    let mut by_element: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (delta, &number) in errors.as_chunks::<3>().0.iter().zip(numbers) {
        push_magnitudes(by_element.entry(number).or_default(), delta, kind)?;
    }
    Ok(by_element
        .into_iter()
        .map(|(number, mut magnitudes)| (number, ErrorSummary::of(&mut magnitudes)))
        .collect())
}

fn require_whole_atoms(forces: &[f64]) -> Result<(), Invalid> {
    if forces.len().is_multiple_of(3) {
        return Ok(());
    }
    let message = format!(
        "must hold three components an atom, found {} values",
        forces.len()
    );
    Err(Invalid::Range {
        name: "predicted",
        message,
    })
}

fn differences(predicted: &[f64], reference: &[f64]) -> Result<Vec<f64>, Invalid> {
    require_finite("predicted", predicted)?;
    require_finite("reference", reference)?;
    let errors: Vec<f64> = predicted
        .iter()
        .zip(reference)
        .map(|(p, r)| p - r)
        .collect();
    require_finite("predicted - reference", &errors)?;
    Ok(errors)
}

fn remove_mean(errors: &mut [f64]) -> Result<(), Invalid> {
    let n = errors.len() as f64;
    let mean: f64 = errors.iter().map(|error| error / n).sum();
    errors.iter_mut().for_each(|error| *error -= mean);
    require_finite("predicted - reference - mean", errors)
}

fn push_magnitudes(
    magnitudes: &mut Vec<f64>,
    delta: &[f64; 3],
    kind: ForceKind,
) -> Result<(), Invalid> {
    match kind {
        ForceKind::Component => magnitudes.extend(delta.map(f64::abs)),
        ForceKind::Norm => {
            let norm = delta[0].hypot(delta[1]).hypot(delta[2]);
            if !norm.is_finite() {
                let index = magnitudes.len();
                return Err(Invalid::NonFinite {
                    name: "norm of a force error",
                    index,
                    value: norm,
                });
            }
            magnitudes.push(norm);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energies_are_compared_per_atom() {
        let summary = energy_errors(&[2.0, 8.0], &[0.0, 0.0], &[2, 4], false).unwrap();
        assert_eq!(
            (summary.n, summary.mae, summary.max, summary.p50),
            (2, 1.5, 2.0, 1.5)
        );
        assert!((summary.rmse - 2.5_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_constant_offset_vanishes_when_shifted() {
        let summary = energy_errors(&[2.0, 4.0], &[0.0, 0.0], &[2, 4], true).unwrap();
        assert_eq!((summary.rmse, summary.max), (0.0, 0.0));
    }

    #[test]
    fn the_norm_rmse_is_root_three_of_the_component_rmse() {
        let predicted = [1.0, -2.0, 3.0, 0.5, 0.0, -4.0];
        let component = force_errors(&predicted, &[0.0; 6], ForceKind::Component).unwrap();
        let norm = force_errors(&predicted, &[0.0; 6], ForceKind::Norm).unwrap();
        assert_eq!((component.n, norm.n), (6, 2));
        assert!((norm.rmse - 3_f64.sqrt() * component.rmse).abs() < 1e-14);
    }

    #[test]
    fn huge_and_tiny_errors_keep_a_finite_nonzero_rmse() {
        for size in [1e300, 1e-300] {
            let summary = force_errors(&[size, 0.0, 0.0], &[0.0; 3], ForceKind::Norm).unwrap();
            assert!((summary.rmse / size - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn elements_are_summarised_apart() {
        let predicted = [1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 3.0];
        let found =
            force_errors_by_element(&predicted, &[0.0; 9], &[29, 1, 29], ForceKind::Norm).unwrap();
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1, 29]);
        assert_eq!((found[&1].max, found[&29].mae), (2.0, 2.0));
    }

    #[test]
    fn bad_input_is_an_error_value() {
        assert!(energy_errors(&[], &[], &[], false).is_err());
        assert!(energy_errors(&[1.0], &[1.0], &[0], false).is_err());
        assert!(energy_errors(&[1.0], &[1.0, 2.0], &[1], false).is_err());
        assert!(energy_errors(&[f64::MAX], &[f64::MIN], &[1], false).is_err());
        assert!(force_errors(&[1.0; 4], &[1.0; 4], ForceKind::Norm).is_err());
        assert!(force_errors(&[f64::NAN, 0.0, 0.0], &[0.0; 3], ForceKind::Component).is_err());
    }
}

//! Whether energies change between frames as the forces say they should.
//!
//! From one frame to the next the energy changes by −½ (F₁ + F₂) · Δr, up to the third order in Δr. Over many short
//! steps the two correlate near +1; near −1 the forces have the wrong sign.
use super::fingerprint::sequence;
use super::geometries::periodic_part;
use super::labels::Labels;
use crate::extxyz::Frame;
use crate::lattice::{Lattice, Vector, dot, subtract};

/// Steps of a root mean square displacement between these, in Å, are short enough to be straight, and long enough to be
/// more than rounding.
const LENGTHS: (f64, f64) = (1e-4, 0.3);
/// Cells that differ by more than this, in Å, do work of their own.
const SAME_CELL: f64 = 1e-6;
/// The fewest steps that say something.
const FEWEST: usize = 3;

/// A step from one frame to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The change of the energy label.
    pub energy: f64,
    /// The work −½ (F₁ + F₂) · Δr.
    pub work: f64,
    /// The row of the table that it leads to; it comes from the row before.
    pub row: usize,
}

impl Step {
    /// Whether both of its frames are among some rows of the table.
    #[must_use]
    pub fn lies_in(&self, rows: &[bool]) -> bool {
        let from = self.row.checked_sub(1);
        [from, Some(self.row)].map(|row| row.and_then(|row| rows.get(row))) == [Some(&true); 2]
    }
}

/// The number of steps, and the correlation of energy with work; NaN for fewer than three steps or no variance.
#[must_use]
pub fn work_correlation(steps: &[Step]) -> (usize, f64) {
    let n = steps.len();
    if n < FEWEST {
        return (n, f64::NAN);
    }
    let moments = Moments::of(steps);
    let scale = moments.energies.sqrt() * moments.works.sqrt();
    let correlation = if scale > 0.0 {
        (moments.both / scale).clamp(-1.0, 1.0)
    } else {
        f64::NAN
    };
    (n, correlation)
}

/// How much the energy changes for each unit of work, by least squares: 1 where energies and forces share their units;
/// NaN for fewer than three steps or no variance.
#[must_use]
pub fn work_ratio(steps: &[Step]) -> f64 {
    let moments = Moments::of(steps);
    if steps.len() < FEWEST || moments.works <= 0.0 {
        return f64::NAN;
    }
    moments.both / moments.works
}

/// Sums over steps of the deviations of energy and work from their means.
struct Moments {
    /// Of their products.
    both: f64,
    /// Of the squares of the energy's.
    energies: f64,
    /// Of the squares of the work's.
    works: f64,
}

impl Moments {
    fn of(steps: &[Step]) -> Self {
        let sum = |of: &dyn Fn(&Step) -> f64| steps.iter().map(of).sum::<f64>();
        let energy = sum(&|step| step.energy) / steps.len() as f64;
        let work = sum(&|step| step.work) / steps.len() as f64;
        Self {
            both: sum(&|step| (step.energy - energy) * (step.work - work)),
            energies: sum(&|step| (step.energy - energy).powi(2)),
            works: sum(&|step| (step.work - work).powi(2)),
        }
    }
}

/// Follows frames through a file and remembers the last one.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    last: Option<Snapshot>,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Snapshot {
    row: usize,
    trajectory: Option<usize>,
    sequence: u64,
    cell: [Vector; 3],
    lattice: Lattice,
    positions: Vec<Vector>,
    forces: Vec<Vector>,
    energy: f64,
}

impl Trail {
    /// Goes on to a frame; one without a lattice or without labels starts the trail anew.
    pub(crate) fn follow(
        &mut self,
        frame: &Frame,
        row: usize,
        lattice: Option<Lattice>,
        trajectory: Option<usize>,
        labels: &Labels,
    ) {
        let labelled = labels.energy.is_good() && labels.forces.is_good();
        let energy = labels.energy.values.first();
        let (Some(lattice), true, Some(&energy)) = (lattice, labelled, energy) else {
            self.last = None;
            return;
        };
        let here = Snapshot {
            row,
            trajectory,
            sequence: sequence(&frame.numbers),
            cell: periodic_part(frame),
            lattice,
            positions: frame.positions.clone(),
            forces: labels.forces.vectors().to_vec(),
            energy,
        };
        let before = self.last.as_ref();
        self.steps.extend(before.and_then(|last| last.step(&here)));
        self.last = Some(here);
    }

    pub(crate) fn finish(self) -> Vec<Step> {
        self.steps
    }
}

impl Snapshot {
    fn step(&self, next: &Self) -> Option<Step> {
        let cells = self
            .cell
            .as_flattened()
            .iter()
            .zip(next.cell.as_flattened());
        let same_cell = cells.clone().all(|(a, b)| (a - b).abs() <= SAME_CELL);
        if self.trajectory != next.trajectory
            || self.sequence != next.sequence
            || self.positions.len() != next.positions.len()
            || self.lattice.periodic != next.lattice.periodic
            || !same_cell
        {
            return None;
        }
        let mut squares = 0.0;
        let mut work = 0.0;
        for atom in 0..self.positions.len() {
            let moved = subtract(&next.positions[atom], &self.positions[atom]);
            let moved = self.lattice.minimum_image(&moved);
            squares += dot(&moved, &moved);
            work -= 0.5 * (dot(&self.forces[atom], &moved) + dot(&next.forces[atom], &moved));
        }
        let length = (squares / self.positions.len() as f64).sqrt();
        let energy = next.energy - self.energy;
        (LENGTHS.0 < length && length < LENGTHS.1 && energy.is_finite() && work.is_finite())
            .then_some(Step {
                energy,
                work,
                row: next.row,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(pairs: &[(f64, f64)]) -> Vec<Step> {
        let step = |(row, &(energy, work))| Step {
            energy,
            work,
            row: row + 1,
        };
        pairs.iter().enumerate().map(step).collect()
    }

    #[test]
    fn the_correlation_has_the_sign_of_the_forces() {
        let sane = steps(&[(1.0, 1.1), (-2.0, -2.1), (0.5, 0.4)]);
        assert!(work_correlation(&sane).1 > 0.99);
        let wrong = steps(&[(1.0, -1.1), (-2.0, 2.1), (0.5, -0.4)]);
        assert!(work_correlation(&wrong).1 < -0.99);
    }

    #[test]
    fn little_or_level_evidence_is_no_evidence() {
        assert!(
            work_correlation(&steps(&[(1.0, 1.0), (2.0, 2.0)]))
                .1
                .is_nan()
        );
        assert!(work_correlation(&steps(&[(1.0, 1.0); 5])).1.is_nan());
        assert!(work_ratio(&steps(&[(1.0, 1.0), (2.0, 2.0)])).is_nan());
        assert!(work_ratio(&steps(&[(1.0, 1.0); 5])).is_nan());
        assert!(work_ratio(&[]).is_nan());
    }

    #[test]
    fn a_step_lies_in_rows_that_hold_both_of_its_frames() {
        let all = steps(&[(1.0, 1.0); 3]);
        let rows = [true, true, false, true];
        let inside: Vec<bool> = all.iter().map(|step| step.lies_in(&rows)).collect();
        assert_eq!(inside, [true, false, false]);
        assert!(!all[0].lies_in(&[true]));
    }

    #[test]
    fn the_ratio_is_that_of_the_units() {
        let thirds = steps(&[(1.0, 3.0), (-2.0, -6.0), (0.5, 1.5)]);
        assert!((work_ratio(&thirds) - 1.0 / 3.0).abs() < 1e-12);
    }
}

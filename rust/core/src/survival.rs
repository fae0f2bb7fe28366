//! When a replica of a molecular dynamics run died, and of what.
//!
//! The criteria are the scorecard's definition of `survival`; each stands in one place, so that a replica counted alive
//! here is alive everywhere. Numbers that blow up are a death like any other, never an error.
use crate::Invalid;
use crate::invalid::{require_at_least, require_finite, require_length};
use crate::lattice::{FARTHEST, Lattice, subtract};
use crate::neighbours::minimum_distance;

/// K above the target at which a replica is dead: MLIPAudit's stability criterion.
pub const HEAT_ABOVE_TARGET: f64 = 10_000.0;
/// Growth of the temperature from one frame to the next that means death: MLIPAudit.
pub const HEAT_JUMP: f64 = 100.0;
/// Share of the training set's shortest distance below which atoms are too close: wfl's collision criterion.
pub const CLOSEST_SHARE: f64 = 0.7;
/// Frames in a row that must be too close: wfl.
pub const CLOSE_FRAMES: usize = 3;
/// Å by which a bond may stretch or shrink: MDsim (Fu et al., arXiv 2210.07237).
pub const BOND_TOLERANCE: f64 = 0.5;

/// A replica's frames.
#[derive(Debug, Clone, Copy)]
pub struct Replica<'a> {
    /// Cartesian positions in Å, all atoms of one frame after another.
    pub positions: &'a [[f64; 3]],
    /// Cell vectors as rows, in Å: one cell for all frames, or one for each.
    pub cells: &'a [[[f64; 3]; 3]],
    /// The periodic directions.
    pub pbc: [bool; 3],
    /// Instantaneous temperature of each frame, K.
    pub temperatures: &'a [f64],
}

/// What the frames are held against.
#[derive(Debug, Clone, Copy)]
pub struct Criteria<'a> {
    /// The temperature the run was meant to have, K.
    pub target_temperature: f64,
    /// The shortest distance between atoms in the training set, Å.
    pub training_minimum: f64,
    /// Bonded atoms of the reference graph; empty for a metal.
    pub bonds: &'a [[i64; 2]],
    /// Their reference lengths, Å.
    pub bond_lengths: &'a [f64],
}

/// Why a replica died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A position, cell or temperature is not finite, or an atom left a box of 10⁹ Å.
    NonFinite,
    /// T above the target by more than 10 000 K.
    TooHot,
    /// T more than 100 times that of the frame before.
    HeatJump,
    /// The shortest distance was below 0.7 of the training set's for the third frame in a row.
    TooClose,
    /// A bond differs from its reference length by more than 0.5 Å.
    BondBroken,
}

impl Cause {
    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NonFinite => "non_finite",
            Self::TooHot => "too_hot",
            Self::HeatJump => "heat_jump",
            Self::TooClose => "too_close",
            Self::BondBroken => "bond_broken",
        }
    }
}

/// The end of a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Death {
    /// Index of the frame that met the criterion.
    pub frame: usize,
    /// Which criterion.
    pub cause: Cause,
    /// T (K), T over that of the frame before, shortest distance (Å) or bond deviation (Å), as the cause needs;
    /// `None` for what is not finite.
    pub value: Option<f64>,
}

/// The first death of a replica, `None` while it lives; within a frame the causes are tried in their listed order.
///
/// Bonds are measured to the nearest periodic image. Errors: no frames, shapes that do not belong together, bonds
/// between atoms that are not there, criteria that are not finite and positive, and a periodic cell without volume.
pub fn death(replica: &Replica<'_>, criteria: &Criteria<'_>) -> Result<Option<Death>, Invalid> {
    let atoms = atoms_of(replica)?;
    check(criteria, atoms)?;
    let closest = CLOSEST_SHARE * criteria.training_minimum;
    let mut close_frames = 0;
    for (frame, positions) in replica.positions.chunks_exact(atoms).enumerate() {
        let dead = |cause, value| {
            Ok(Some(Death {
                frame,
                cause,
                value,
            }))
        };
        let cell = &replica.cells[if replica.cells.len() == 1 { 0 } else { frame }];
        let temperature = replica.temperatures[frame];
        let mut numbers = positions.as_flattened().iter().chain(cell.as_flattened());
        if !temperature.is_finite() || numbers.any(|x| !x.is_finite() || x.abs() > FARTHEST) {
            return dead(Cause::NonFinite, None);
        }
        if temperature > criteria.target_temperature + HEAT_ABOVE_TARGET {
            return dead(Cause::TooHot, Some(temperature));
        }
        if let Some(before) = frame
            .checked_sub(1)
            .map(|before| replica.temperatures[before])
            && before > 0.0
            && temperature > HEAT_JUMP * before
        {
            let growth = temperature / before;
            return dead(Cause::HeatJump, growth.is_finite().then_some(growth));
        }
        match minimum_distance(positions, cell, replica.pbc, closest)? {
            Some(distance) => {
                close_frames += 1;
                if close_frames == CLOSE_FRAMES {
                    return dead(Cause::TooClose, Some(distance));
                }
            }
            None => close_frames = 0,
        }
        if let Some(deviation) = broken_bond(positions, cell, replica.pbc, criteria)? {
            return dead(Cause::BondBroken, Some(deviation));
        }
    }
    Ok(None)
}

fn atoms_of(replica: &Replica<'_>) -> Result<usize, Invalid> {
    let frames = replica.temperatures.len();
    require_at_least("temperatures", replica.temperatures, 1)?;
    require_at_least("positions", replica.positions, 1)?;
    let atoms = replica.positions.len() / frames;
    require_length("positions", replica.positions, frames * atoms.max(1))?;
    if replica.cells.len() != 1 {
        require_length("cells", replica.cells, frames)?;
    }
    Ok(atoms)
}

fn check(criteria: &Criteria<'_>, atoms: usize) -> Result<(), Invalid> {
    let positive = [
        ("target_temperature", criteria.target_temperature, 0.0),
        (
            "training_minimum",
            criteria.training_minimum,
            f64::MIN_POSITIVE,
        ),
    ];
    for (name, value, least) in positive {
        if !(value.is_finite() && value >= least) {
            let message = format!("must be finite and positive, is {value}");
            return Err(Invalid::Range { name, message });
        }
    }
    require_length("bond_lengths", criteria.bond_lengths, criteria.bonds.len())?;
    require_finite("bond_lengths", criteria.bond_lengths)?;
    for (index, bond) in criteria.bonds.iter().enumerate() {
        if bond
            .iter()
            .any(|&atom| atom < 0 || atom as u64 >= atoms as u64)
        {
            let message = format!("bond {index} joins {bond:?}, but there are {atoms} atoms");
            return Err(Invalid::Range {
                name: "bonds",
                message,
            });
        }
    }
    Ok(())
}

/// The largest deviation beyond the tolerance in this frame.
fn broken_bond(
    positions: &[[f64; 3]],
    cell: &[[f64; 3]; 3],
    pbc: [bool; 3],
    criteria: &Criteria<'_>,
) -> Result<Option<f64>, Invalid> {
    if criteria.bonds.is_empty() {
        return Ok(None);
    }
    let lattice = Lattice::new(cell, pbc)?;
    let deviation = |(bond, length): (&[i64; 2], &f64)| {
        let [first, second] = bond.map(|atom| atom as usize);
        let between = subtract(&positions[second], &positions[first]);
        (lattice.minimum_image_distance(&between) - length).abs()
    };
    let worst = criteria
        .bonds
        .iter()
        .zip(criteria.bond_lengths)
        .map(deviation)
        .fold(0.0, f64::max);
    Ok((worst > BOND_TOLERANCE).then_some(worst))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: [[[f64; 3]; 3]; 1] = [[[10.0, 0.0, 0.0], [0.0, 10.0, 0.0], [0.0, 0.0, 10.0]]];

    /// Two atoms at the given distances, at a target of 300 K and a training minimum of 2 Å.
    fn dimer(distances: &[f64], temperatures: &[f64], bonded: bool) -> Option<Death> {
        let positions: Vec<[f64; 3]> = distances
            .iter()
            .flat_map(|&d| [[9.0, 0.0, 0.0], [9.0 + d, 0.0, 0.0]])
            .collect();
        let replica = Replica {
            positions: &positions,
            cells: &BOX,
            pbc: [true; 3],
            temperatures,
        };
        let (bonds, bond_lengths): (&[[i64; 2]], &[f64]) = if bonded {
            (&[[0, 1]], &[2.0])
        } else {
            (&[], &[])
        };
        let criteria = Criteria {
            target_temperature: 300.0,
            training_minimum: 2.0,
            bonds,
            bond_lengths,
        };
        death(&replica, &criteria).unwrap()
    }

    fn cause(found: Option<Death>) -> Option<(usize, Cause)> {
        found.map(|death| (death.frame, death.cause))
    }

    #[test]
    fn a_quiet_replica_lives() {
        assert_eq!(dimer(&[2.0; 5], &[300.0; 5], true), None);
    }

    #[test]
    fn heat_kills_at_once_and_a_jump_at_its_second_frame() {
        assert_eq!(
            cause(dimer(&[2.0; 2], &[300.0, 10_300.5], false)),
            Some((1, Cause::TooHot))
        );
        assert_eq!(dimer(&[2.0; 2], &[300.0, 10_300.0], false), None);
        let jump = dimer(&[2.0; 2], &[1.0, 101.0], false).unwrap();
        assert_eq!(
            jump,
            Death {
                frame: 1,
                cause: Cause::HeatJump,
                value: Some(101.0)
            }
        );
        assert_eq!(dimer(&[2.0; 2], &[0.0, 101.0], false), None);
    }

    #[test]
    fn closeness_kills_at_the_third_frame_in_a_row() {
        let distances = [1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(
            cause(dimer(&distances, &[300.0; 7], false)),
            Some((5, Cause::TooClose))
        );
        assert_eq!(dimer(&distances[..5], &[300.0; 5], false), None);
    }

    #[test]
    fn a_bond_breaks_by_stretching_through_the_boundary() {
        assert_eq!(
            cause(dimer(&[2.0, 2.6], &[300.0; 2], true)),
            Some((1, Cause::BondBroken))
        );
        assert_eq!(dimer(&[2.0, 2.6], &[300.0; 2], false), None);
    }

    #[test]
    fn numbers_that_blow_up_are_a_death() {
        for broken in [f64::NAN, f64::INFINITY, 1e30] {
            let found = dimer(&[2.0, broken], &[300.0; 2], true);
            assert_eq!(
                found,
                Some(Death {
                    frame: 1,
                    cause: Cause::NonFinite,
                    value: None
                })
            );
        }
        assert_eq!(
            cause(dimer(&[2.0], &[f64::NAN], false)),
            Some((0, Cause::NonFinite))
        );
    }

    #[test]
    fn shapes_that_do_not_belong_together_are_refused() {
        let positions = [[0.0; 3]; 3];
        let replica = Replica {
            positions: &positions,
            cells: &BOX,
            pbc: [true; 3],
            temperatures: &[1.0; 2],
        };
        let criteria = Criteria {
            target_temperature: 300.0,
            training_minimum: 2.0,
            bonds: &[],
            bond_lengths: &[],
        };
        assert!(death(&replica, &criteria).is_err());
        let replica = Replica {
            temperatures: &[1.0],
            ..replica
        };
        assert_eq!(death(&replica, &criteria).unwrap(), None);
        for bonds in [&[[0, 3]], &[[-1, 0]]] {
            assert!(
                death(
                    &replica,
                    &Criteria {
                        bonds,
                        bond_lengths: &[1.0],
                        ..criteria
                    }
                )
                .is_err()
            );
        }
        assert!(
            death(
                &replica,
                &Criteria {
                    training_minimum: 0.0,
                    ..criteria
                }
            )
            .is_err()
        );
    }
}

//! Whether distances have a meaning in a frame: finite positions, and a cell that is one.
use super::geometries::periodic_part;
use crate::extxyz::{Fault, FaultKind, Frame};
use crate::lattice::{FARTHEST, Lattice, Vector};

/// No crystal repeats itself within this distance, in Å.
const THINNEST: f64 = 0.1;
/// No one writes a cell whose vectors are so much longer than its planes are apart.
const MOST_SKEWED: f64 = 1e3;

/// The frame's lattice, where distances can be computed in it.
pub(crate) fn lattice(frame: &Frame) -> Result<Lattice, Fault> {
    let near = |r: &Vector| r.iter().all(|x| x.abs() <= FARTHEST);
    if let Some(atom) = frame.positions.iter().position(|r| !near(r)) {
        let message = format!("atom {atom} has no finite position within {FARTHEST:e} Å");
        let mut fault = fault(frame, FaultKind::Positions, message);
        fault.line = frame.line_after(2_u64.saturating_add(atom as u64));
        return Err(fault);
    }
    // only extended XYZ has lines, and a key for its cell
    let (name, molecule) = match frame.line {
        0 => ("cell", "; a molecule is not periodic"),
        _ => ("`Lattice`", "; write `pbc=\"F F F\"` for a molecule"),
    };
    if frame.cell.is_none() && frame.periodic != [false; 3] {
        let message = format!("the frame is periodic, but has no {name}");
        return Err(fault(frame, FaultKind::Cell, message));
    }
    let cell = periodic_part(frame);
    let flat = |k: &usize| frame.periodic[*k] && cell[*k] == [0.0; 3];
    if let Some(k) = (0..3).find(flat) {
        let vector = ["first", "second", "third"][k];
        let message = format!(
            "the {vector} vector of {name} is 0, and the frame is periodic along it{molecule}"
        );
        return Err(fault(frame, FaultKind::Cell, message));
    }
    let lattice = Lattice::new(&cell, frame.periodic)
        .map_err(|refused| fault(frame, FaultKind::Cell, refused.to_string()))?;
    let thinnest = (0..3)
        .filter(|&k| frame.periodic[k])
        .map(|k| lattice.heights[k]);
    let thinnest = thinnest.fold(f64::INFINITY, f64::min);
    if thinnest < THINNEST || lattice.skewness() > MOST_SKEWED {
        let message = format!("the cell is too flat: its planes are {thinnest:.1e} Å apart");
        return Err(fault(frame, FaultKind::Cell, message));
    }
    Ok(lattice)
}

/// A fault of the line of keys.
pub(crate) fn fault(frame: &Frame, kind: FaultKind, message: String) -> Fault {
    Fault {
        line: frame.line_after(1),
        column: None,
        frame: frame.number,
        kind,
        message,
    }
}

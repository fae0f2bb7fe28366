//! Cell vectors as lines behind the atoms, `VEC1 x y z`, which ADF writes and ASE reads.
use super::fault::{FaultKind, Problem};
use super::numbers::{is_space, real};

/// Whether a line is one of a frame's cell vectors.
pub(crate) fn is_vector(line: &str) -> bool {
    line.trim_start_matches(is_space).starts_with("VEC")
}

/// The vector of the line that must be number `index`, from 0.
pub(crate) fn parse(line: &str, index: usize) -> Result<[f64; 3], Problem> {
    let refuse = |message: String| Problem::new(FaultKind::Cell, message);
    let mut words = line.split(is_space).filter(|word| !word.is_empty());
    if index == 3 {
        return Err(refuse("a cell has three vectors".to_owned()));
    }
    let name = format!("VEC{}", index + 1);
    if words.next() != Some(&name) {
        return Err(refuse(format!("expected the cell vector `{name}`")));
    }
    let values: Option<Vec<f64>> = words.map(real).collect();
    values
        .and_then(|values| values.try_into().ok())
        .ok_or_else(|| refuse(format!("`{name}` must have three numbers")))
}

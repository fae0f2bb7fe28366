//! What a data check needs to know about an extended XYZ file, gathered in one pass with one frame in memory.
//!
//! Beside the table of one row a frame there remains what leaks are found with, [`Geometries`], which is 12 bytes an
//! atom, and what the sign of the forces is judged by, [`Step`]s. Start with [`scan`].
mod distances;
mod duplicates;
mod fingerprint;
mod geometries;
mod keys;
mod labels;
mod names;
mod radii;
mod table;
mod work;

use std::io::{self, BufRead};

use crate::Invalid;
use crate::extxyz::{Fault, FaultKind, Frame, Reader};
use crate::lattice::{FARTHEST, Lattice, Vector};

pub use duplicates::{NearDuplicate, near_duplicates};
pub use geometries::Geometries;
pub use keys::{KeyKind, KeySummary, Place};
pub use labels::State;
pub use names::Names;
pub use table::{Other, Table};
pub use work::{Step, work_correlation, work_ratio};

use geometries::periodic_part;
use labels::Labels;
use work::Trail;

/// More faults than this are counted, not kept.
const MOST_FAULTS: usize = 20;
/// `config_type` of a one-atom frame that holds an element's reference energy, as MACE spells it.
const ISOLATED: &str = "IsolatedAtom";
/// No crystal repeats itself within this distance, in Å.
const THINNEST: f64 = 0.1;
/// How far around an atom without any force is looked at, in Å.
const SURROUNDINGS: f64 = 6.0;
/// No one writes a cell whose vectors are so much longer than its planes are apart.
const MOST_SKEWED: f64 = 1e3;

/// The names of the labels and the distances of interest.
#[derive(Debug, Clone)]
pub struct Options {
    energy: Option<String>,
    forces: Option<String>,
    stress: Option<String>,
    r_max: Option<f64>,
    search: f64,
    others: Vec<(String, Vec<usize>)>,
}

impl Options {
    /// Labels by key or column, `r_max` in Å to count neighbours in, `search` in Å, beyond which no neighbour is looked
    /// for. Refuses distances that are not positive or not finite.
    pub fn new(
        energy: Option<String>,
        forces: Option<String>,
        stress: Option<String>,
        r_max: Option<f64>,
        search: f64,
    ) -> Result<Self, Invalid> {
        let named = r_max.map(|r_max| ("r_max", r_max)).into_iter();
        for (name, value) in named.chain([("search", search)]) {
            if !(value > 0.0 && value <= FARTHEST) {
                return Err(Invalid::Range {
                    name,
                    message: format!("must be positive and at most {FARTHEST:e} Å, is {value}"),
                });
            }
        }
        Ok(Self {
            energy,
            forces,
            stress,
            r_max,
            search,
            others: Vec::new(),
        })
    }

    /// Also look at these keys, each with the numbers of values that it may have.
    #[must_use]
    pub fn with_others(mut self, others: Vec<(String, Vec<usize>)>) -> Self {
        self.others = others;
        self
    }
}

/// A file, scanned.
#[derive(Debug, Default)]
pub struct Scan {
    /// The first faults.
    pub faults: Vec<Fault>,
    /// How many there are.
    pub fault_count: usize,
    /// Keys and columns in order of first appearance.
    pub keys: Vec<KeySummary>,
    /// One row for each frame that could be read.
    pub table: Table,
    /// What near duplicates are found with.
    pub geometries: Geometries,
    /// Steps between consecutive frames.
    pub steps: Vec<Step>,
}

/// Reads a file to its end. Errors: those of the file system; what is wrong with the file is in [`Scan::faults`].
pub fn scan(source: impl BufRead, options: &Options) -> io::Result<Scan> {
    let mut scan = Scan::default();
    let mut keys = keys::Keys::default();
    let mut trail = Trail::default();
    let mut reader = Reader::new(source);
    while let Some(frame) = reader.next_frame()? {
        match frame {
            Ok(frame) => {
                keys.push(&frame);
                scan.push(&frame, options, &mut trail);
            }
            Err(fault) => scan.report(fault),
        }
    }
    scan.keys = keys.finish();
    scan.steps = trail.finish();
    scan.table.finish();
    Ok(scan)
}

impl Scan {
    fn report(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    fn push(&mut self, frame: &Frame, options: &Options, trail: &mut Trail) {
        let labels = Labels::of(frame, options);
        let lattice = match geometry(frame) {
            Ok(lattice) => Some(lattice),
            Err(fault) => {
                self.report(fault);
                None
            }
        };
        let distances = lattice
            .as_ref()
            .map(|_| distances::distances(frame, options.r_max, options.search));
        let distances = match distances {
            Some(Ok(distances)) => distances,
            Some(Err(refused)) => {
                self.report(fault(frame, FaultKind::Cell, refused.to_string()));
                distances::Distances::UNKNOWN
            }
            None => distances::Distances::UNKNOWN,
        };
        let fingerprint = fingerprint::fingerprint(frame, lattice.as_ref());
        let one_sidedness = match lattice {
            Some(_) if labels.has_no_force() && frame.positions.len() > 1 => {
                distances::one_sidedness(frame, SURROUNDINGS).unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        };
        let row = self.table.push(frame, &labels, distances, fingerprint);
        self.table.one_sidedness.push(one_sidedness);
        self.table.push_others(frame, &options.others);
        let comparable = lattice.filter(|_| !row.isolated && !frame.positions.is_empty());
        self.geometries.push(frame, comparable.as_ref());
        trail.follow(frame, comparable, row.trajectory, &labels);
    }
}

/// The frame's lattice, where distances can be computed in it.
fn geometry(frame: &Frame) -> Result<Lattice, Fault> {
    let near = |r: &Vector| r.iter().all(|x| x.abs() <= FARTHEST);
    if let Some(atom) = frame.positions.iter().position(|r| !near(r)) {
        let message = format!("atom {atom} has no finite position within {FARTHEST:e} Å");
        let mut fault = fault(frame, FaultKind::Positions, message);
        fault.line = frame.line.saturating_add(2).saturating_add(atom as u64);
        return Err(fault);
    }
    if frame.cell.is_none() && frame.periodic != [false; 3] {
        let message = "the frame is periodic, but has no `Lattice`".to_owned();
        return Err(fault(frame, FaultKind::Cell, message));
    }
    let cell = periodic_part(frame);
    let flat = |k: &usize| frame.periodic[*k] && cell[*k] == [0.0; 3];
    if let Some(k) = (0..3).find(flat) {
        let vector = ["first", "second", "third"][k];
        let message = format!(
            "the {vector} vector of `Lattice` is 0, and the frame is periodic along it; write `pbc=\"F F F\"` for a \
             molecule"
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
fn fault(frame: &Frame, kind: FaultKind, message: String) -> Fault {
    Fault {
        line: frame.line.saturating_add(1),
        column: None,
        frame: frame.number,
        kind,
        message,
    }
}

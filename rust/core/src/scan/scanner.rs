//! The one pass: frame after frame comes in, is measured and let go.
use super::distances::{Distances, distances, one_sidedness};
use super::fingerprint::fingerprint;
use super::geometries::Geometries;
use super::keys::{KeySummary, Keys};
use super::labels::Labels;
use super::options::{Isolated, Options};
use super::soundness::{fault, lattice};
use super::table::{Measured, Table};
use super::work::{Step, Trail};
use crate::Invalid;
use crate::extxyz::{Fault, FaultKind, Frame};
use crate::lattice::Lattice;

/// More faults than this are counted, not kept.
const MOST_FAULTS: usize = 20;
/// How far around an atom without any force is looked at, in Å.
const SURROUNDINGS: f64 = 6.0;
/// An atom whose periodic images are at least so far away, in Å, is a free one: no elemental crystal has nearest
/// neighbours farther apart than about 5.4 Å, so that even a strongly stretched cell of one atom is no free atom.
const FREE: f64 = 8.0;

/// What a pass over frames found.
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

/// Takes frames, in the order of their file, from whoever reads them.
#[derive(Debug)]
pub struct Scanner {
    options: Options,
    scan: Scan,
    keys: Keys,
    trail: Trail,
}

impl Scanner {
    /// Before the first frame. Refuses options without sense.
    pub fn new(options: Options) -> Result<Self, Invalid> {
        options.check()?;
        Ok(Self {
            options,
            scan: Scan::default(),
            keys: Keys::default(),
            trail: Trail::default(),
        })
    }

    /// Takes a fault in place of a frame.
    pub fn report(&mut self, fault: Fault) {
        self.scan.fault_count += 1;
        if self.scan.faults.len() < MOST_FAULTS {
            self.scan.faults.push(fault);
        }
    }

    /// Takes the next frame, as it stands in the file.
    pub fn push(&mut self, mut frame: Frame) {
        self.keys.push(&frame);
        convert(&mut frame, self.options.factors.length);
        let labels = Labels::of(&frame, &self.options);
        let lattice = self.or_report(lattice(&frame));
        let distances = lattice
            .as_ref()
            .and_then(|_| self.distances(&frame))
            .unwrap_or(Distances::UNKNOWN);
        let one_sidedness = match lattice {
            Some(_) if labels.has_no_force() && frame.positions.len() > 1 => {
                one_sidedness(&frame, SURROUNDINGS).unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        };
        let measured = Measured {
            distances,
            one_sidedness,
            isolated: self.is_isolated(&frame, lattice.as_ref()),
            fingerprint: fingerprint(&frame, lattice.as_ref()),
        };
        let row = self.scan.table.len();
        let table = &mut self.scan.table;
        let group = table.push(&frame, &self.options, &labels, &measured);
        let comparable = lattice.filter(|_| !measured.isolated && !frame.positions.is_empty());
        self.scan.geometries.push(&frame, comparable.as_ref());
        self.trail.follow(&frame, row, comparable, group, &labels);
    }

    /// After the last frame.
    #[must_use]
    pub fn finish(self) -> Scan {
        let mut scan = self.scan;
        scan.keys = self.keys.finish();
        scan.steps = self.trail.finish();
        scan
    }

    fn distances(&mut self, frame: &Frame) -> Option<Distances> {
        let found = distances(frame, self.options.r_max, self.options.search);
        let found = found.map_err(|refused| fault(frame, FaultKind::Cell, refused.to_string()));
        self.or_report(found)
    }

    fn or_report<T>(&mut self, found: Result<T, Fault>) -> Option<T> {
        found.map_err(|fault| self.report(fault)).ok()
    }

    fn is_isolated(&self, frame: &Frame, lattice: Option<&Lattice>) -> bool {
        if frame.numbers.len() != 1 {
            return false;
        }
        match &self.options.isolated {
            Isolated::Marked(text) => {
                let marker = frame.entry("config_type");
                marker.is_some_and(|entry| entry.raw == *text)
            }
            Isolated::Apart => {
                let images = || distances(frame, None, FREE);
                frame.periodic == [false; 3]
                    || (lattice.is_some() && images().is_ok_and(|found| found.shortest >= FREE))
            }
        }
    }
}

/// Lengths in Å.
fn convert(frame: &mut Frame, length: f64) {
    if length == 1.0 {
        return;
    }
    let cell = frame.cell.iter_mut().flatten();
    for x in frame.positions.iter_mut().chain(cell).flatten() {
        *x *= length;
    }
}

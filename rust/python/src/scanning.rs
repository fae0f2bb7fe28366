//! Scans for Python: of an extended XYZ file, and of frames that come from other readers.
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mlipilot_core::extxyz::{Fault, FaultKind};
use mlipilot_core::scan::{self, Factors, Isolated, Options, Scanner};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::refused;
use crate::files::{open, unreadable};
use crate::frames;
use crate::scan::FrameScan;

type Others = Vec<(String, Vec<usize>)>;
type Four = (f64, f64, f64, f64);

const NO_FACTORS: Four = (1.0, 1.0, 1.0, 1.0);

/// Scans an extended XYZ file in one pass, one frame in memory, for what a data check needs to know.
///
/// energy, forces, stress: the labels' names, header keys or columns, None for one that is not used; r_max: Å, to count
/// neighbours in; search: Å, how far nearest neighbours are looked for; others: more keys or columns, each with the
/// numbers of values that it may have; virial: whether what is called stress is a virial W, which becomes the stress
/// -W/V; isolated: the config_type of one-atom frames that are references of elements, None for those without periodic
/// images nearer than 8 Å; group: the key that frames of one run share; factors: what energy (and free_energy among
/// others), positions and cell, forces, stress or virial are multiplied by as they are read; most: frames after which
/// the reading ends, broken ones counted.
///
/// What is wrong with the file stands in faults: a frame that cannot be read has no row, one without a sound cell or
/// positions has NaN distances. Raises OSError for a file that cannot be read, ValueError for distances that are not
/// positive, factors that are 0 or not finite and most below 1.
#[expect(clippy::too_many_arguments, reason = "Python names them")]
#[pyfunction]
#[pyo3(signature = (
    path, *, energy, forces, stress, r_max = None, search = 12.0, others = vec![], virial = false,
    isolated = Some("IsolatedAtom".to_owned()), group = "trajectory".to_owned(), factors = NO_FACTORS, most = None,
))]
pub fn scan_extxyz(
    py: Python<'_>,
    path: PathBuf,
    energy: Option<String>,
    forces: Option<String>,
    stress: Option<String>,
    r_max: Option<f64>,
    search: f64,
    others: Others,
    virial: bool,
    isolated: Option<String>,
    group: String,
    factors: Four,
    most: Option<i64>,
) -> PyResult<FrameScan> {
    let options = Options {
        energy,
        forces,
        stress,
        virial,
        r_max,
        search,
        others,
        isolated: isolated.map_or(Isolated::Apart, Isolated::Marked),
        group,
        factors: named(factors),
    };
    let scanner = Scanner::new(options).map_err(refused)?;
    let most = most.map(at_least_one).transpose()?;
    let scanned = py.detach(|| {
        let (source, size) = open(&path)?;
        Ok((size, scan::scan(source, scanner, most)?))
    });
    let (size, found) = scanned.map_err(|error| unreadable(error, &path))?;
    FrameScan::new(py, path.to_string_lossy().into_owned(), size, found)
}

/// Scans frames that another reader gives one at a time, as scan_extxyz scans those of a file, with its options.
///
/// path and size are the scan's; frames come in the order of their file.
#[pyclass(frozen, module = "mlipilot._core")]
pub struct FrameScanner {
    path: String,
    size: u64,
    group: String,
    /// None after the end.
    scanner: Mutex<Option<Scanner>>,
}

#[pymethods]
impl FrameScanner {
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    #[new]
    #[pyo3(signature = (
        path, size, *, energy, forces, stress, r_max = None, search = 12.0, others = vec![], virial = false,
        isolated = Some("IsolatedAtom".to_owned()), group = "trajectory".to_owned(), factors = NO_FACTORS,
    ))]
    fn new(
        path: String,
        size: u64,
        energy: Option<String>,
        forces: Option<String>,
        stress: Option<String>,
        r_max: Option<f64>,
        search: f64,
        others: Others,
        virial: bool,
        isolated: Option<String>,
        group: String,
        factors: Four,
    ) -> PyResult<Self> {
        let options = Options {
            energy,
            forces,
            stress,
            virial,
            r_max,
            search,
            others,
            isolated: isolated.map_or(Isolated::Apart, Isolated::Marked),
            group: group.clone(),
            factors: named(factors),
        };
        let scanner = Scanner::new(options).map_err(refused)?;
        Ok(Self {
            path,
            size,
            group,
            scanner: Mutex::new(Some(scanner)),
        })
    }

    /// Takes the next frame: its number in the file from 0, its first line from 1 (0 in a file without lines), atomic
    /// numbers (N,) uint8, positions (N, 3) in the file's unit, cell (3, 3) or None, periodic directions, header and
    /// columns.
    ///
    /// Of the header, bools, numbers, texts and arrays of numbers or bools of 1 or 2 dimensions are taken, of the columns
    /// arrays of those and of texts with a row for each atom; the rest is not looked at. Raises ValueError for arrays of
    /// the wrong shape, and after the end.
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn push(
        &self,
        py: Python<'_>,
        number: usize,
        line: u64,
        numbers: PyReadonlyArray1<'_, u8>,
        positions: PyReadonlyArray2<'_, f64>,
        cell: Option<PyReadonlyArray2<'_, f64>>,
        periodic: (bool, bool, bool),
        header: &Bound<'_, PyDict>,
        columns: &Bound<'_, PyDict>,
    ) -> PyResult<()> {
        let sites = frames::sites(&numbers, &positions, cell.as_ref())?;
        let frame = sites.frame(
            (number, line),
            periodic,
            frames::entries(header, &self.group)?,
            frames::columns(columns, numbers.as_array().len())?,
        );
        py.detach(|| self.with(|scanner| scanner.push(frame)))
    }

    /// Takes a fault in place of a frame; kind is one of those of ScanFault, else ValueError.
    fn fault(&self, frame: usize, line: u64, kind: &str, message: String) -> PyResult<()> {
        let known = FaultKind::ALL.into_iter().find(|one| one.name() == kind);
        let Some(kind) = known else {
            let message = format!("kind: there is no fault of the kind '{kind}'");
            return Err(PyValueError::new_err(message));
        };
        let fault = Fault {
            line,
            column: None,
            frame,
            kind,
            message,
        };
        self.with(|scanner| scanner.report(fault))
    }

    /// The scan; afterwards no frame is taken.
    fn finish(&self, py: Python<'_>) -> PyResult<FrameScan> {
        let scanner = self.lock().take().ok_or_else(finished)?;
        FrameScan::new(py, self.path.clone(), self.size, scanner.finish())
    }
}

impl FrameScanner {
    fn with(&self, act: impl FnOnce(&mut Scanner)) -> PyResult<()> {
        self.lock().as_mut().map(act).ok_or_else(finished)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Scanner>> {
        self.scanner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finished() -> PyErr {
    PyValueError::new_err("the scan is finished")
}

fn named((energy, length, forces, stress): Four) -> Factors {
    Factors {
        energy,
        length,
        forces,
        stress,
    }
}

fn at_least_one(most: i64) -> PyResult<usize> {
    let frames = usize::try_from(most).ok().filter(|&frames| frames > 0);
    frames.ok_or_else(|| PyValueError::new_err(format!("most: must be at least 1, is {most}")))
}

//! The scan of an extended XYZ file for Python.
use std::path::PathBuf;

use mlipilot_core::extxyz::symbol;
use mlipilot_core::scan::{self, Geometries, Names, Options, Scan, Step};
use numpy::{Element, IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::arrays::refused;
use crate::files::{open, unreadable};
use crate::records::{KeySummary, ScanFault};

/// More pairs than this say no more.
const MOST_PAIRS: usize = 1000;

/// What one pass over an extended XYZ file found; arrays have one row for each frame that could be read, read-only.
#[pyclass(frozen, module = "mlipilot._core")]
pub struct ExtxyzScan {
    /// The path as it was given.
    #[pyo3(get)]
    path: String,
    /// Bytes of the file.
    #[pyo3(get)]
    size: u64,
    /// The number of frames that could be read: the rows of the arrays.
    #[pyo3(get)]
    frames: usize,
    /// The first 20 faults, in the order of the file.
    #[pyo3(get)]
    faults: Py<PyList>,
    /// The number of all faults.
    #[pyo3(get)]
    fault_count: usize,
    /// Header keys and columns in order of first appearance, without cell, pbc, elements and positions.
    #[pyo3(get)]
    keys: Py<PyList>,
    /// The number of each frame in the file, from 0, broken frames counted, int64.
    #[pyo3(get)]
    numbers: Py<PyArray1<i64>>,
    /// The line of each frame's count, from 1, int64.
    #[pyo3(get)]
    lines: Py<PyArray1<i64>>,
    /// Atoms, int32.
    #[pyo3(get)]
    atoms: Py<PyArray1<i32>>,
    /// Symbols of all elements in the file, by atomic number.
    #[pyo3(get)]
    elements: Py<PyList>,
    /// Atoms of each element, shape (frames, len(elements)), int32.
    #[pyo3(get)]
    composition: Py<PyArray2<i32>>,
    /// Periodic directions, shape (frames, 3), bool.
    #[pyo3(get)]
    periodic: Py<PyArray2<bool>>,
    /// Whether the frame has a cell, bool.
    #[pyo3(get)]
    has_cell: Py<PyArray1<bool>>,
    /// Å³, float64, NaN without a cell.
    #[pyo3(get)]
    volume: Py<PyArray1<f64>>,
    /// Cell vectors as rows, Å, shape (frames, 9), float64, NaN without a cell.
    #[pyo3(get)]
    cells: Py<PyArray2<f64>>,
    /// The least and the largest coordinate, Å, shape (frames, 2), float64, NaN without an atom.
    #[pyo3(get)]
    extremes: Py<PyArray2<f64>>,
    /// Whether the frame is one atom whose config_type is "IsolatedAtom", bool.
    #[pyo3(get)]
    isolated: Py<PyArray1<bool>>,
    /// The header key config_type as text, None where absent.
    #[pyo3(get)]
    config_types: Py<PyList>,
    /// The header key trajectory as text, None where absent.
    #[pyo3(get)]
    trajectories: Py<PyList>,
    /// The energy label, float64, NaN unless its state is 1.
    #[pyo3(get)]
    energy: Py<PyArray1<f64>>,
    /// 0 absent, 1 good, 2 not finite, 3 not a number or of the wrong shape, uint8.
    #[pyo3(get)]
    energy_state: Py<PyArray1<u8>>,
    /// As energy_state.
    #[pyo3(get)]
    forces_state: Py<PyArray1<u8>>,
    /// As energy_state.
    #[pyo3(get)]
    stress_state: Py<PyArray1<u8>>,
    /// The longest force vector, float64, NaN without good forces.
    #[pyo3(get)]
    force_max: Py<PyArray1<f64>>,
    /// The root mean square force component, float64, NaN without good forces.
    #[pyo3(get)]
    force_rms: Py<PyArray1<f64>>,
    /// The length of the sum of the forces, float64, NaN without good forces.
    #[pyo3(get)]
    net_force: Py<PyArray1<f64>>,
    /// Atoms whose force is exactly 0, int32; 0 without good forces.
    #[pyo3(get)]
    still: Py<PyArray1<i32>>,
    /// xx yy zz yz xz xy, shape (frames, 6), float64, NaN without a good stress.
    #[pyo3(get)]
    stress: Py<PyArray2<f64>>,
    /// The largest difference between components that should be equal, float64, NaN without a good stress.
    #[pyo3(get)]
    stress_asymmetry: Py<PyArray1<f64>>,
    /// The shortest distance with periodic images, Å, float64, inf without one below search, NaN where unknown.
    #[pyo3(get)]
    shortest: Py<PyArray1<f64>>,
    /// The largest distance from an atom to its nearest neighbour, Å, float64, inf and NaN as in shortest.
    #[pyo3(get)]
    loneliest: Py<PyArray1<f64>>,
    /// The mean number of neighbours within r_max, float64, NaN without r_max.
    #[pyo3(get)]
    neighbours: Py<PyArray1<f64>>,
    /// The least distance of a pair over the sum of its covalent radii, float64, inf and NaN as in shortest.
    #[pyo3(get)]
    closeness: Py<PyArray1<f64>>,
    /// Of a frame of several atoms whose forces are all 0: how one-sided the surroundings of one of them are, 0 where
    /// symmetry explains it, float64, else NaN.
    #[pyo3(get)]
    one_sidedness: Py<PyArray1<f64>>,
    /// Of each key in others: its states, uint8, as energy_state, and its first number, float64, NaN unless good.
    #[pyo3(get)]
    others: Py<PyDict>,
    /// Equal for equal elements, wrapped positions and cell up to 1e-4 Å, whatever the order of atoms, uint64.
    #[pyo3(get)]
    fingerprint: Py<PyArray1<u64>>,
    geometries: Geometries,
    steps: Vec<Step>,
}

/// Scans an extended XYZ file in one pass, one frame in memory, for what a data check needs to know.
///
/// energy, forces, stress: the labels' names, header keys or columns, None for one that is not used; r_max: Å, to count
/// neighbours in; search: Å, how far nearest neighbours are looked for; others: more keys or columns, each with the
/// numbers of values that it may have. What is wrong with the file stands in faults: a
/// frame that cannot be read has no row, one without a sound cell or positions has NaN distances. Raises OSError for a
/// file that cannot be read, ValueError for distances that are not positive.
#[expect(clippy::too_many_arguments, reason = "Python names them")]
#[pyfunction]
#[pyo3(signature = (path, *, energy, forces, stress, r_max = None, search = 12.0, others = vec![]))]
pub fn scan_extxyz(
    py: Python<'_>,
    path: PathBuf,
    energy: Option<String>,
    forces: Option<String>,
    stress: Option<String>,
    r_max: Option<f64>,
    search: f64,
    others: Vec<(String, Vec<usize>)>,
) -> PyResult<ExtxyzScan> {
    let options = Options::new(energy, forces, stress, r_max, search).map_err(refused)?;
    let options = options.with_others(others);
    let scanned = py.detach(|| {
        let (source, size) = open(&path)?;
        Ok((size, scan::scan(source, &options)?))
    });
    let (size, found) = scanned.map_err(|error| unreadable(error, &path))?;
    ExtxyzScan::new(py, path.to_string_lossy().into_owned(), size, found)
}

/// Frames of a and b that are nearly the same: (row of a, row of b, root mean square displacement in Å).
///
/// Atom for atom in their order, by the shortest image, in cells that agree within 1e-3 Å, without rotation or
/// translation; isolated atoms are left out. a may be b: then each pair comes once, the smaller row first. At most 1000
/// pairs, those of the first rows of a. Raises ValueError for a tolerance (Å) that is not positive.
#[pyfunction]
#[pyo3(signature = (a, b, tolerance = 0.05))]
pub fn near_duplicates(
    py: Python<'_>,
    a: &Bound<'_, ExtxyzScan>,
    b: &Bound<'_, ExtxyzScan>,
    tolerance: f64,
) -> PyResult<Vec<(usize, usize, f64)>> {
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        let message = format!("tolerance: must be positive and finite, is {tolerance}");
        return Err(PyValueError::new_err(message));
    }
    let same = a.is(b);
    let (a, b) = (&a.get().geometries, &b.get().geometries);
    let pairs = py.detach(|| scan::near_duplicates(a, b, same, tolerance, MOST_PAIRS));
    let pairs = pairs.into_iter();
    Ok(pairs
        .map(|pair| (pair.first, pair.second, pair.distance))
        .collect())
}

/// Whether energies change as the forces say: the number of steps, and the correlation of dE with -(F1 + F2)/2 · dr.
///
/// Over consecutive frames of one trajectory (of the file, where it names none) with the same elements and cell and a
/// root mean square displacement between 1e-4 and 0.3 Å. Near +1 the forces are sane, near -1 they have the wrong sign;
/// NaN for fewer than 3 steps. The labels are those that the scan was made with.
#[pyfunction]
pub fn work_consistency(scan: &Bound<'_, ExtxyzScan>) -> (usize, f64) {
    scan::work_correlation(&scan.get().steps)
}

/// The least-squares slope of dE against -(F1 + F2)/2 · dr over the steps of `work_consistency`.
///
/// 1 where energies and forces share their units and signs; NaN for fewer than 3 steps.
#[pyfunction]
pub fn work_ratio(scan: &Bound<'_, ExtxyzScan>) -> f64 {
    scan::work_ratio(&scan.get().steps)
}

#[pymethods]
impl ExtxyzScan {
    fn __repr__(&self) -> String {
        format!(
            "ExtxyzScan(path='{}', frames={}, fault_count={})",
            self.path, self.frames, self.fault_count
        )
    }
}

impl ExtxyzScan {
    fn new(py: Python<'_>, path: String, size: u64, scan: Scan) -> PyResult<Self> {
        let table = scan.table;
        let frames = table.len();
        let faults = scan.faults.into_iter().map(ScanFault::from);
        let keys = scan.keys.into_iter().map(KeySummary::from);
        let symbols = table.elements.iter().map(|&number| symbol(number));
        let others = PyDict::new(py);
        for other in table.others {
            others.set_item(
                other.name,
                (column(py, other.state), column(py, other.first)),
            )?;
        }
        Ok(Self {
            path,
            size,
            frames,
            faults: PyList::new(py, faults.collect::<Vec<_>>())?.unbind(),
            fault_count: scan.fault_count,
            keys: PyList::new(py, keys.collect::<Vec<_>>())?.unbind(),
            numbers: column(py, table.numbers),
            lines: column(py, table.lines),
            atoms: column(py, table.atoms),
            composition: rows(py, table.composition, [frames, symbols.len()])?,
            elements: PyList::new(py, symbols)?.unbind(),
            periodic: rows(py, table.periodic, [frames, 3])?,
            has_cell: column(py, table.has_cell),
            volume: column(py, table.volume),
            cells: rows(py, table.cells, [frames, 9])?,
            extremes: rows(py, table.extremes, [frames, 2])?,
            isolated: column(py, table.isolated),
            config_types: names(py, &table.config_types)?,
            trajectories: names(py, &table.trajectories)?,
            energy: column(py, table.energy),
            energy_state: column(py, table.energy_state),
            forces_state: column(py, table.forces_state),
            stress_state: column(py, table.stress_state),
            force_max: column(py, table.force_max),
            force_rms: column(py, table.force_rms),
            net_force: column(py, table.net_force),
            still: column(py, table.still),
            stress: rows(py, table.stress, [frames, 6])?,
            stress_asymmetry: column(py, table.stress_asymmetry),
            shortest: column(py, table.shortest),
            loneliest: column(py, table.loneliest),
            neighbours: column(py, table.neighbours),
            closeness: column(py, table.closeness),
            one_sidedness: column(py, table.one_sidedness),
            others: others.unbind(),
            fingerprint: column(py, table.fingerprint),
            geometries: scan.geometries,
            steps: scan.steps,
        })
    }
}

fn column<T: Element>(py: Python<'_>, values: Vec<T>) -> Py<PyArray1<T>> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

fn rows<T: Element>(
    py: Python<'_>,
    values: Vec<T>,
    shape: [usize; 2],
) -> PyResult<Py<PyArray2<T>>> {
    let array = values.into_pyarray(py).reshape(shape)?;
    array.readwrite().make_nonwriteable();
    Ok(array.unbind())
}

/// One text or None for each frame, the distinct ones made once.
fn names(py: Python<'_>, names: &Names) -> PyResult<Py<PyList>> {
    let distinct: Vec<Bound<'_, PyString>> = names
        .distinct()
        .iter()
        .map(|name| PyString::new(py, name))
        .collect();
    let name = |index: &Option<usize>| index.and_then(|index| distinct.get(index));
    let all: Vec<Option<&Bound<'_, PyString>>> = names.of_frames().iter().map(name).collect();
    Ok(PyList::new(py, all)?.unbind())
}

//! What a scan found, for Python.
use mlipilot_core::extxyz::symbol;
use mlipilot_core::scan::{Geometries, Names, Scan, Step};
use numpy::{Element, IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::records::{KeySummary, ScanFault};

/// What one pass over frames found; arrays have one row for each frame that could be read, read-only.
#[pyclass(frozen, module = "mlipilot._core")]
pub struct FrameScan {
    /// The path as it was given.
    #[pyo3(get)]
    path: String,
    /// Bytes of the file.
    #[pyo3(get)]
    size: u64,
    /// The number of frames that could be read: the rows of the arrays.
    #[pyo3(get)]
    pub frames: usize,
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
    /// The line of each frame's count, from 1, int64; 0 in a file without lines.
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
    /// Whether the frame is one atom, the reference of its element by the scan's option isolated, bool.
    #[pyo3(get)]
    isolated: Py<PyArray1<bool>>,
    /// The header key config_type as text, None where absent.
    #[pyo3(get)]
    config_types: Py<PyList>,
    /// The header key of the scan's option group as text, None where absent.
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
    pub geometries: Geometries,
    pub steps: Vec<Step>,
}

#[pymethods]
impl FrameScan {
    fn __repr__(&self) -> String {
        format!(
            "FrameScan(path='{}', frames={}, fault_count={})",
            self.path, self.frames, self.fault_count
        )
    }
}

impl FrameScan {
    pub fn new(py: Python<'_>, path: String, size: u64, scan: Scan) -> PyResult<Self> {
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
    let name = |index: Option<usize>| index.and_then(|index| distinct.get(index));
    Ok(PyList::new(py, names.of_frames().map(name))?.unbind())
}

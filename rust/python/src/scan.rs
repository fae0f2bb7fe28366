//! What a scan found, for Python.
use std::sync::Arc;

use mlipilot_core::extxyz::symbol;
use mlipilot_core::scan::{Column, Geometries, Item, Names, Scan, Step, Table};
use numpy::{Element, IntoPyArray, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::records::{KeySummary, ScanFault};

/// What one pass over frames found; arrays have one row for each frame that could be read, read-only.
///
/// Of more than 16384 frames the rows lie in a temporary file: each array is then read anew whenever it is asked for,
/// which raises OSError where it cannot be.
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
    numbers: Stored,
    /// The line of each frame's count, from 1, int64; 0 in a file without lines.
    #[pyo3(get)]
    lines: Stored,
    /// Atoms, int32.
    #[pyo3(get)]
    atoms: Stored,
    /// Symbols of all elements in the file, by atomic number.
    #[pyo3(get)]
    elements: Py<PyList>,
    /// Atoms of each element, shape (frames, len(elements)), int32.
    #[pyo3(get)]
    composition: Stored,
    /// Periodic directions, shape (frames, 3), bool.
    #[pyo3(get)]
    periodic: Stored,
    /// Whether the frame has a cell, bool.
    #[pyo3(get)]
    has_cell: Stored,
    /// Å³, float64, NaN without a cell.
    #[pyo3(get)]
    volume: Stored,
    /// Cell vectors as rows, Å, shape (frames, 9), float64, NaN without a cell.
    #[pyo3(get)]
    cells: Stored,
    /// The least and the largest coordinate, Å, shape (frames, 2), float64, NaN without an atom.
    #[pyo3(get)]
    extremes: Stored,
    /// Whether the frame is one atom, the reference of its element by the scan's option isolated, bool.
    #[pyo3(get)]
    isolated: Stored,
    /// The header key config_type as text, None where absent.
    #[pyo3(get)]
    config_types: Stored,
    /// The header key of the scan's option group as text, None where absent.
    #[pyo3(get)]
    trajectories: Stored,
    /// The energy label, float64, NaN unless its state is 1.
    #[pyo3(get)]
    energy: Stored,
    /// 0 absent, 1 good, 2 not finite, 3 not a number or of the wrong shape, uint8.
    #[pyo3(get)]
    energy_state: Stored,
    /// As energy_state.
    #[pyo3(get)]
    forces_state: Stored,
    /// As energy_state.
    #[pyo3(get)]
    stress_state: Stored,
    /// The longest force vector, float64, NaN without good forces.
    #[pyo3(get)]
    force_max: Stored,
    /// The root mean square force component, float64, NaN without good forces.
    #[pyo3(get)]
    force_rms: Stored,
    /// The length of the sum of the forces, float64, NaN without good forces.
    #[pyo3(get)]
    net_force: Stored,
    /// Atoms whose force is exactly 0, int32; 0 without good forces.
    #[pyo3(get)]
    still: Stored,
    /// xx yy zz yz xz xy, shape (frames, 6), float64, NaN without a good stress.
    #[pyo3(get)]
    stress: Stored,
    /// The largest difference between components that should be equal, float64, NaN without a good stress.
    #[pyo3(get)]
    stress_asymmetry: Stored,
    /// The shortest distance with periodic images, Å, float64, inf without one below search, NaN where unknown.
    #[pyo3(get)]
    shortest: Stored,
    /// The largest distance from an atom to its nearest neighbour, Å, float64, inf and NaN as in shortest.
    #[pyo3(get)]
    loneliest: Stored,
    /// The mean number of neighbours within r_max, float64, NaN without r_max.
    #[pyo3(get)]
    neighbours: Stored,
    /// The least distance of a pair over the sum of its covalent radii, float64, inf and NaN as in shortest.
    #[pyo3(get)]
    closeness: Stored,
    /// Of a frame of several atoms whose forces are all 0: how one-sided the surroundings of one of them are, 0 where
    /// symmetry explains it, float64, else NaN.
    #[pyo3(get)]
    one_sidedness: Stored,
    /// Of each key in others: its states, uint8, as energy_state, and its first number, float64, NaN unless good.
    #[pyo3(get)]
    others: Stored,
    /// Equal for equal elements, wrapped positions and cell up to 1e-4 Å, whatever the order of atoms, uint64.
    #[pyo3(get)]
    fingerprint: Stored,
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
        let faults = scan.faults.into_iter().map(ScanFault::from);
        let keys = scan.keys.into_iter().map(KeySummary::from);
        let elements = scan.table.elements();
        let symbols = elements.iter().map(|&number| symbol(number));
        let of = Columns {
            py,
            table: &Arc::new(scan.table),
        };
        Ok(Self {
            path,
            size,
            frames: of.table.len(),
            faults: PyList::new(py, faults.collect::<Vec<_>>())?.unbind(),
            fault_count: scan.fault_count,
            keys: PyList::new(py, keys.collect::<Vec<_>>())?.unbind(),
            elements: PyList::new(py, symbols)?.unbind(),
            numbers: of.column(|table| &table.columns.numbers)?,
            lines: of.column(|table| &table.columns.lines)?,
            atoms: of.column(|table| &table.columns.atoms)?,
            composition: of.stored(composition)?,
            periodic: of.rows(|table| &table.columns.periodic, 3)?,
            has_cell: of.column(|table| &table.columns.has_cell)?,
            volume: of.column(|table| &table.columns.volume)?,
            cells: of.rows(|table| &table.columns.cells, 9)?,
            extremes: of.rows(|table| &table.columns.extremes, 2)?,
            isolated: of.column(|table| &table.columns.isolated)?,
            config_types: of.stored(|py, table| names(py, table, &table.config_types))?,
            trajectories: of.stored(|py, table| names(py, table, &table.trajectories))?,
            energy: of.column(|table| &table.columns.energy)?,
            energy_state: of.column(|table| &table.columns.energy_state)?,
            forces_state: of.column(|table| &table.columns.forces_state)?,
            stress_state: of.column(|table| &table.columns.stress_state)?,
            force_max: of.column(|table| &table.columns.force_max)?,
            force_rms: of.column(|table| &table.columns.force_rms)?,
            net_force: of.column(|table| &table.columns.net_force)?,
            still: of.column(|table| &table.columns.still)?,
            stress: of.rows(|table| &table.columns.stress, 6)?,
            stress_asymmetry: of.column(|table| &table.columns.stress_asymmetry)?,
            shortest: of.column(|table| &table.columns.shortest)?,
            loneliest: of.column(|table| &table.columns.loneliest)?,
            neighbours: of.column(|table| &table.columns.neighbours)?,
            closeness: of.column(|table| &table.columns.closeness)?,
            one_sidedness: of.column(|table| &table.columns.one_sidedness)?,
            others: of.stored(others)?,
            fingerprint: of.column(|table| &table.columns.fingerprint)?,
            geometries: scan.geometries,
            steps: scan.steps,
        })
    }
}

/// How Python comes by a table's columns.
struct Columns<'a, 'py> {
    py: Python<'py>,
    table: &'a Arc<Table>,
}

impl Columns<'_, '_> {
    fn stored(
        &self,
        make: impl Fn(Python<'_>, &Table) -> PyResult<Py<PyAny>> + Send + Sync + 'static,
    ) -> PyResult<Stored> {
        if !self.table.is_filed() {
            return Ok(Stored::Here(make(self.py, self.table)?));
        }
        let table = Arc::clone(self.table);
        Ok(Stored::Filed(Box::new(move |py| make(py, &table))))
    }

    fn column<T: Element + Item>(&self, of: fn(&Table) -> &Column<T>) -> PyResult<Stored> {
        self.stored(move |py, table| Ok(array(py, table.read(of(table))?)))
    }

    fn rows<T: Element + Item>(
        &self,
        of: fn(&Table) -> &Column<T>,
        width: usize,
    ) -> PyResult<Stored> {
        self.stored(move |py, table| rows(py, table.read(of(table))?, [table.len(), width]))
    }
}

type Make = dyn Fn(Python<'_>) -> PyResult<Py<PyAny>> + Send + Sync;

/// A value for Python: made once, or made anew from what lies in a file.
enum Stored {
    Here(Py<PyAny>),
    Filed(Box<Make>),
}

impl<'py> IntoPyObject<'py> for &Stored {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        match self {
            Stored::Here(value) => Ok(value.bind(py).clone()),
            Stored::Filed(make) => Ok(make(py)?.into_bound(py)),
        }
    }
}

fn array<T: Element>(py: Python<'_>, values: Vec<T>) -> Py<PyAny> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.into_any().unbind()
}

fn rows<T: Element>(py: Python<'_>, values: Vec<T>, shape: [usize; 2]) -> PyResult<Py<PyAny>> {
    let array = values.into_pyarray(py).reshape(shape)?;
    array.readwrite().make_nonwriteable();
    Ok(array.into_any().unbind())
}

fn composition(py: Python<'_>, table: &Table) -> PyResult<Py<PyAny>> {
    let shape = [table.len(), table.elements().len()];
    rows(py, table.read_composition()?, shape)
}

fn others(py: Python<'_>, table: &Table) -> PyResult<Py<PyAny>> {
    let others = PyDict::new(py);
    for other in &table.others {
        let state = array(py, table.read(&other.state)?);
        let first = array(py, table.read(&other.first)?);
        others.set_item(&other.name, (state, first))?;
    }
    Ok(others.into_any().unbind())
}

/// One text or None for each frame, the distinct ones made once.
fn names(py: Python<'_>, table: &Table, names: &Names) -> PyResult<Py<PyAny>> {
    let distinct: Vec<Bound<'_, PyString>> = names
        .distinct()
        .iter()
        .map(|name| PyString::new(py, name))
        .collect();
    let name = |index: Option<usize>| index.and_then(|index| distinct.get(index));
    let of_frames = table.read_names(names)?.into_iter().map(name);
    Ok(PyList::new(py, of_frames)?.into_any().unbind())
}

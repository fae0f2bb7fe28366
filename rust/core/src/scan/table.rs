//! One row for each frame that could be read.
use super::distances::Distances;
use super::formulas::Formulas;
use super::labels::{Label, Labels, State};
use super::names::Names;
use super::options::Options;
use crate::extxyz::Frame;
use crate::lattice::{norm, volume};

/// The key of another energy.
const FREE_ENERGY: &str = "free_energy";

/// The columns of the table; each has one value a frame unless it says otherwise.
#[derive(Debug, Default)]
pub struct Table {
    /// The number of the frame in the file, from 0, frames counted that could not be read.
    pub numbers: Vec<i64>,
    /// The line with the number of atoms, from 1.
    pub lines: Vec<i64>,
    /// The number of atoms.
    pub atoms: Vec<i32>,
    /// Atomic numbers of all frames together, ascending.
    pub elements: Vec<u8>,
    /// Atoms of each of [`Table::elements`], frame after frame.
    pub composition: Vec<i32>,
    /// The periodic directions, three a frame.
    pub periodic: Vec<bool>,
    /// Whether the frame has a cell.
    pub has_cell: Vec<bool>,
    /// The cell's volume in Å³, NaN without a cell.
    pub volume: Vec<f64>,
    /// The cell vectors as rows in Å, nine a frame, NaN without a cell.
    pub cells: Vec<f64>,
    /// The least and the largest of all coordinates in Å, two a frame, NaN without an atom.
    pub extremes: Vec<f64>,
    /// Whether the frame is the reference of an element, see [`Isolated`](super::Isolated).
    pub isolated: Vec<bool>,
    /// The key `config_type`.
    pub config_types: Names,
    /// The key that frames of one run share, see [`Options::group`].
    pub trajectories: Names,
    /// The energy, NaN unless its state is good.
    pub energy: Vec<f64>,
    /// What became of the energy.
    pub energy_state: Vec<u8>,
    /// What became of the forces.
    pub forces_state: Vec<u8>,
    /// What became of the stress.
    pub stress_state: Vec<u8>,
    /// The longest force vector, NaN without forces.
    pub force_max: Vec<f64>,
    /// The root mean square of the components of the forces, NaN without forces.
    pub force_rms: Vec<f64>,
    /// The length of the sum of the forces, NaN without forces.
    pub net_force: Vec<f64>,
    /// Atoms whose force is exactly 0; 0 without forces.
    pub still: Vec<i32>,
    /// The stress, xx yy zz yz xz xy, six a frame, NaN without a stress.
    pub stress: Vec<f64>,
    /// The largest difference between components of the stress that should be equal, NaN without a stress.
    pub stress_asymmetry: Vec<f64>,
    /// The shortest distance, see [`Distances`].
    pub shortest: Vec<f64>,
    /// The largest distance to a nearest neighbour.
    pub loneliest: Vec<f64>,
    /// The mean number of neighbours.
    pub neighbours: Vec<f64>,
    /// The least distance of a pair over the sum of its covalent radii, see [`Distances`].
    pub closeness: Vec<f64>,
    /// Of a frame of several atoms without any force, how one-sided the surroundings of one are; else NaN.
    pub one_sidedness: Vec<f64>,
    /// The other keys that were asked for.
    pub others: Vec<Other>,
    /// The fingerprint of the geometry.
    pub fingerprint: Vec<u64>,
    /// The frames' elements, until all are known.
    formulas: Formulas,
}

/// A key that was asked for beside the labels.
#[derive(Debug, Default)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// What became of it in each frame.
    pub state: Vec<u8>,
    /// Its first number, NaN unless its state is good.
    pub first: Vec<f64>,
}

/// What was found out about a frame beside its labels.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) distances: Distances,
    pub(crate) one_sidedness: f64,
    pub(crate) isolated: bool,
    pub(crate) fingerprint: u64,
}

impl Table {
    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether no frame could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a row; the index of the frame's run among [`Table::trajectories`].
    pub(crate) fn push(
        &mut self,
        frame: &Frame,
        options: &Options,
        labels: &Labels,
        measured: &Measured,
    ) -> Option<usize> {
        self.numbers.push(saturated(frame.number));
        self.lines.push(saturated(frame.line));
        self.atoms.push(saturated(frame.numbers.len()));
        self.formulas.push(&frame.numbers);
        self.periodic.extend(frame.periodic);
        self.has_cell.push(frame.cell.is_some());
        self.volume
            .push(frame.cell.as_ref().map_or(f64::NAN, volume));
        let cell = frame.cell.unwrap_or([[f64::NAN; 3]; 3]);
        self.cells.extend(cell.as_flattened());
        let coordinates = frame.positions.as_flattened().iter().copied();
        self.extremes.extend([
            coordinates.clone().reduce(f64::min).unwrap_or(f64::NAN),
            coordinates.reduce(f64::max).unwrap_or(f64::NAN),
        ]);
        self.isolated.push(measured.isolated);
        let text = |key| frame.entry(key).map(|entry| &entry.raw[..]);
        self.config_types.push(text("config_type"));
        let group = self.trajectories.push(text(&options.group));
        self.push_labels(labels);
        self.push_others(frame, options);
        let distances = &measured.distances;
        self.shortest.push(distances.shortest);
        self.loneliest.push(distances.loneliest);
        self.neighbours.push(distances.neighbours);
        self.closeness.push(distances.closeness);
        self.one_sidedness.push(measured.one_sidedness);
        self.fingerprint.push(measured.fingerprint);
        group
    }

    fn push_others(&mut self, frame: &Frame, options: &Options) {
        let wanted = &options.others;
        if self.others.len() < wanted.len() {
            let named = |(name, _): &(String, Vec<usize>)| Other {
                name: name.clone(),
                ..Other::default()
            };
            self.others = wanted.iter().map(named).collect();
        }
        for (other, (name, sizes)) in self.others.iter_mut().zip(wanted) {
            let factor = match &name[..] {
                FREE_ENERGY => options.factors.energy,
                _ => 1.0,
            };
            let found = Label::find(frame, name, sizes, factor);
            other.state.push(found.state as u8);
            let first = found.values.first().copied();
            other.first.push(first.unwrap_or(f64::NAN));
        }
    }

    fn push_labels(&mut self, labels: &Labels) {
        let energy = labels.energy.values.first();
        self.energy.push(energy.copied().unwrap_or(f64::NAN));
        self.energy_state.push(labels.energy.state as u8);
        self.forces_state.push(labels.forces.state as u8);
        self.stress_state.push(labels.stress.state as u8);
        let forces = labels.forces.vectors();
        let squares: f64 = labels.forces.values.iter().map(|x| x * x).sum();
        let known = labels.forces.state == State::Good && !forces.is_empty();
        let unless_unknown = |value: f64| if known { value } else { f64::NAN };
        self.force_max
            .push(unless_unknown(forces.iter().map(norm).fold(0.0, f64::max)));
        self.force_rms.push(unless_unknown(
            (squares / labels.forces.values.len() as f64).sqrt(),
        ));
        let still = forces.iter().filter(|&&force| force == [0.0; 3]).count();
        self.still.push(saturated(still));
        let net = [0, 1, 2].map(|axis| forces.iter().map(|force| force[axis]).sum());
        self.net_force.push(unless_unknown(norm(&net)));
        let (stress, asymmetry) = labels.stress.voigt().unwrap_or(([f64::NAN; 6], f64::NAN));
        self.stress.extend(stress);
        self.stress_asymmetry.push(asymmetry);
    }

    /// Spreads the elements over columns, now that all are known.
    pub(crate) fn finish(&mut self) {
        (self.elements, self.composition) = std::mem::take(&mut self.formulas).table();
    }
}

fn saturated<T: TryInto<U>, U: Bounded>(value: T) -> U {
    value.try_into().unwrap_or(U::MOST)
}

/// A type with a largest value.
trait Bounded {
    const MOST: Self;
}

impl Bounded for i32 {
    const MOST: Self = i32::MAX;
}

impl Bounded for i64 {
    const MOST: Self = i64::MAX;
}

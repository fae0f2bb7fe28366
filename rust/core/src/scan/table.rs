//! One row for each frame that could be read; where there are many the rows lie in a file.
use std::io;

use super::column::{Column, Item};
use super::distances::Distances;
use super::formulas::Formulas;
use super::labels::{Label, Labels, State};
use super::names::Names;
use super::options::Options;
use super::spill::Spill;
use crate::extxyz::Frame;
use crate::lattice::{norm, volume};

/// The key of another energy.
const FREE_ENERGY: &str = "free_energy";

/// After so many frames those in memory go to the file.
const BLOCK: usize = 1 << 14;

/// The table; each column has one value a frame unless it says otherwise.
#[derive(Debug, Default)]
pub struct Table {
    /// What each frame has.
    pub columns: Columns,
    /// The key `config_type`.
    pub config_types: Names,
    /// The key that frames of one run share, see [`Options::group`].
    pub trajectories: Names,
    /// The other keys that were asked for.
    pub others: Vec<Other>,
    formulas: Formulas,
    spill: Spill,
}

macro_rules! columns {
    ($($(#[$meta:meta])+ $name:ident: $item:ty,)+) => {
        /// What each frame has.
        #[derive(Debug, Default)]
        pub struct Columns {
            $($(#[$meta])+ pub $name: Column<$item>,)+
        }

        impl Columns {
            fn spill(&mut self, spill: &mut Spill) {
                $(self.$name.spill(spill);)+
            }
        }
    };
}

columns! {
    /// The number of the frame in the file, from 0, frames counted that could not be read.
    numbers: i64,
    /// The line with the number of atoms, from 1.
    lines: i64,
    /// The number of atoms.
    atoms: i32,
    /// The periodic directions, three a frame.
    periodic: bool,
    /// Whether the frame has a cell.
    has_cell: bool,
    /// The cell's volume in Å³, NaN without a cell.
    volume: f64,
    /// The cell vectors as rows in Å, nine a frame, NaN without a cell.
    cells: f64,
    /// The least and the largest of all coordinates in Å, two a frame, NaN without an atom.
    extremes: f64,
    /// Whether the frame is the reference of an element, see [`Isolated`](super::Isolated).
    isolated: bool,
    /// The energy, NaN unless its state is good.
    energy: f64,
    /// What became of the energy.
    energy_state: u8,
    /// What became of the forces.
    forces_state: u8,
    /// What became of the stress.
    stress_state: u8,
    /// The longest force vector, NaN without forces.
    force_max: f64,
    /// The root mean square of the components of the forces, NaN without forces.
    force_rms: f64,
    /// The length of the sum of the forces, NaN without forces.
    net_force: f64,
    /// Atoms whose force is exactly 0; 0 without forces.
    still: i32,
    /// The stress, xx yy zz yz xz xy, six a frame, NaN without a stress.
    stress: f64,
    /// The largest difference between components of the stress that should be equal, NaN without a stress.
    stress_asymmetry: f64,
    /// The shortest distance, see [`Distances`].
    shortest: f64,
    /// The largest distance to a nearest neighbour.
    loneliest: f64,
    /// The mean number of neighbours.
    neighbours: f64,
    /// The least distance of a pair over the sum of its covalent radii, see [`Distances`].
    closeness: f64,
    /// Of a frame of several atoms without any force, how one-sided the surroundings of one are; else NaN.
    one_sidedness: f64,
    /// The fingerprint of the geometry.
    fingerprint: u64,
}

/// A key that was asked for beside the labels.
#[derive(Debug, Default)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// What became of it in each frame.
    pub state: Column<u8>,
    /// Its first number, NaN unless its state is good.
    pub first: Column<f64>,
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
        self.columns.lines.len()
    }

    /// Whether no frame could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether some of it lies in a file.
    #[must_use]
    pub fn is_filed(&self) -> bool {
        self.spill.is_used()
    }

    /// The values of one of its columns. Errors: those of the file system.
    pub fn read<T: Item>(&self, column: &Column<T>) -> io::Result<Vec<T>> {
        column.read(&self.spill)
    }

    /// The index of each frame's name among the distinct ones. Errors: those of the file system.
    pub fn read_names(&self, names: &Names) -> io::Result<Vec<Option<usize>>> {
        names.read(&self.spill)
    }

    /// Atomic numbers of all frames together, ascending.
    #[must_use]
    pub fn elements(&self) -> Vec<u8> {
        self.formulas.elements()
    }

    /// Atoms of each of [`Table::elements`], frame after frame. Errors: those of the file system.
    pub fn read_composition(&self) -> io::Result<Vec<i32>> {
        self.formulas.read(&self.elements(), &self.spill)
    }

    /// Adds a row; the index of the frame's run among [`Table::trajectories`].
    pub(crate) fn push(
        &mut self,
        frame: &Frame,
        options: &Options,
        labels: &Labels,
        measured: &Measured,
    ) -> Option<usize> {
        self.formulas.push(&frame.numbers);
        let columns = &mut self.columns;
        columns.numbers.push(saturated(frame.number));
        columns.lines.push(saturated(frame.line));
        columns.atoms.push(saturated(frame.numbers.len()));
        columns.periodic.extend(frame.periodic);
        columns.has_cell.push(frame.cell.is_some());
        columns
            .volume
            .push(frame.cell.as_ref().map_or(f64::NAN, volume));
        let cell = frame.cell.unwrap_or([[f64::NAN; 3]; 3]);
        columns.cells.extend(cell.into_iter().flatten());
        let coordinates = frame.positions.as_flattened().iter().copied();
        columns.extremes.extend([
            coordinates.clone().reduce(f64::min).unwrap_or(f64::NAN),
            coordinates.reduce(f64::max).unwrap_or(f64::NAN),
        ]);
        columns.isolated.push(measured.isolated);
        let distances = &measured.distances;
        columns.shortest.push(distances.shortest);
        columns.loneliest.push(distances.loneliest);
        columns.neighbours.push(distances.neighbours);
        columns.closeness.push(distances.closeness);
        columns.one_sidedness.push(measured.one_sidedness);
        columns.fingerprint.push(measured.fingerprint);
        let text = |key| frame.entry(key).map(|entry| &entry.raw[..]);
        self.config_types.push(text("config_type"));
        let group = self.trajectories.push(text(&options.group));
        self.push_labels(labels);
        self.push_others(frame, options);
        if self.len().is_multiple_of(BLOCK) {
            self.spill();
        }
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
        let columns = &mut self.columns;
        let energy = labels.energy.values.first();
        columns.energy.push(energy.copied().unwrap_or(f64::NAN));
        columns.energy_state.push(labels.energy.state as u8);
        columns.forces_state.push(labels.forces.state as u8);
        columns.stress_state.push(labels.stress.state as u8);
        let forces = labels.forces.vectors();
        let squares: f64 = labels.forces.values.iter().map(|x| x * x).sum();
        let known = labels.forces.state == State::Good && !forces.is_empty();
        let unless_unknown = |value: f64| if known { value } else { f64::NAN };
        columns
            .force_max
            .push(unless_unknown(forces.iter().map(norm).fold(0.0, f64::max)));
        columns.force_rms.push(unless_unknown(
            (squares / labels.forces.values.len() as f64).sqrt(),
        ));
        let still = forces.iter().filter(|&&force| force == [0.0; 3]).count();
        columns.still.push(saturated(still));
        let net = [0, 1, 2].map(|axis| forces.iter().map(|force| force[axis]).sum());
        columns.net_force.push(unless_unknown(norm(&net)));
        let (stress, asymmetry) = labels.stress.voigt().unwrap_or(([f64::NAN; 6], f64::NAN));
        columns.stress.extend(stress);
        columns.stress_asymmetry.push(asymmetry);
    }

    /// Moves the rows in memory to the file.
    fn spill(&mut self) {
        let Self {
            columns,
            config_types,
            trajectories,
            others,
            formulas,
            spill,
        } = self;
        columns.spill(spill);
        for of_frames in [config_types, trajectories].map(|names| &mut names.of_frames) {
            of_frames.spill(spill);
        }
        formulas.of_frames.spill(spill);
        for other in others {
            other.state.spill(spill);
            other.first.spill(spill);
        }
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

//! What must hold for the reader and the scan, whatever the bytes.
use std::collections::HashSet;
use std::io::{self, BufReader};

use mlipilot_core::extxyz::{Column, Data, Elements, Fault, Frame, Reader, Value};
use mlipilot_core::scan::{self, Isolated, Options, Pairs, Scan, Scanner, Search};

/// A buffer so small that lines and ends of lines fall across its ends.
const SMALL_BUFFER: usize = 7;
const MOST_PAIRS: usize = 50;
const TOLERANCE: f64 = 0.1;

/// Checks one input; the error says what does not hold.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let lines = count_lines(bytes);
    let read = read(bytes, bytes.len().max(1))?;
    let again = self::read(bytes, SMALL_BUFFER)?;
    // by text, since NaN is not equal to itself
    require(
        format!("{read:?}") == format!("{again:?}"),
        "reading twice differs",
    )?;
    let mut size = 0;
    let mut last_line = 0;
    for item in &read {
        match item {
            Ok(frame) => {
                check_frame(frame, lines)?;
                require(frame.line > last_line, "frames are out of order")?;
                last_line = frame.line;
                size += frame_size(frame);
            }
            Err(fault) => check_fault(fault, lines)?,
        }
    }
    require(size <= 8 * bytes.len(), "frames hold more than the file")?;
    check_scan(bytes, &read, lines)
}

type Read = Vec<Result<Frame, Fault>>;

fn read(bytes: &[u8], buffer: usize) -> Result<Read, String> {
    let mut reader = Reader::new(BufReader::with_capacity(buffer, bytes));
    let mut found = Vec::new();
    while let Some(item) = reader.next_frame().map_err(|error| error.to_string())? {
        found.push(item);
        require(found.len() <= bytes.len() + 1, "the reader does not end")?;
    }
    Ok(found)
}

fn check_frame(frame: &Frame, lines: u64) -> Result<(), String> {
    let atoms = frame.numbers.len();
    require(
        frame.positions.len() == atoms,
        "positions are not the atoms'",
    )?;
    require(
        frame.line >= 1 && frame.line + 1 + atoms as u64 <= lines,
        "a frame is longer than the file",
    )?;
    for column in &frame.columns {
        let expected = column.width.checked_mul(atoms);
        require(
            atoms == 0 || expected == Some(column_size(column)),
            "a column is not the atoms'",
        )?;
    }
    let keys: HashSet<&str> = frame.header.iter().map(|entry| &entry.key[..]).collect();
    require(keys.len() == frame.header.len(), "a key comes twice")?;
    for entry in &frame.header {
        if let Value::Array { shape, elements } = &entry.value {
            require(
                shape.iter().product::<usize>() == elements_size(elements),
                "an array is not of its shape",
            )?;
        }
    }
    Ok(())
}

fn check_fault(fault: &Fault, lines: u64) -> Result<(), String> {
    require(
        (1..=lines).contains(&fault.line),
        "a fault lies outside of the file",
    )?;
    require(
        fault.column != Some(0) && !fault.message.is_empty() && fault.message.len() < 400,
        "a fault is not to be read",
    )?;
    require(
        !fault.message.chars().any(char::is_control),
        "a message holds a control character",
    )
}

fn check_scan(bytes: &[u8], read: &Read, lines: u64) -> Result<(), String> {
    let label = |name: &str| Some(name.to_owned());
    let options = Options {
        energy: label("energy"),
        forces: label("forces"),
        stress: label("stress"),
        search: 6.0,
        ..Options::default()
    };
    let virials = Options {
        r_max: Some(3.5),
        virial: true,
        isolated: Isolated::Apart,
        ..options.clone()
    };
    for options in [options, virials] {
        let scanner = Scanner::new(options).map_err(|refused| refused.to_string())?;
        let found = scan::scan(bytes, scanner, None).map_err(|error| error.to_string())?;
        check_table(&found, read)?;
        check_relations(&found)?;
        found
            .faults
            .iter()
            .try_for_each(|fault| check_fault(fault, lines))?;
    }
    Ok(())
}

fn check_table(found: &Scan, expected: &Read) -> Result<(), String> {
    let frames: Vec<&Frame> = expected.iter().flatten().collect();
    let table = &found.table;
    let rows = frames.len();
    let broken = expected.len() - rows;
    require(found.fault_count >= broken, "the scan misses a fault")?;
    require(
        found.faults.len() == found.fault_count.min(20),
        "the scan keeps another number of faults",
    )?;
    let columns = &table.columns;
    let lengths = [
        table.len(),
        columns.numbers.len(),
        columns.atoms.len(),
        columns.periodic.len() / 3,
        columns.stress.len() / 6,
        columns.volume.len(),
        columns.cells.len() / 9,
        columns.extremes.len() / 2,
        columns.closeness.len(),
        columns.still.len(),
        columns.one_sidedness.len(),
        columns.isolated.len(),
        columns.energy.len(),
        columns.force_max.len(),
        columns.force_rms.len(),
        columns.net_force.len(),
        columns.stress_asymmetry.len(),
        columns.neighbours.len(),
        columns.fingerprint.len(),
        known(table.read_names(&table.config_types))?.len(),
        known(table.read_names(&table.trajectories))?.len(),
    ];
    require(
        lengths.iter().all(|&length| length == rows),
        "a column of the table is too short or too long",
    )?;
    let kinds = table.elements().len();
    let composition = known(table.read_composition())?;
    require(
        composition.len() == rows * kinds,
        "the composition is not a table",
    )?;
    let energies = known(table.read(&columns.energy))?;
    let energy_states = known(table.read(&columns.energy_state))?;
    let shortest = known(table.read(&columns.shortest))?;
    let loneliest = known(table.read(&columns.loneliest))?;
    for (row, frame) in frames.iter().enumerate() {
        let atoms = frame.numbers.len();
        let counted: i32 = composition[row * kinds..(row + 1) * kinds].iter().sum();
        require(counted as usize == atoms, "the composition misses atoms")?;
        require(
            (energy_states[row] == 1) == energies[row].is_finite(),
            "a bad energy has a value",
        )?;
        let (shortest, loneliest) = (shortest[row], loneliest[row]);
        require(
            shortest.is_nan() == loneliest.is_nan(),
            "distances are half known",
        )?;
        require(
            shortest.is_nan() || shortest <= loneliest,
            "distances contradict each other",
        )?;
    }
    let forces_states = known(table.read(&columns.forces_state))?;
    let stress_states = known(table.read(&columns.stress_state))?;
    let mut states = energy_states
        .iter()
        .chain(&forces_states)
        .chain(&stress_states);
    require(states.all(|&state| state <= 3), "a label is in no state")
}

/// Values of a table. Errors: as a message.
fn known<T>(values: io::Result<T>) -> Result<T, String> {
    values.map_err(|error| error.to_string())
}

fn check_relations(found: &Scan) -> Result<(), String> {
    let rows = found.table.len();
    let geometries = &found.geometries;
    let search = Search {
        tolerance: TOLERANCE,
        most: MOST_PAIRS,
        pairs: Pairs::Ordered,
        first: None,
        second: None,
    };
    let pairs = scan::near_duplicates(geometries, geometries, &search);
    let pairs = pairs.map_err(|error| error.to_string())?;
    require(pairs.len() <= MOST_PAIRS, "too many near duplicates")?;
    for pair in &pairs {
        require(
            pair.first < pair.second && pair.second < rows,
            "a pair is out of order",
        )?;
        require(
            (0.0..=TOLERANCE).contains(&pair.distance),
            "a pair is not near",
        )?;
    }
    let (steps, correlation) = scan::work_correlation(&found.steps);
    require(
        steps < rows.max(1) && (correlation.is_nan() || (-1.0..=1.0).contains(&correlation)),
        "the work is out of range",
    )
}

/// Lines as text mode counts them.
fn count_lines(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut open = false;
    let mut previous = 0;
    for &byte in bytes {
        match byte {
            b'\n' if previous == b'\r' => {}
            b'\n' | b'\r' => {
                count += 1;
                open = false;
            }
            _ => open = true,
        }
        previous = byte;
    }
    count + u64::from(open)
}

/// Values that a frame holds.
fn frame_size(frame: &Frame) -> usize {
    let columns = frame.columns.iter().map(column_size);
    let arrays = frame.header.iter().map(|entry| match &entry.value {
        Value::Array { elements, .. } => elements_size(elements),
        _ => 1,
    });
    4 * frame.numbers.len() + columns.chain(arrays).sum::<usize>()
}

fn column_size(column: &Column) -> usize {
    match &column.data {
        Data::Reals(values) => values.len(),
        Data::Integers(values) => values.len(),
        Data::Texts(texts) => texts.iter().count(),
        Data::Logicals(values) => values.len(),
    }
}

fn elements_size(elements: &Elements) -> usize {
    match elements {
        Elements::Integers(values) => values.len(),
        Elements::Reals(values) => values.len(),
        Elements::Logicals(values) => values.len(),
    }
}

fn require(holds: bool, message: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(message.to_owned())
    }
}

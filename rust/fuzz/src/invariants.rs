//! What must hold for the reader and the scan, whatever the bytes.
use std::collections::HashSet;
use std::io::BufReader;

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

fn check_table(found: &Scan, read: &Read) -> Result<(), String> {
    let frames: Vec<&Frame> = read.iter().flatten().collect();
    let table = &found.table;
    let rows = frames.len();
    let broken = read.len() - rows;
    require(found.fault_count >= broken, "the scan misses a fault")?;
    require(
        found.faults.len() == found.fault_count.min(20),
        "the scan keeps another number of faults",
    )?;
    let lengths = [
        table.len(),
        table.numbers.len(),
        table.atoms.len(),
        table.periodic.len() / 3,
        table.stress.len() / 6,
        table.volume.len(),
        table.cells.len() / 9,
        table.extremes.len() / 2,
        table.closeness.len(),
        table.still.len(),
        table.one_sidedness.len(),
        table.isolated.len(),
        table.config_types.of_frames().len(),
        table.trajectories.of_frames().len(),
        table.energy.len(),
        table.force_max.len(),
        table.force_rms.len(),
        table.net_force.len(),
        table.stress_asymmetry.len(),
        table.shortest.len(),
        table.loneliest.len(),
        table.neighbours.len(),
        table.fingerprint.len(),
    ];
    require(
        lengths.iter().all(|&length| length == rows),
        "a column of the table is too short or too long",
    )?;
    let kinds = table.elements.len();
    require(
        table.composition.len() == rows * kinds,
        "the composition is not a table",
    )?;
    for (row, frame) in frames.iter().enumerate() {
        let atoms = frame.numbers.len();
        let counted: i32 = table.composition[row * kinds..(row + 1) * kinds]
            .iter()
            .sum();
        require(counted as usize == atoms, "the composition misses atoms")?;
        let energy_known = table.energy_state[row] == 1;
        require(
            energy_known == table.energy[row].is_finite(),
            "a bad energy has a value",
        )?;
        let (shortest, loneliest) = (table.shortest[row], table.loneliest[row]);
        require(
            shortest.is_nan() == loneliest.is_nan(),
            "distances are half known",
        )?;
        require(
            shortest.is_nan() || shortest <= loneliest,
            "distances contradict each other",
        )?;
    }
    require(
        table
            .energy_state
            .iter()
            .chain(&table.forces_state)
            .chain(&table.stress_state)
            .all(|&s| s <= 3),
        "a label is in no state",
    )
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

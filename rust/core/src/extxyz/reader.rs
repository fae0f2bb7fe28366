//! Frame after frame out of a file, and on after a fault where the next frame can be told.
use std::io::{self, BufRead, ErrorKind};

use super::columns::Rows;
use super::fault::{Fault, FaultKind, Problem, quoted};
use super::frame::{Box3, Frame, Sites, take};
use super::header::{self, Entry};
use super::lines::{Line, Lines};
use super::numbers::{integer, is_space};
use super::properties::{self, Property};
use super::value::Value;
use super::vectors;

/// Reads frames one at a time and keeps none.
///
/// After a fault it goes on behind the lines that the broken frame claims, if a frame may start there, or else at the
/// next line that holds nothing but a number and is followed by one with `Properties=` or `Lattice=`. Plain XYZ has no
/// such line, so there a wrong count ends the reading. A blank line between frames ends it too, as in ASE: what follows
/// is counted and not given.
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    frames: usize,
    ended: bool,
}

/// Why a frame could not be read.
enum Failure {
    Reading(io::Error),
    Fault {
        fault: Fault,
        /// The atoms whose lines are still to come, if the count was true.
        remaining: u64,
    },
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Reading(error)
    }
}

impl<R: BufRead> Reader<R> {
    /// A reader at the start of a file.
    pub fn new(source: R) -> Self {
        Self {
            lines: Lines::new(source),
            frames: 0,
            ended: false,
        }
    }

    /// The next frame, or what is wrong with it; `None` at the end. Errors: those of the file system.
    ///
    /// An error of the kind `InvalidData` or `UnexpectedEof` is what the source says of damaged data: a fault.
    pub fn next_frame(&mut self) -> io::Result<Option<Result<Frame, Fault>>> {
        if self.ended {
            return Ok(None);
        }
        self.next().or_else(|error| self.damaged(error))
    }

    fn next(&mut self) -> io::Result<Option<Result<Frame, Fault>>> {
        if !self.lines.advance()? {
            return Ok(None);
        }
        if self.lines.current.is_blank() {
            return self.after_a_blank();
        }
        let found = match self.frame() {
            Ok(frame) => Ok(frame),
            Err(Failure::Reading(error)) => return Err(error),
            Err(Failure::Fault { fault, remaining }) => {
                self.recover(remaining)?;
                Err(fault)
            }
        };
        self.frames += 1;
        Ok(Some(found))
    }

    /// At a blank line between frames ASE stops without a word: a fault only where frames follow.
    fn after_a_blank(&mut self) -> io::Result<Option<Result<Frame, Fault>>> {
        let line = self.lines.current.number;
        let mut dropped = 0;
        while self.lines.advance()? {
            if may_be_count(&self.lines.current) && self.frame_follows()? {
                dropped += 1;
            }
        }
        self.ended = true;
        if dropped == 0 {
            return Ok(None);
        }
        let message = format!(
            "a blank line, where ASE stops: it reads {}, and not the {dropped} after it",
            counted(self.frames as u64, "frame")
        );
        Ok(Some(Err(self.last_fault(
            line,
            FaultKind::BlankLine,
            message,
        ))))
    }

    /// Whether the current line, a number, is followed by as many lines of atoms.
    fn frame_follows(&mut self) -> io::Result<bool> {
        let Ok(atoms) = self.lines.current.text().and_then(count) else {
            return Ok(false);
        };
        if !self.lines.advance()? {
            return Ok(false);
        }
        for _ in 0..atoms {
            if !self.lines.advance()? || self.lines.current.is_blank() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a source says of damaged data as the last fault of the file; any other error as it is.
    fn damaged(&mut self, error: io::Error) -> io::Result<Option<Result<Frame, Fault>>> {
        if !matches!(
            error.kind(),
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof
        ) {
            return Err(error);
        }
        let line = self.lines.begun().max(1);
        let message = error.to_string();
        Ok(Some(Err(self.last_fault(
            line,
            FaultKind::Archive,
            message,
        ))))
    }

    fn last_fault(&mut self, line: u64, kind: FaultKind, message: impl Into<String>) -> Fault {
        self.ended = true;
        Fault {
            line,
            column: None,
            frame: self.frames,
            kind,
            message: message.into(),
        }
    }

    /// The frame whose count is on the current line.
    fn frame(&mut self) -> Result<Frame, Failure> {
        let line = self.lines.current.number;
        let count = self.here(count, 0)?;
        if !self.lines.advance()? {
            return Err(self.ended(count, 0));
        }
        let (mut entries, properties) = self.here(keys, count)?;
        let Box3 { cell, periodic } = self.here(|_| Box3::take(&mut entries), count)?;
        let mut rows = Rows::new(properties.clone());
        for atom in 0..count {
            if !self.lines.advance()? {
                return Err(self.ended(count, atom));
            }
            if self.starts_a_frame()? {
                let failure = self.stopped(count, atom);
                self.lines.retreat();
                return Err(failure);
            }
            self.here(|text| rows.push(text), count - atom - 1)?;
        }
        let sites = Sites::take(&properties, rows.finish()).map_err(|(atom, problem)| {
            let line = line.saturating_add(2).saturating_add(atom as u64);
            Failure::Fault {
                fault: problem.on(line, "", self.frames),
                remaining: 0,
            }
        })?;
        let mut frame = Frame {
            number: self.frames,
            line,
            numbers: sites.numbers,
            positions: sites.positions,
            cell,
            periodic,
            header: entries,
            columns: sites.others,
        };
        self.vectors(&mut frame)?;
        Ok(frame)
    }

    /// Cell vectors on lines of their own; the line of keys is then but a comment.
    fn vectors(&mut self, frame: &mut Frame) -> Result<(), Failure> {
        let mut cell = [[0.0; 3]; 3];
        let mut found = 0;
        while self.vector_follows()? {
            self.lines.advance()?;
            let vector = self.here(|text| vectors::parse(text, found), 0)?;
            if frame.cell.is_some() || !frame.columns.is_empty() {
                let message = "a frame has `VEC` lines, or `Lattice` and `Properties`, not both";
                return Err(self.failure(Problem::new(FaultKind::Cell, message), 0));
            }
            cell[found] = vector;
            found += 1;
        }
        if found > 0 {
            frame.cell = Some(cell);
            frame.periodic = [0, 1, 2].map(|k| k < found);
            frame.header.clear();
        }
        Ok(())
    }

    fn vector_follows(&mut self) -> io::Result<bool> {
        let line = self.lines.peek(1)?;
        Ok(line.is_some_and(|line| line.text().is_ok_and(vectors::is_vector)))
    }

    /// What a parser makes of the current line; a problem becomes a fault of this line.
    fn here<T>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
        remaining: u64,
    ) -> Result<T, Failure> {
        let parsed = self.lines.current.text().and_then(parse);
        parsed.map_err(|problem| self.failure(problem, remaining))
    }

    fn failure(&self, problem: Problem, remaining: u64) -> Failure {
        let line = &self.lines.current;
        Failure::Fault {
            fault: problem.on(line.number, line.readable(), self.frames),
            remaining,
        }
    }

    fn ended(&self, count: u64, atoms: u64) -> Failure {
        let message = format!(
            "expected {}, the file ends after {atoms}",
            counted(count, "atom")
        );
        self.failure(Problem::new(FaultKind::Truncated, message), 0)
    }

    fn stopped(&self, count: u64, atoms: u64) -> Failure {
        let message = format!(
            "expected {}, the next frame starts after {atoms}",
            counted(count, "atom")
        );
        self.failure(Problem::new(FaultKind::Truncated, message), 0)
    }

    /// Goes to where the next frame may start, so that the next line is its count.
    fn recover(&mut self, remaining: u64) -> io::Result<()> {
        for _ in 0..remaining {
            if !self.lines.advance()? {
                return Ok(());
            }
            if self.starts_a_frame()? {
                self.lines.retreat();
                return Ok(());
            }
        }
        let next = self.lines.peek(1)?;
        if next.is_none_or(|line| line.is_blank() || may_be_count(line)) {
            return Ok(());
        }
        while self.lines.advance()? {
            if self.starts_a_frame()? {
                self.lines.retreat();
                break;
            }
        }
        Ok(())
    }

    /// Whether the current line is without doubt the count of a frame.
    fn starts_a_frame(&mut self) -> io::Result<bool> {
        if !may_be_count(&self.lines.current) {
            return Ok(false);
        }
        let keys = self.lines.peek(1)?;
        Ok(keys.is_some_and(|line| {
            let text = line.readable();
            text.contains("Properties=") || text.contains("Lattice=")
        }))
    }
}

fn count(text: &str) -> Result<u64, Problem> {
    number_alone(text).ok_or_else(|| {
        let message = if text.starts_with('\u{feff}') {
            "the file starts with a byte-order mark".to_owned()
        } else {
            let found = quoted(text.trim_matches(is_space));
            format!("expected the number of atoms, found {found}")
        };
        Problem::new(FaultKind::Count, message)
    })
}

/// The number of atoms on a line of its own.
fn number_alone(text: &str) -> Option<u64> {
    let number = integer(text.trim_matches(is_space))?;
    u64::try_from(number).ok()
}

fn may_be_count(line: &Line) -> bool {
    line.text().is_ok_and(|text| number_alone(text).is_some())
}

/// The entries of the line of keys, without the properties, which come apart.
fn keys(text: &str) -> Result<(Vec<Entry>, Vec<Property>), Problem> {
    let mut entries = header::parse(text)?;
    let refuse = |message| Problem::new(FaultKind::Properties, message);
    let properties = match take(&mut entries, "Properties") {
        None => properties::parse(properties::DEFAULT).map_err(refuse)?,
        Some(entry) if entry.value == Value::Text => {
            properties::parse(&entry.raw).map_err(|message| refuse(message).at(entry.offset))?
        }
        Some(entry) => {
            let message = format!("{} does not describe columns", quoted(&entry.raw));
            return Err(refuse(message).at(entry.offset));
        }
    };
    Ok((entries, properties))
}

fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

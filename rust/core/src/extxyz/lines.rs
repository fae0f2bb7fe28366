//! Lines of a file as Python's text mode has them: ended by `\n`, `\r\n` or a lone `\r`, the last one perhaps by nothing.
use std::collections::VecDeque;
use std::io::{self, BufRead, ErrorKind};

use super::fault::{FaultKind, Problem};
use super::numbers::is_space;

/// A line longer than this is cut: it is no line of a frame, and must not fill the memory.
const LONGEST: usize = 1 << 24;

/// One line, without its end.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    bytes: Vec<u8>,
    cut: bool,
}

impl Line {
    pub(crate) fn text(&self) -> Result<&str, Problem> {
        if self.cut {
            let message = format!("the line is longer than {} MiB", LONGEST >> 20);
            return Err(Problem::new(FaultKind::LongLine, message));
        }
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let byte = self
                .bytes
                .get(error.valid_up_to())
                .copied()
                .unwrap_or_default();
            let message = format!("the byte 0x{byte:02x} is not UTF-8 text");
            Problem::new(FaultKind::Encoding, message).at(error.valid_up_to())
        })
    }

    /// The line as far as it is text, to count characters in.
    pub(crate) fn readable(&self) -> &str {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(&self.bytes[..error.valid_up_to()]).unwrap_or_default()
            }
        }
    }

    /// Whether a person would see nothing on it.
    pub(crate) fn is_blank(&self) -> bool {
        !self.cut
            && self
                .text()
                .is_ok_and(|text| text.trim_matches(is_space).is_empty())
    }
}

/// A file, line by line, with a look ahead.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: R,
    /// The line that [`Lines::advance`] went to.
    pub(crate) current: Line,
    ahead: VecDeque<Line>,
    read: u64,
    after_return: bool,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            current: Line::default(),
            ahead: VecDeque::new(),
            read: 0,
            after_return: false,
        }
    }

    /// How many lines were begun.
    pub(crate) fn begun(&self) -> u64 {
        self.read
    }

    /// Goes to the next line; false at the end of the file, where the last line stays the current one.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        if let Some(line) = self.ahead.pop_front() {
            self.current = line;
            return Ok(true);
        }
        let mut line = Line {
            bytes: std::mem::take(&mut self.current.bytes),
            ..Line::default()
        };
        let found = self.read_into(&mut line)?;
        if found {
            self.current = line;
        } else {
            self.current.bytes = line.bytes;
        }
        Ok(found)
    }

    /// The line `distance` after the current one, from 1, without going there.
    pub(crate) fn peek(&mut self, distance: usize) -> io::Result<Option<&Line>> {
        while self.ahead.len() < distance {
            let mut line = Line::default();
            if !self.read_into(&mut line)? {
                return Ok(None);
            }
            self.ahead.push_back(line);
        }
        Ok(self.ahead.get(distance - 1))
    }

    /// Makes the current line the next one.
    pub(crate) fn retreat(&mut self) {
        self.ahead.push_front(std::mem::take(&mut self.current));
    }

    fn read_into(&mut self, line: &mut Line) -> io::Result<bool> {
        let mut begun = false;
        loop {
            let chunk = match self.source.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            if self.after_return {
                self.after_return = false;
                if chunk[0] == b'\n' {
                    self.source.consume(1);
                    continue;
                }
            }
            if !begun {
                begun = true;
                self.read += 1;
                line.number = self.read;
                line.bytes.clear();
            }
            let end = chunk.iter().position(|&byte| matches!(byte, b'\n' | b'\r'));
            let piece = &chunk[..end.unwrap_or(chunk.len())];
            let room = LONGEST.saturating_sub(line.bytes.len());
            line.cut |= piece.len() > room;
            line.bytes
                .extend_from_slice(&piece[..piece.len().min(room)]);
            let used = piece.len() + usize::from(end.is_some());
            if let Some(end) = end {
                self.after_return = chunk[end] == b'\r';
            }
            self.source.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(begun)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn all(bytes: &[u8], capacity: usize) -> Vec<(u64, String)> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, bytes));
        let mut found = Vec::new();
        while lines.advance().unwrap() {
            found.push((lines.current.number, lines.current.readable().to_owned()));
        }
        found
    }

    #[test]
    fn every_end_of_line_counts_once_wherever_a_buffer_ends() {
        let expected = ["a", "bc", "", "d"];
        for capacity in 1..9 {
            for bytes in [
                &b"a\nbc\n\nd"[..],
                b"a\r\nbc\r\n\r\nd\r\n",
                b"a\rbc\r\rd\r",
                b"a\nbc\r\r\nd\n",
            ] {
                let found = all(bytes, capacity);
                let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
                assert_eq!(texts, expected, "{bytes:?} by {capacity}");
                assert_eq!(found.last().unwrap().0, 4);
            }
        }
        assert!(all(b"", 4).is_empty());
    }

    #[test]
    fn looking_ahead_and_going_back_lose_nothing() {
        let mut lines = Lines::new(&b"a\nb\nc\n"[..]);
        assert_eq!(lines.peek(2).unwrap().unwrap().readable(), "b");
        assert!(lines.peek(4).unwrap().is_none());
        assert!(lines.advance().unwrap());
        lines.retreat();
        assert!(lines.advance().unwrap());
        assert_eq!((lines.current.readable(), lines.current.number), ("a", 1));
        assert!(lines.advance().unwrap() && lines.advance().unwrap());
        assert_eq!((lines.current.readable(), lines.current.number), ("c", 3));
        assert!(!lines.advance().unwrap());
        assert_eq!(lines.current.readable(), "c");
    }

    #[test]
    fn a_line_without_an_end_is_cut_not_kept() {
        let bytes = vec![b'x'; LONGEST + 9];
        let mut lines = Lines::new(&bytes[..]);
        assert!(lines.advance().unwrap());
        assert_eq!(lines.current.text().unwrap_err().kind, FaultKind::LongLine);
        assert_eq!(lines.current.bytes.len(), LONGEST);
    }
}

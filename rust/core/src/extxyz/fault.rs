//! What is wrong with a file, and where: a value with a line, for a person who will mend the file.
/// So much of what a file holds is repeated in a message.
const LONGEST_QUOTE: usize = 40;

/// Something in a file that cannot be read, or that would be read as something else than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, from 1; 0 in a file without lines.
    pub line: u64,
    /// The character of the line, from 1, where it is known.
    pub column: Option<usize>,
    /// The frame of the file it is in, from 0, broken ones counted.
    pub frame: usize,
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// What is wrong, in one line.
    pub message: String,
}

/// The sorts of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// No number of atoms where a frame should start.
    Count,
    /// A blank line between frames, at which ASE stops without a word.
    BlankLine,
    /// The file ends, or the next frame starts, inside a frame.
    Truncated,
    /// Keys and values that cannot be taken apart, or a value of the wrong sort.
    Header,
    /// A `Properties` value that does not describe columns.
    Properties,
    /// A line with fewer values than there are columns.
    Columns,
    /// A value in a column that is not of the column's type.
    Number,
    /// Not the symbol or number of an element.
    Species,
    /// A cell without volume in a periodic direction, or of another shape than 3 × 3.
    Cell,
    /// Positions between which no distances can be computed.
    Positions,
    /// Bytes that are not UTF-8.
    Encoding,
    /// A line longer than any frame's.
    LongLine,
    /// Compressed data that cannot be taken apart, or that hold absurdly much.
    Archive,
    /// What the reader of another format says.
    Format,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Count,
        Self::BlankLine,
        Self::Truncated,
        Self::Header,
        Self::Properties,
        Self::Columns,
        Self::Number,
        Self::Species,
        Self::Cell,
        Self::Positions,
        Self::Encoding,
        Self::LongLine,
        Self::Archive,
        Self::Format,
    ];

    /// The name by which Python knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::BlankLine => "blank_line",
            Self::Truncated => "truncated",
            Self::Header => "header",
            Self::Properties => "properties",
            Self::Columns => "columns",
            Self::Number => "number",
            Self::Species => "species",
            Self::Cell => "cell",
            Self::Positions => "positions",
            Self::Encoding => "encoding",
            Self::LongLine => "long_line",
            Self::Archive => "archive",
            Self::Format => "format",
        }
    }
}

/// A fault of one line, before it is known which line that is.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) kind: FaultKind,
    /// The byte of the line at which it stands.
    pub(crate) offset: Option<usize>,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            offset: None,
            message: message.into(),
        }
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// The fault, once the line is known: `text` is the line, for its characters are counted, not its bytes.
    pub(crate) fn on(self, line: u64, text: &str, frame: usize) -> Fault {
        let column = self
            .offset
            .and_then(|offset| text.get(..offset))
            .map(|before| before.chars().count() + 1);
        Fault {
            line,
            column,
            frame,
            kind: self.kind,
            message: self.message,
        }
    }
}

/// A piece of the file in backticks, short and with what cannot be seen escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut quote = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST_QUOTE {
            quote.push('…');
            break;
        }
        match character {
            '"' | '\'' | '\\' => quote.push(character),
            _ => quote.extend(character.escape_debug()),
        }
    }
    quote.push('`');
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_quotes_stay_short_and_printable() {
        let problem = Problem::new(FaultKind::Number, "no").at("Å ".len());
        assert_eq!(problem.on(3, "Å x", 0).column, Some(3));
        assert_eq!(
            quoted("a\tb\u{1b}\u{202e}\"é"),
            "`a\\tb\\u{1b}\\u{202e}\"é`"
        );
        assert_eq!(quoted(&"x".repeat(99)).chars().count(), LONGEST_QUOTE + 3);
    }
}

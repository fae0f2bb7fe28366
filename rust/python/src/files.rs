//! Files as sources of kernels: opened by path, unpacked by name, stopped by Ctrl-C, refused as Python's OSError.
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

use pyo3::exceptions::{PyEOFError, PyException, PyMemoryError, PyOSError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// So much is read at a time, in bytes.
const CHUNK: usize = 1 << 20;
/// Ends of names whose files ASE unpacks, with the modules of Python's library that it does so with. By these we unpack
/// too, so that what is checked is to the byte what is trained on, damaged archives and several in one file among it.
pub const UNPACKED: [(&str, &str, &str); 3] = [
    ("gz", "gzip", "gzip"),
    ("bz2", "bz2", "bzip2"),
    ("xz", "lzma", "xz"),
];
/// Text of frames packs to a third or a tenth; what grows beyond both of these is made to fill a memory.
const MOST_GROWTH: u64 = 200;
const LEAST_BOMB: u64 = 1 << 24;

/// A file whose reading ends when Python has a signal to handle.
pub enum Source {
    /// As it lies on the disk.
    Plain(File),
    /// A file object of Python that unpacks.
    Packed(Packed),
}

/// What unpacks, and what it may give.
pub struct Packed {
    stream: Py<PyAny>,
    format: &'static str,
    given: u64,
    most: u64,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => {
                Python::attach(|py| py.check_signals()).map_err(io::Error::other)?;
                file.read(buffer)
            }
            Self::Packed(packed) => Python::attach(|py| {
                py.check_signals().map_err(io::Error::other)?;
                packed.read(py, buffer)
            }),
        }
    }
}

impl Packed {
    fn open(path: &Path, module: &str, format: &'static str, size: u64) -> io::Result<Self> {
        Python::attach(|py| {
            let unpacks = py.import(module).map_err(|_| {
                let message = format!("this Python was built without `{module}`, which unpacks it");
                io::Error::new(ErrorKind::Unsupported, message)
            })?;
            let stream = unpacks.call_method1("open", (path, "rb"));
            Ok(Self {
                stream: stream.map_err(io::Error::other)?.unbind(),
                format,
                given: 0,
                most: LEAST_BOMB.max(size.saturating_mul(MOST_GROWTH)),
            })
        })
    }

    fn read(&mut self, py: Python<'_>, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self
            .stream
            .call_method1(py, "read1", (buffer.len(),))
            .map_err(|error| self.damaged(py, error))?;
        let bytes = chunk.bind(py).cast::<PyBytes>().map_err(PyErr::from);
        let bytes = bytes.map_err(io::Error::other)?.as_bytes();
        self.given = self.given.saturating_add(bytes.len() as u64);
        if self.given > self.most {
            let format = self.format;
            let message = format!(
                "the {format} data grow to more than {MOST_GROWTH} times their size, as no frames do"
            );
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        buffer[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    /// What the unpacking says of the data; what the file system or a signal says stays as it is.
    fn damaged(&self, py: Python<'_>, error: PyErr) -> io::Error {
        let format = self.format;
        if error.is_instance_of::<PyEOFError>(py) {
            let message = format!("the {format} data are cut off here");
            return io::Error::new(ErrorKind::UnexpectedEof, message);
        }
        if error.is_instance_of::<PyMemoryError>(py) {
            let message = format!("the {format} data need more memory to unpack than there is");
            return io::Error::new(ErrorKind::InvalidData, message);
        }
        let numbered = error.value(py).getattr("errno");
        let by_system = numbered.is_ok_and(|number| !number.is_none());
        if by_system || !error.is_instance_of::<PyException>(py) {
            return io::Error::other(error);
        }
        let reason = error.value(py).to_string();
        let message = format!("the {format} data are damaged: {}", in_our_style(&reason));
        io::Error::new(ErrorKind::InvalidData, message)
    }
}

/// A reason of Python's library, begun with a small letter and without a full stop.
fn in_our_style(reason: &str) -> String {
    let mut letters = reason.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A buffered source with the bytes the file has, or why there is none.
pub fn open(path: &Path) -> io::Result<(BufReader<Source>, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let end = path.extension().and_then(|end| end.to_str());
    let packed = UNPACKED.iter().find(|(name, ..)| Some(*name) == end);
    let source = match packed {
        Some((_, module, format)) if file.metadata()?.is_file() => {
            Source::Packed(Packed::open(path, module, format, size)?)
        }
        _ => Source::Plain(file),
    };
    Ok((BufReader::with_capacity(CHUNK, source), size))
}

/// The OSError, or the subclass of it, that Python itself would raise; what a signal's handler raised as it is.
pub fn unreadable(error: io::Error, path: &Path) -> PyErr {
    if let Some(number) = error.raw_os_error() {
        let text = error.to_string();
        let reason = text.split(" (os error").next().unwrap_or(&text).to_owned();
        return PyOSError::new_err((number, reason, path.to_path_buf()));
    }
    error
        .downcast::<PyErr>()
        .unwrap_or_else(|error| PyOSError::new_err(error.to_string()))
}

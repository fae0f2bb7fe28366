//! Files as sources of kernels: opened by path, stopped by Ctrl-C, refused as Python's OSError.
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// So much is read at a time, in bytes.
const CHUNK: usize = 1 << 20;

/// A file whose reading ends when Python has a signal to handle.
pub struct Interruptible(File);

impl Read for Interruptible {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| py.check_signals()).map_err(io::Error::other)?;
        self.0.read(buffer)
    }
}

/// A buffered source with the bytes it has, or why there is none.
pub fn open(path: &Path) -> io::Result<(BufReader<Interruptible>, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((BufReader::with_capacity(CHUNK, Interruptible(file)), size))
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

//! Files as sources of kernels: opened by path, refused as Python's OSError.
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// So much is read at a time, in bytes.
const CHUNK: usize = 1 << 20;

/// A buffered source, or why there is none.
pub fn open(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(CHUNK, File::open(path)?))
}

/// The OSError, or the subclass of it, that Python itself would raise.
pub fn unreadable(error: &io::Error, path: &Path) -> PyErr {
    let name = path.to_path_buf();
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text).to_owned();
            PyOSError::new_err((number, reason, name))
        }
        None => PyOSError::new_err(error.to_string()),
    }
}

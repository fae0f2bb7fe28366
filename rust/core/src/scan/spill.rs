//! A temporary file without a name, for what a scan gathers and is not needed soon.
use std::fs::File;
use std::io::{self, Write};

/// In the folder for temporary files, and gone from there already; made for the first block.
#[derive(Debug, Default)]
pub(crate) struct Spill {
    file: Option<File>,
    /// Bytes written so far.
    len: u64,
    /// After a block that could not be written none is tried.
    refuses: bool,
}

impl Spill {
    /// Whether anything lies in it.
    pub(crate) fn is_used(&self) -> bool {
        self.len > 0
    }

    /// Whether a block could not be written, so that none is tried.
    pub(crate) fn refuses(&self) -> bool {
        self.refuses
    }

    /// Adds a block; where it starts, or nothing where it cannot be kept: no file can be had, or the disk is full.
    pub(crate) fn append(&mut self, block: &[u8]) -> Option<u64> {
        if self.refuses {
            return None;
        }
        let start = self.len;
        match self.write(block) {
            Ok(()) => {
                self.len += block.len() as u64;
                Some(start)
            }
            Err(_) => {
                self.refuses = true;
                None
            }
        }
    }

    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(block)
    }

    /// Fills bytes with those from a place on.
    pub(crate) fn read(&self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        match &self.file {
            Some(file) => read_at(file, bytes, start),
            None if bytes.is_empty() => Ok(()),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// One that cannot be written to, which is as good as a full disk.
    #[cfg(test)]
    pub(crate) fn full() -> Self {
        let source = tempfile::NamedTempFile::new().unwrap();
        Self {
            file: Some(File::open(source.path()).unwrap()),
            ..Self::default()
        }
    }
}

/// Reads at a place without moving the file's own, which a forked process would share.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[count..];
        offset += count as u64;
    }
    Ok(())
}

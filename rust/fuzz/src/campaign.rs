//! Many inputs in order, stopped and resumed at will; what breaks an invariant is kept as a file.
use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use crate::mutation;

/// How far a run has come is written down every so many inputs.
const STRIDE: u64 = 10_000;
/// A run that finds so much has found enough.
const MOST_FOUND: usize = 10;

/// Inputs of one seed, up to a number.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Which inputs.
    pub seed: u64,
    /// How many of them in all, those of earlier runs included.
    pub inputs: u64,
    /// Where progress and findings are kept; without one, nowhere.
    pub state: Option<PathBuf>,
}

/// An input for which something does not hold.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its number.
    pub index: u64,
    /// What does not hold, or the words of the panic.
    pub reason: String,
    /// The input.
    pub bytes: Vec<u8>,
}

impl Campaign {
    /// Runs `check` on every input from where the last run ended. Errors: those of the folder of the state.
    pub fn run(
        &self,
        corpus: &[Vec<u8>],
        check: impl Fn(&[u8]) -> Result<(), String>,
    ) -> io::Result<Vec<Finding>> {
        let mut found = Vec::new();
        let mut index = self.done()?;
        while index < self.inputs && found.len() < MOST_FOUND {
            let bytes = mutation::input(corpus, self.seed, index);
            if let Some(reason) = broken(&check, &bytes) {
                let finding = Finding {
                    index,
                    reason,
                    bytes,
                };
                self.keep(&finding)?;
                found.push(finding);
            }
            index += 1;
            if index % STRIDE == 0 {
                self.mark(index)?;
            }
        }
        self.mark(index)?;
        Ok(found)
    }

    /// The inputs that earlier runs have done.
    pub fn done(&self) -> io::Result<u64> {
        let Some(path) = self.progress() else {
            return Ok(0);
        };
        match fs::read_to_string(path) {
            Ok(text) => text.trim().parse().map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn progress(&self) -> Option<PathBuf> {
        let name = format!("seed-{}.done", self.seed);
        self.state.as_ref().map(|folder| folder.join(name))
    }

    fn mark(&self, index: u64) -> io::Result<()> {
        let Some(path) = self.progress() else {
            return Ok(());
        };
        let fresh = path.with_extension("new");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&fresh, format!("{index}\n"))?;
        fs::rename(&fresh, &path)
    }

    fn keep(&self, finding: &Finding) -> io::Result<()> {
        let Some(folder) = &self.state else {
            return Ok(());
        };
        fs::create_dir_all(folder)?;
        let name = format!("seed-{}-input-{}", self.seed, finding.index);
        fs::write(folder.join(&name).with_extension("xyz"), &finding.bytes)?;
        fs::write(folder.join(&name).with_extension("txt"), &finding.reason)
    }
}

/// Why an input does not pass, panics included.
pub fn broken(check: impl Fn(&[u8]) -> Result<(), String>, bytes: &[u8]) -> Option<String> {
    match panic::catch_unwind(AssertUnwindSafe(|| check(bytes))) {
        Ok(outcome) => outcome.err(),
        Err(payload) => {
            let words = payload.downcast_ref::<&str>().map(ToString::to_string);
            let words = words.or_else(|| payload.downcast_ref::<String>().cloned());
            Some(format!("panic: {}", words.unwrap_or_default()))
        }
    }
}

/// The files of a folder in order of their names; none where there is no such folder.
pub fn files(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "xyz"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.clone(), fs::read(path)?)))
        .collect()
}

/// The inputs that all others are made from.
pub fn corpus() -> io::Result<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    Ok(files(&folder)?
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect())
}

//! `mlipilot-fuzz [--inputs N] [--seed S] [--state FOLDER]`: runs, or goes on with, a campaign. With a folder, it keeps
//! there how far it has come and every input that breaks something; it exits with 1 where there is one.
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mlipilot_fuzz::campaign::{Campaign, corpus};
use mlipilot_fuzz::invariants::check;

/// An input of a few hundred bytes that takes longer is broken as well.
const LONGEST: Duration = Duration::from_secs(10);
const USAGE: &str = "usage: mlipilot-fuzz [--inputs N] [--seed S] [--state FOLDER]";

fn main() -> ExitCode {
    let campaign = match arguments(std::env::args().skip(1)) {
        Some(campaign) => campaign,
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&campaign) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut words: impl Iterator<Item = String>) -> Option<Campaign> {
    let mut campaign = Campaign {
        seed: 1,
        inputs: 1_000_000,
        state: None,
    };
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word.as_str() {
            "--inputs" => campaign.inputs = value.parse().ok()?,
            "--seed" => campaign.seed = value.parse().ok()?,
            "--state" => campaign.state = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    Some(campaign)
}

fn run(campaign: &Campaign) -> std::io::Result<bool> {
    // a panic is a finding, reported below with its input
    std::panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let before = campaign.done()?;
    if before >= campaign.inputs {
        println!(
            "seed {}: all {} inputs were done before; another `--seed` has others",
            campaign.seed, campaign.inputs
        );
    }
    let found = campaign.run(&corpus()?, in_time)?;
    let done = campaign.inputs.saturating_sub(before);
    println!(
        "seed {}: {done} inputs in {:.0} s, {} of them broken",
        campaign.seed,
        start.elapsed().as_secs_f64(),
        found.len()
    );
    for finding in &found {
        println!("  input {}: {}", finding.index, finding.reason);
    }
    Ok(found.is_empty())
}

fn in_time(bytes: &[u8]) -> Result<(), String> {
    let start = Instant::now();
    check(bytes)?;
    if start.elapsed() > LONGEST {
        return Err(format!("it took {:.0} s", start.elapsed().as_secs_f64()));
    }
    Ok(())
}

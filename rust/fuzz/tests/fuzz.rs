//! A short campaign, the cases that longer ones found, and the campaign itself.
use std::path::Path;

use mlipilot_fuzz::campaign::{Campaign, broken, corpus, files};
use mlipilot_fuzz::invariants::check;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

#[test]
fn no_mutated_file_breaks_the_reader_or_the_scan() {
    let campaign = Campaign {
        seed: setting("MLIPILOT_FUZZ_SEED", 1),
        inputs: setting("MLIPILOT_FUZZ_INPUTS", 20_000),
        state: None,
    };
    let found = campaign.run(&corpus().unwrap(), check).unwrap();
    let reasons: Vec<String> = found
        .iter()
        .map(|f| format!("{}: {}", f.index, f.reason))
        .collect();
    assert!(reasons.is_empty(), "{reasons:?}");
}

#[test]
fn the_corpus_and_all_that_was_ever_found_pass() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for folder in ["corpus", "found"] {
        for (path, bytes) in files(&here.join(folder)).unwrap() {
            assert_eq!(broken(check, &bytes), None, "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 10);
}

#[test]
fn a_campaign_keeps_what_it_finds_and_goes_on_where_it_was() {
    let folder = std::env::temp_dir().join(format!("mlipilot-fuzz-{}", std::process::id()));
    let campaign = |inputs| Campaign {
        seed: 3,
        inputs,
        state: Some(folder.clone()),
    };
    let corpus = corpus().unwrap();
    let picky = |bytes: &[u8]| -> Result<(), String> {
        assert!(!bytes.len().is_multiple_of(97), "a panic");
        if bytes.len().is_multiple_of(89) {
            return Err("a broken invariant".to_owned());
        }
        Ok(())
    };
    let first = campaign(100).run(&corpus, picky).unwrap();
    assert_eq!(campaign(0).done().unwrap(), 100);
    let second = campaign(200).run(&corpus, picky).unwrap();
    assert!(second.iter().all(|finding| finding.index >= 100));
    let kept = files(&folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(kept.len(), first.len() + second.len());
    assert!(!kept.is_empty());
    for finding in first.iter().chain(&second) {
        assert!(kept.iter().any(|(_, bytes)| *bytes == finding.bytes));
        assert!(["panic: a panic", "a broken invariant"].contains(&finding.reason.as_str()));
    }
}

"""The records of the examples' campaigns, as committed: verified, decided again, and shown, without a store."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.runtime.pilot.audit.archive import MOST_BYTES
from mlipilot.runtime.pilot.audit.packing import PACKED, packed_size, unpack

EXAMPLE = Path(__file__).parents[4] / "examples/campaign"
RECORD = EXAMPLE / "record"
RECORDS = sorted(path.parent for path in EXAMPLE.parent.glob("*/record/campaign.jsonl"))
MOLECULES = EXAMPLE.parent / "qm7/record"
WEIGHTS = (".model", ".pt", ".pth")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.parent.name)
def test_a_record_takes_at_most_2_mb_and_has_no_weights(record: Path, tmp_path: Path) -> None:
    files = [path for path in record.rglob("*") if path.is_file()]
    assert packed_size(files) <= MOST_BYTES
    assert unpack(record / PACKED, tmp_path) == ""
    assert not [path for path in (*files, *tmp_path.rglob("*")) if path.suffix in WEIGHTS]


def test_all_examples_take_at_most_6_mb() -> None:
    """Of what a clone has."""
    listed = subprocess.run(["git", "ls-files", "-z", "."], cwd=EXAMPLE.parent, capture_output=True, check=True)
    files = [EXAMPLE.parent / name for name in listed.stdout.decode().split("\0") if name]
    assert sum(path.stat().st_size for path in files) <= 6_000_000


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.parent.name)
def test_it_is_the_campaign_of_the_example(record: Path) -> None:
    assert (record / "baseline.mlp").read_text() == (record.parent / "campaign.mlp").read_text()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.parent.name)
def test_every_claim_of_it_is_verified(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(record)]) == 0
    assert "everything holds" in capsys.readouterr().out


def test_what_was_sealed_is_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(RECORD), "--json"]) == 0
    sealed = json.loads(capsys.readouterr().out)["figures"]["sealed"]
    assert sealed["recomputed"] == sealed["runs"] > 0


def test_both_arms_turned_a_baseline_that_fails_into_an_accepted_model(capsys: pytest.CaptureFixture[str]) -> None:
    entries = [json.loads(line) for line in (RECORD / "campaign.jsonl").read_text().splitlines()]
    calibrated = next(entry for entry in entries if entry["event"] == "calibrated")
    assert calibrated["outcome"] == "infeasible"
    accepted = {entry["lane"] for entry in entries if entry["event"] == "accepted"}
    assert accepted == {"tpe/1", "random/1"}
    assert main(["status", str(RECORD)]) == 0
    assert "no interval can be given with one replicate" in capsys.readouterr().out
    baseline = (RECORD / "baseline.mlp").read_text().splitlines()
    for path in (RECORD / "accepted").glob("*.mlp"):
        made = path.read_text().splitlines()
        changed = [(old, new) for old, new in zip(baseline, made, strict=True) if old != new]
        assert 1 <= len(changed) <= 7
    assert len(list((RECORD / "accepted").glob("*.mlp"))) == 2


def test_a_stricter_scorecard_decides_it_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rejudge", str(RECORD), "--threshold", "force_rmse(cu.test)=20 meV/Å", "--json"]) == 0
    strict = capsys.readouterr().out
    assert main(["rejudge", str(RECORD), "--json"]) == 0
    same = capsys.readouterr().out
    assert json.loads(strict) != json.loads(same)
    assert main(["rejudge", str(RECORD), "--threshold", "force_rmse(cu.test)=20 meV/Å"]) == 0
    assert "accepted → infeasible" in capsys.readouterr().out


@pytest.mark.parametrize(
    "asked",
    [
        ["--threshold", "force_rmse(cu.test)=0 meV/Å"],
        ["--threshold", "survival(hot)=100 %"],
        ["--threshold", "force_rmse(cu.test)=20 meV/Å", "--threshold", "force_rmse(cu.test)=25 meV/Å"],
        ["--alpha", "0.5"],
        ["--confirm-seeds", "0"],
    ],
)
def test_what_no_spec_could_ask_is_not_decided_by(capsys: pytest.CaptureFixture[str], asked: list[str]) -> None:
    assert main(["rejudge", str(RECORD), *asked]) == 2
    read = capsys.readouterr()
    assert read.out == ""
    assert "error[MLP" in read.err


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.parent.name)
def test_it_is_repeated_entry_by_entry(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(record)]) == 0
    assert "bit for bit" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["verify", "replay", "rejudge"])
def test_a_record_whose_molecules_are_elsewhere_says_so(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its decisions are made again where its spec lies, and nowhere else."""
    moved = shutil.copytree(MOLECULES, tmp_path / "record")
    assert main([verb, str(moved)]) != 0
    said = capsys.readouterr().err
    assert "`molecules.xyz` does not exist" in said
    assert "bring what its spec names" in said


def test_neither_arm_could_prove_a_model_of_molecules(capsys: pytest.CaptureFixture[str]) -> None:
    """Undecided is no failure: the intervals of twelve molecules are too wide."""
    entries = [json.loads(line) for line in (MOLECULES / "campaign.jsonl").read_text().splitlines()]
    calibrated = next(entry for entry in entries if entry["event"] == "calibrated")
    assert calibrated["outcome"] == "infeasible"
    decided = [entry["state"] for entry in entries if entry["event"] == "trial"]
    assert {state: decided.count(state) for state in set(decided)} == {"undecided": 7, "infeasible": 13}
    assert not [entry for entry in entries if entry["event"] == "accepted"]


def test_its_report_is_made_from_it_alone(tmp_path: Path) -> None:
    assert main(["report", str(RECORD), "-o", str(tmp_path / "report.html")]) == 0
    page = (tmp_path / "report.html").read_text()
    assert "added value" in page
    assert "fit.energy.enabled" in page

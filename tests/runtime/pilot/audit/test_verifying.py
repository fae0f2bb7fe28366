"""Verification: a record that is sound holds, and whatever was altered is found where it was altered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from simulated import Campaign, entries_of, spec_text
from stocked import alter, publish, stocked

from mlipilot.runtime.pilot.audit.packing import PACKED, unpack
from mlipilot.runtime.pilot.audit.verified import Verified
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.record import Store


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a closed campaign and all its artifacts."""
    root = tmp_path_factory.mktemp("verified") / ".mlipilot"
    stocked(root)
    return root


@pytest.fixture
def copy(campaign: Path, tmp_path: Path) -> Path:
    """One that may be altered."""
    root = tmp_path / ".mlipilot"
    shutil.copytree(campaign, root)
    return root


def folder(root: Path) -> Path:
    return root / "runs" / "copper-1"


def verified(root: Path) -> Verified:
    return verify_campaign(folder(root), Store(root / "store"))


def codes(found: Verified) -> list[str]:
    """The code of each finding, in order of codes."""
    return sorted(diagnostic.code for diagnostic in found.diagnostics)


def assert_finds(found: Verified, *expected: tuple[str, str]) -> None:
    """The findings are these and no others: the code and words of the headline of each, in order."""
    said = [(diagnostic.code, diagnostic.headline) for diagnostic in found.diagnostics]
    assert [code for code, _ in said] == [code for code, _ in expected], said
    for (_, headline), (_, words) in zip(said, expected, strict=True):
        assert words in headline


def first(event: str, change: Callable[[dict[str, Any]], object], lane: str = "") -> Callable[[dict[str, Any]], None]:
    """Change the first entry of an event."""
    done: list[int] = []

    def alters(entry: dict[str, Any]) -> None:
        if not done and entry["event"] == event and entry.get("lane", "").startswith(lane):
            done.append(entry["seq"])
            change(entry)

    return alters


def test_a_sound_record_holds_and_every_figure_is_made_again(campaign: Path) -> None:
    found = verified(campaign)
    assert found.diagnostics == []
    assert found.holds
    measured = sum(1 for _ in entries_of(folder(campaign) / "campaign.jsonl", "measured"))
    assert found.measured.runs == found.measured.recomputed == measured > 20
    assert found.accepted == len(list((folder(campaign) / "accepted").iterdir())) > 0
    assert found.trials == 10
    assert found.seconds == pytest.approx(10.0 * (measured + found.sealed.runs))


def test_an_entry_that_was_altered_breaks_the_chain(copy: Path) -> None:
    path = folder(copy) / "campaign.jsonl"
    alter(path, first("trial", lambda entry: entry.update(time=0.0)), rechained=False)
    assert codes(verified(copy)) == ["MLP0807"]


def test_an_entry_of_the_jobs_that_was_altered_breaks_their_chain(copy: Path) -> None:
    alter(folder(copy) / "journal.jsonl", first("end", lambda entry: entry.update(wall_seconds=0)), rechained=False)
    assert codes(verified(copy)) == ["MLP0807"]


def test_a_figure_that_was_altered_is_found_though_the_chain_holds(copy: Path) -> None:
    path = folder(copy) / "campaign.jsonl"
    seal = max(entry["seq"] for entry in entries_of(path, "measured"))

    def better(entry: dict[str, Any]) -> None:
        if entry["seq"] == seal:  # the close decides nothing, so that no decision tells
            entry["figures"][0][0] *= 0.9

    alter(path, better)
    assert_finds(verified(copy), ("MLP0913", f"the figures of line {seal + 1} of"))


def test_a_figure_that_decided_is_found_by_the_decision_too(copy: Path) -> None:
    alter(
        folder(copy) / "campaign.jsonl",
        first("measured", lambda entry: entry["figures"][0].__setitem__(0, 1.0), "baseline"),
    )
    assert codes(verified(copy)) == ["MLP0902", "MLP0913"]


def test_a_verdict_file_that_was_altered_is_found(copy: Path) -> None:
    key = entries_of(folder(copy) / "campaign.jsonl", "measured")[0]["verdict"]
    path = Store(copy / "store").entry(key).result / "verdict.json"
    document = json.loads(path.read_text())
    for seed in document["seeds"].values():
        seed["constraints"][0]["estimate"] *= 0.5
    path.write_text(json.dumps(document, sort_keys=True))
    assert codes(verified(copy)) == ["MLP0806", "MLP0913"]


def test_a_verdict_that_its_predictions_do_not_give_is_found_though_record_and_manifest_agree(copy: Path) -> None:
    """All predictions are exchanged for worse ones, with manifests of their own."""
    store = Store(copy / "store")
    results = {path.parent for path in (copy / "store").glob("*/*/result/predictions-*.npz")}
    for result in results:
        worse: dict[str, dict[str, Any]] = {}
        for path in result.glob("*.npz"):
            with np.load(path) as data:
                worse[path.name] = {**data, "forces_pred": data["forces_pred"] * 2.0}
        shutil.rmtree(result)
        publish(
            store, result.parent.name, lambda out, all_=worse: [np.savez(out / name, **all_[name]) for name in all_]
        )
    found = verified(copy)
    assert found.measured.recomputed == 0
    assert codes(found) == ["MLP0913"] * found.measured.runs
    for diagnostic in found.diagnostics:
        assert diagnostic.headline.endswith("are not what its predictions, trajectories and timings give")
    for result in results:
        shutil.rmtree(result)
    without = verified(copy)
    assert without.diagnostics == []
    assert without.measured.compared == without.measured.runs


def test_a_result_that_is_not_here_is_no_success(copy: Path) -> None:
    keys = {entry["verdict"] for entry in entries_of(folder(copy) / "campaign.jsonl", "measured")}
    key = sorted(keys)[0]
    shutil.rmtree(Store(copy / "store").entry(key).result)
    found = verified(copy)
    assert found.diagnostics == []
    assert found.measured.missing == 1
    assert found.measured.recomputed == found.measured.runs - 1


def test_a_verdict_of_another_run_is_found(copy: Path) -> None:
    """Figures and verdict of one run are written over another's: all files agree, but the key is not of this run."""
    path = folder(copy) / "campaign.jsonl"
    one, other = [entry for entry in entries_of(path, "measured") if entry["lane"] == "seal"][:2]

    def exchange(entry: dict[str, Any]) -> None:
        if entry["seq"] == one["seq"]:
            entry["figures"], entry["verdict"] = other["figures"], other["verdict"]

    alter(path, exchange)
    assert_finds(verified(copy), ("MLP0913", f"the figures of line {one['seq'] + 1} of"))


def test_an_accepted_spec_that_was_changed_is_found(copy: Path) -> None:
    path = next((folder(copy) / "accepted").iterdir())
    path.write_text(path.read_text().replace("<= 30 meV/Å", "<= 31 meV/Å"))
    assert codes(verified(copy)) == ["MLP0911"]


def test_another_baseline_is_found(copy: Path) -> None:
    path = folder(copy) / "baseline.mlp"
    path.write_text(path.read_text().replace("<= 30 meV/Å", "<= 31 meV/Å"))
    assert_finds(verified(copy), ("MLP0911", "the spec, the scorecard and the rules of"))


def test_a_comment_in_the_baseline_changes_no_meaning_but_the_accepted_bytes(copy: Path) -> None:
    path = folder(copy) / "baseline.mlp"
    path.write_text(path.read_text() + "# later\n")
    accepted = sorted((folder(copy) / "accepted").iterdir())
    assert accepted
    assert_finds(verified(copy), *(("MLP0911", f"`{path}` is not the baseline with the edit") for path in accepted))


def test_settings_that_were_changed_in_the_first_entry_are_found(copy: Path) -> None:
    alter(folder(copy) / "campaign.jsonl", first("campaign", lambda e: e["settings"]["gate"].update(alpha=0.2)))
    assert_finds(verified(copy), ("MLP0911", "the settings of"))


def test_an_edit_outside_the_search_is_found(copy: Path) -> None:
    def outside(entry: dict[str, Any]) -> None:
        if entry["event"] == "proposed" and entry["trial"] == 1 and entry["lane"] == "random/1":
            entry["proposal"]["changes"][0] = {"path": "fit.batch", "value": "1", "because": ""}

    alter(folder(copy) / "campaign.jsonl", outside)
    assert_finds(
        verified(copy),
        ("MLP0902", "(`measured` of `random/1`): run "),
        ("MLP0912", "trial 1 of `random/1` (line 13 of `campaign.jsonl`) was run outside the search: `fit.batch`"),
        ("MLP0902", "trial 1 of `random/1` (line 13 of `campaign.jsonl`) is said to repeat no other"),
    )


def test_a_trial_that_is_said_to_repeat_another_must(copy: Path) -> None:
    alter(folder(copy) / "campaign.jsonl", first("proposed", lambda entry: entry.update(twin=0), "tpe"))
    assert_finds(
        verified(copy),
        ("MLP0902", "(`measured` of `tpe/1`): `trial` was to be expected"),
        ("MLP0902", "is said to repeat trial 0, and repeats no other"),
    )


def test_seconds_that_do_not_add_up_are_found(copy: Path) -> None:
    alter(folder(copy) / "campaign.jsonl", first("ended", lambda entry: entry.update(device_seconds=1.0)))
    assert_finds(
        verified(copy),
        ("MLP0914", "`tpe/1` says that it spent 1.000 s, and its trials took 50.000 s"),
        ("MLP0914", "`tpe/1` says that it spent 1.000 s, and its runs took 50.000 s"),
        ("MLP0902", "(`ended` of `tpe/1`): device_seconds cannot be repeated"),
    )


def test_an_entry_that_was_taken_out_is_found_though_it_was_chained_again(copy: Path) -> None:
    path = folder(copy) / "campaign.jsonl"
    lines = path.read_text().splitlines()
    place = next(n for n, line in enumerate(lines) if json.loads(line)["event"] == "measured" and '"screen"' in line)
    path.write_text("\n".join(lines[:place] + lines[place + 1 :]) + "\n")
    numbers = iter(range(len(lines)))
    alter(path, lambda entry: entry.update(seq=next(numbers)))
    assert_finds(
        verified(copy),
        ("MLP0914", "`tpe/1` says that it spent 50.000 s, and its runs took 40.000 s"),
        ("MLP0902", "(`trial` of `tpe/1`): run "),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.pop("figures"),
        lambda entry: entry.update(figures=[["0.1", None, None]]),
        lambda entry: entry.update(seed="1"),
        lambda entry: entry.update(verdict=None),
    ],
)
def test_an_entry_that_is_none_is_said(copy: Path, change: Callable[[dict[str, Any]], object]) -> None:
    alter(folder(copy) / "campaign.jsonl", first("measured", change))
    assert codes(verified(copy)) == ["MLP0910"]


def test_any_cut_of_a_record_holds_and_is_not_closed(tmp_path: Path) -> None:
    """As after a crash: at every entry, and in the middle of one."""
    run, accepted = tmp_path / "run", tmp_path / "run" / "accepted"
    run.mkdir()
    campaign = Campaign(run, spec_text("proposer = random, confirm_seeds = 2", "trials <= 3"))
    assert campaign.run()
    shutil.move(accepted, tmp_path / "accepted")
    lines = campaign.path.read_text().splitlines(keepends=True)
    handed_out = [json.loads(line)["event"] == "accepted" for line in lines]
    assert handed_out.count(True) == 1
    for count in range(1, len(lines)):
        campaign.path.write_text("".join(lines[:count]) + lines[count][:40])
        if handed_out[count - 1]:
            shutil.move(tmp_path / "accepted", accepted)
        found = verify_campaign(run)
        assert [diagnostic.headline for diagnostic in found.diagnostics] == [], count
        assert found.notes == [f"`{campaign.path}` ends in 40 bytes that are no whole entry, as after a crash"]
        assert found.document()["closed"] is False


def test_a_folder_without_a_record_is_said(tmp_path: Path) -> None:
    assert codes(verify_campaign(tmp_path)) == ["MLP0910"]
    (tmp_path / "campaign.jsonl").write_text("no JSON\n")
    assert codes(verify_campaign(tmp_path)) == ["MLP0910"]


def test_a_committed_record_is_verified_without_a_store_and_has_no_weights(campaign: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for made in folders:
        assert verify_campaign(folder(campaign), Store(campaign / "store"), made).archived is not None
    names = {path.relative_to(folders[0]): path.read_bytes() for path in folders[0].rglob("*") if path.is_file()}
    assert names == {p.relative_to(folders[1]): p.read_bytes() for p in folders[1].rglob("*") if p.is_file()}
    assert sum(map(len, names.values())) <= 2_000_000
    assert unpack(folders[1] / PACKED, folders[1]) == ""
    (folders[1] / PACKED).unlink()
    assert not any(path.suffix == ".model" for path in (*names, *folders[1].rglob("*")))
    found = verify_campaign(folders[0])
    assert found.diagnostics == []
    assert found.measured.missing == 0
    assert found.measured.recomputed >= 5  # the baseline's at least
    assert verify_campaign(folders[1]).measured == found.measured
    verdict = next(path for path in sorted(folders[1].rglob("verdict.json")))
    verdict.write_text(verdict.read_text().replace('"estimate": ', '"estimate": 1'))
    assert codes(verify_campaign(folders[1])) == ["MLP0806", "MLP0913"]


def test_a_folder_that_is_in_use_is_not_archived_into(campaign: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert codes(verify_campaign(folder(campaign), Store(campaign / "store"), tmp_path)) == ["MLP0918"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

"""An id of a job is a label: under ids that say nothing, whatever is made of a plan and its results is the same."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent / "toys"))
sys.path.append(str(Path(__file__).parent / "pilot/campaign"))

from inline_engine import InlineEngine
from opaque_ids import opaque_ids, under_ids
from real_campaign import SPEC
from typed_commands import type_

from mlipilot.compiler import packages
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.runtime import backends, operations
from mlipilot.runtime.engine import worker
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.foundation import hardware
from mlipilot.runtime.record import read_journal

GOLDEN = Path(__file__).parents[1] / "golden"
_MOMENT = re.compile(
    r'(?<="wall_seconds": )[0-9.e-]+|(?<="time": )[0-9.e-]+|(?<="record": ")[0-9a-f]{64}'
    r"|(?<=wall time )[^<]+|(?<=<dt>wall time</dt><dd>)[^<]+|(?<=<dt>record</dt><dd>)[0-9a-f]{64}"
    r"|(?<= at <code>)[0-9a-f]{12}|[0-9]{4}-[0-9-]+ [0-9:]+ UTC"
)
"""What a moment decides: when it was, how long something took, and the hash of a record with times."""


@dataclass
class Executed:
    """A folder with a plan that was executed, and what the verbs say of it."""

    folder: Path
    compiled: Compiled
    ids: Mapping[str, str]
    """The ordinary id of each."""

    def __post_init__(self) -> None:
        path = self.folder / "tiny.plan.json"
        path.write_text(write_plan(self.compiled, self.folder))
        self.execution = self.said("execute", str(path), "--json")
        (self.run,) = self.folder.glob(".mlipilot/runs/*")
        self.status = self.said("status", str(self.run), "--json")
        self.verified = self.said("verify", str(self.run), "--json")
        assert type_("report", str(self.run), "-o", str(self.folder / "page.html")).code == 0
        self.page = self.plain((self.folder / "page.html").read_text())

    def said(self, *words: str) -> Any:
        """The JSON that a command prints."""
        typed = type_(*words)
        assert typed.code == 0, typed.out + typed.err
        return json.loads(self.plain(typed.out))

    def plain(self, text: str) -> str:
        """A text under the ordinary ids, without what is of this folder, this plan and this moment."""
        for name in (self.compiled.plan.hash, self.compiled.plan.hash[:8], str(self.folder)):
            text = text.replace(name, "…")
        text = re.sub(r"\bj\d{3}\b", lambda found: self.ids[found[0]], text)
        return re.sub(_MOMENT, "0", text)


def executed_twice(folders: tuple[Path, Path], compiled: Compiled) -> tuple[Executed, Executed]:
    """The plan of a folder under its own ids; and in the other folder, under ids that say nothing."""
    ids = opaque_ids(compiled)
    spec = folders[1] / compiled.spec.name
    opaque = under_ids(compiled._replace(spec=spec), ids)
    return Executed(folders[0], compiled, {}), Executed(folders[1], opaque, {word: job for job, word in ids.items()})


@pytest.fixture(scope="module")
def inline() -> Iterator[pytest.MonkeyPatch]:
    """Jobs run in this process, and each takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLIPILOT_WORKSPACE", raising=False)
        patch.setitem(ENGINES, "local", InlineEngine)
        clock = map(float, itertools.count())
        patch.setattr(worker, "time", SimpleNamespace(monotonic=clock.__next__, time=lambda: 0.0))
        yield patch


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, inline: pytest.MonkeyPatch) -> Iterator[tuple[Executed, Executed]]:
    """Runs of which all but the verdict was done before, on the machine and with the packages of then."""
    folders = tmp_path_factory.mktemp("ordinary"), tmp_path_factory.mktemp("opaque")
    for folder in folders:
        with tarfile.open(GOLDEN / "workspace.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        (folder / "workspace").rename(folder / ".mlipilot")
        shutil.copy(GOLDEN / "tiny.mlp", folder)
        (recorded,) = (folder / ".mlipilot/runs").iterdir()
        versions = json.loads((recorded / "plan.json").read_text())["plan"]["packages"]
        machine = read_journal(recorded / "journal.jsonl").entries[0]["hardware"]
        shutil.rmtree(recorded)
        for verdict in folder.glob(".mlipilot/store/*/*/result/verdict.json"):
            shutil.rmtree(verdict.parents[1])

    def version(name: str) -> str:
        if versions.get(name) is None:
            raise PackageNotFoundError(name)
        return str(versions[name])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packages, "version", version)
        patch.setattr(hardware, "_processor", lambda: machine["processor"])
        patch.setattr(hardware, "cores", lambda: machine["cores"])
        compiled, _ = compile_file(folders[0] / "tiny.mlp")
        assert compiled is not None
        yield executed_twice(folders, compiled)


@pytest.fixture(scope="module")
def campaigns(
    tmp_path_factory: pytest.TempPathFactory, inline: pytest.MonkeyPatch
) -> Iterator[tuple[Executed, Executed]]:
    """Campaigns of real jobs, but that models are noise and are not trained."""
    folders = tmp_path_factory.mktemp("ordinary"), tmp_path_factory.mktemp("opaque")
    for folder in folders:
        (folder / "tiny.mlp").write_text(SPEC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(operations.MODULES, "train", "noise_training")
        patch.setitem(backends.MODULES, "mace", "noise_backend")
        compiled, _ = compile_file(folders[0] / "tiny.mlp")
        assert compiled is not None
        yield executed_twice(folders, compiled)


def entries(executed: Executed, event: str) -> list[dict[str, Any]]:
    """Entries of a campaign's record, without its chain and its times."""
    dropped = ("time", "previous", "hash")
    read = read_journal(executed.run / "campaign.jsonl")
    found = [entry for entry in read.entries if entry["event"] == event]
    return [{name: value for name, value in entry.items() if name not in dropped} for entry in found]


def test_a_plan_under_them_has_the_same_keys(runs: tuple[Executed, Executed]) -> None:
    ordinary, opaque = runs
    keys = job_keys(opaque.compiled.plan, {"any": "machine"})
    assert {opaque.ids[job]: key for job, key in keys.items()} == job_keys(ordinary.compiled.plan, {"any": "machine"})
    assert opaque.compiled.plan.hash == ordinary.compiled.plan.hash


@pytest.mark.parametrize("which", ["runs", "campaigns"])
def test_a_plan_file_with_them_is_read_as_it_was_written(which: str, request: pytest.FixtureRequest) -> None:
    opaque: Executed = request.getfixturevalue(which)[1]
    path = opaque.folder / "tiny.plan.json"
    read = read_plan(path.read_text(), path)
    assert isinstance(read, Compiled)
    assert read == opaque.compiled
    assert write_plan(read, opaque.folder) == path.read_text()


def test_the_journal_of_a_run_has_no_other_ids(runs: tuple[Executed, Executed]) -> None:
    opaque = runs[1]
    read = read_journal(opaque.run / "journal.jsonl")
    assert {entry["job"] for entry in read.entries if "job" in entry} <= set(opaque.ids)
    assert "evaluate/" not in (opaque.run / "journal.jsonl").read_text()


@pytest.mark.parametrize("which", ["runs", "campaigns"])
@pytest.mark.parametrize("what", ["execution", "status", "verified", "page"])
def test_each_verb_says_the_same_under_them(which: str, what: str, request: pytest.FixtureRequest) -> None:
    ordinary, opaque = request.getfixturevalue(which)
    assert getattr(opaque, what) == getattr(ordinary, what)
    assert re.search("[0-9]", str(getattr(opaque, what)))


def test_a_verdict_is_made_and_verified_under_them(runs: tuple[Executed, Executed]) -> None:
    opaque = runs[1]
    states = {job["id"]: job["state"] for job in opaque.status["jobs"]}
    assert {job for job, state in states.items() if state == "done"} == {"verdict/sanity"}
    assert set(states.values()) == {"done", "reused"}
    assert opaque.verified["figures"] == 14
    assert opaque.verified["whole"]


@pytest.mark.parametrize("event", ["measured", "calibrated", "proposed", "trial", "accepted", "ended", "closed"])
def test_a_campaign_measures_and_decides_the_same(event: str, campaigns: tuple[Executed, Executed]) -> None:
    ordinary, opaque = (entries(executed, event) for executed in campaigns)
    assert opaque == ordinary
    assert opaque


def test_a_seal_under_them_has_the_same_key_and_figures(campaigns: tuple[Executed, Executed]) -> None:
    ordinary, opaque = (entries(executed, "sealed") for executed in campaigns)
    assert opaque == ordinary
    assert len(opaque) == 3
    assert len({entry["verdict"] for entry in opaque}) == 1


def test_a_campaign_hands_out_the_same_spec_and_model(campaigns: tuple[Executed, Executed]) -> None:
    ordinary, opaque = campaigns
    for name in ("accepted/grid-1.mlp", "accepted.model"):
        assert (opaque.run / name).read_bytes() == (ordinary.run / name).read_bytes()


def test_a_campaign_is_archived_and_its_archive_verified(campaigns: tuple[Executed, Executed]) -> None:
    said = []
    for executed in campaigns:
        folder = executed.folder / "record"
        whole = executed.said("verify", str(executed.run), "--archive", str(folder), "--json")
        assert whole["archived"].pop("bytes") > 0
        copied = executed.said("verify", str(folder), "--json")
        assert copied["figures"]["sealed"]["recomputed"] == 3
        said.append((whole, copied))
    assert said[1] == said[0]


def test_what_the_record_of_a_campaign_lacks_is_found_in_the_journal_of_its_jobs(
    campaigns: tuple[Executed, Executed],
) -> None:
    shown = []
    for executed in campaigns:
        cut = executed.folder / ".mlipilot/runs/cut"
        shutil.copytree(executed.run, cut)
        lines = (cut / "campaign.jsonl").read_text().splitlines(keepends=True)
        kept = itertools.takewhile(lambda line: not ('"measured"' in line and '"grid/1"' in line), lines)
        (cut / "campaign.jsonl").write_text("".join(kept))
        status = executed.said("status", str(cut), "--json")
        verified = json.loads(executed.plain(type_("verify", str(cut), "--json").out))
        shutil.rmtree(cut)
        assert status["under_way"]
        assert verified["unrecorded_runs"]
        shown.append((status, verified))
    assert shown[1] == shown[0]

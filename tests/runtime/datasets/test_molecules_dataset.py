"""Labels are gathered, counted and shared out; each is paid for once, whatever happens in between."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyscf")

from mlipilot.compiler.estimate import in_words
from mlipilot.compiler.operations import Role, with_role
from mlipilot.runtime.datasets.frames import read_frames
from mlipilot.runtime.datasets.labels import is_isolated_atom
from mlipilot.runtime.forecast import forecast
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.labels.program import PROVENANCE_KEYS
from mlipilot.runtime.labels.whole import mark, share_left
from mlipilot.runtime.loading import compile_spec_file
from mlipilot.runtime.operations import operation
from mlipilot.runtime.record.workspace import workspace_of

METHOD = {"functional": "hf", "basis": "sto-3g", "cartesian": False, "fitting": None, "dispersion": None}
LENGTHS = {"short": 0.7, "middle": 0.74, "long": 0.8, "longer": 0.85}
HYDROGENS = [
    {
        "name": f"file/{name}",
        "numbers": [1, 1],
        "positions": [[0.0, 0.0, 0.0], [0.0, 0.0, length]],
        "charge": 0,
        "multiplicity": None,
    }
    for name, length in LENGTHS.items()
]
ATOM = {"name": "atom/H", "numbers": [1], "positions": [[0.0, 0.0, 0.0]], "charge": 0, "multiplicity": 2}
MODES = {"kind": "normal_modes", "temperatures": [300.0], "each": 2, "method": METHOD}
PARTS = dict(zip(LENGTHS, ("train", "train", "valid", "test"), strict=True))


def label_params(molecules: list[dict[str, Any]], displace: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "method": METHOD,
        "displace": displace or {"kind": "none"},
        "equilibrium": True,
        "seed": 1,
        "molecules": molecules,
    }


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., JobContext]:
    """Runs a job of a kind in a folder of its own."""

    def run(kind: str, params: dict[str, Any], name: str, **changes: Any) -> JobContext:
        folder = tmp_path / name
        (folder / "out").mkdir(parents=True, exist_ok=True)
        (folder / "scratch").mkdir(exist_ok=True)
        job = JobContext(params, changes.pop("inputs", {}), folder / "out", folder / "scratch", tmp_path / "shelf")
        operation(kind).run(replace(job, **changes))
        return job

    return run


def gathered(
    run: Callable[..., JobContext],
    molecules: list[dict[str, Any]],
    tolerate: float = 0.0,
    parts: dict[str, str] | None = None,
) -> JobContext:
    """A data set of free hydrogen and these molecules."""
    shards = {"atoms": run("label", label_params([ATOM]), "atoms"), "1": run("label", label_params(molecules), "1")}
    inputs = {f"{file}/{name}": shards[name].out / end for name in shards for file, end in FILES.items()}
    places = {f"file/{name}": part for name, part in PARTS.items()} | (parts or {})
    params = {
        "op": "molecules",
        "molecules": [{**m, "part": places[m["name"]]} for m in molecules],
        "geometries": 1,
        "tolerate": tolerate,
        "split": "by_molecule",
        "displace": {"kind": "none"},
        "method": METHOD,
    }
    return run("dataset", params, "dataset", inputs=inputs)


FILES = {"frames": "frames.xyz", "labels": "labels.json"}


def entries(shelf: Path) -> dict[str, float]:
    return {path.name: path.stat().st_mtime_ns for path in shelf.rglob("*.json")}


def test_frames_say_how_they_were_labelled(run: Callable[..., JobContext]) -> None:
    job = run("label", label_params(HYDROGENS[:1], MODES), "1")
    frames = read_frames(job.out / "frames.xyz")
    assert [frame.info["geometry"] for frame in frames] == ["given", "normal_modes", "normal_modes"]
    assert [frame.info.get("temperature") for frame in frames] == [None, 300.0, 300.0]
    for frame in frames:
        known = {*PROVENANCE_KEYS} - {"libxc", "grid", "pruning"}  # Hartree-Fock has neither functional nor grid
        assert known | {"scf_cycles", "scf_step", "s2", "charge", "multiplicity"} <= set(frame.info)
        assert frame.info["molecule"] == frame.info["trajectory"] == "file/short"
    energies = [frame.info["REF_energy"] for frame in frames]
    assert len(set(energies)) == 3
    document = json.loads((job.out / "labels.json").read_text())
    assert (document["asked"], document["failures"], document["steps"]) == (3, [], {"plain": 3})


def test_the_bytes_do_not_depend_on_the_number_of_workers(run: Callable[..., JobContext]) -> None:
    one = run("label", label_params(HYDROGENS, MODES), "one", threads=1)
    two = run("label", label_params(HYDROGENS, MODES), "two", threads=2, shelf=None)
    for name in FILES.values():
        assert (one.out / name).read_bytes() == (two.out / name).read_bytes()


def test_a_geometry_is_labelled_once_whichever_job_asks(run: Callable[..., JobContext], tmp_path: Path) -> None:
    run("label", label_params(HYDROGENS[:2]), "1", progress_file=tmp_path / "1.jsonl")
    before = entries(tmp_path / "shelf")
    job = run("label", label_params(HYDROGENS), "2", progress_file=tmp_path / "2.jsonl")
    after = entries(tmp_path / "shelf")
    assert (len(before), len(after)) == (2, 4)
    assert all(after[name] == written for name, written in before.items())
    assert len(read_frames(job.out / "frames.xyz")) == 4
    # a job that found labels says how many: its time is not that of labelling
    ends = [json.loads((tmp_path / f"{name}.jsonl").read_text().splitlines()[-1]) for name in "12"]
    assert [(end["result"], end.get("known")) for end in ends] == [("2 labels", None), ("4 labels", 2)]


def test_what_is_labelled_whole_is_left_out_of_the_next_estimate(
    run: Callable[..., JobContext], tmp_path: Path
) -> None:
    shelf, asked = tmp_path / "shelf", label_params(HYDROGENS[:2], MODES)
    assert share_left(shelf, asked) == 1.0
    run("label", label_params(HYDROGENS[:1], MODES), "1")
    assert share_left(shelf, asked) == pytest.approx(0.5)
    run("label", asked, "2")
    assert share_left(shelf, asked) == 0.0
    for other in ({"seed": 2}, {"equilibrium": False}, {"method": {**METHOD, "basis": "6-31g"}}):
        assert share_left(shelf, {**asked, **other}) == 1.0
    assert share_left(shelf, {**asked, "molecules": HYDROGENS}) == pytest.approx(0.5)


def test_a_plan_says_which_molecules_are_labelled_already(
    run: Callable[..., JobContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLIPILOT_WORKSPACE", str(tmp_path / "work"))
    path = tmp_path / "some.mlp"
    source, labels = 'smiles(["C", "CC", "C=C"])', 'pyscf(functional = hf, basis = "sto-3g")'
    path.write_text(f'edition "2026"\ndataset d : molecules {{ source = {source}, labels = {labels} }}\n')
    compiled, _ = compile_spec_file(path)
    assert compiled is not None
    assert "labelled already" not in forecast(compiled, in_words)
    jobs = [job for job in with_role(compiled.plan.jobs, Role.LABELS) if not job.id.endswith("atoms")]
    shelf = workspace_of(compiled.spec).shelf
    molecules = [(job.params, molecule) for job in jobs for molecule in job.params["molecules"]]
    for number, (params, molecule) in enumerate(molecules, 1):
        mark(shelf, params, molecule)
        are = "is" if number == 1 else "are"
        assert forecast(compiled, in_words).endswith(f"; {number} of 3 molecules {are} labelled already")


def test_a_molecule_that_failed_is_not_labelled_whole(run: Callable[..., JobContext], tmp_path: Path) -> None:
    asked = label_params([{**HYDROGENS[0], "multiplicity": 2}, HYDROGENS[1]])
    run("label", asked, "1")
    assert share_left(tmp_path / "shelf", asked) == pytest.approx(0.5)


def test_a_damaged_label_is_made_again(run: Callable[..., JobContext], tmp_path: Path) -> None:
    job = run("label", label_params(HYDROGENS[:1]), "1")
    whole = (job.out / "frames.xyz").read_bytes()
    (path,) = (tmp_path / "shelf").rglob("*.json")
    path.write_text(path.read_text().replace("-1.", "-2."))
    again = run("label", label_params(HYDROGENS[:1]), "2")
    assert (again.out / "frames.xyz").read_bytes() == whole


def test_molecules_go_whole_to_their_parts_and_free_atoms_to_train(run: Callable[..., JobContext]) -> None:
    job = gathered(run, HYDROGENS)
    names = {
        part: [frame.info["molecule"] for frame in read_frames(job.out / f"{part}.xyz")]
        for part in ("train", "valid", "test", "sealed")
    }
    assert names == {
        "train": ["atom/H", "file/short", "file/middle"],
        "valid": ["file/long"],
        "test": ["file/longer"],
        "sealed": [],
    }
    card = (job.out / "card.md").read_text()
    assert "labelled by hf/sto-3g" in card
    assert "bonded as none in train" not in card
    assert "Isolated atoms: H -12.696339 eV" in card


def test_another_conformation_is_a_frame_of_its_molecule(run: Callable[..., JobContext]) -> None:
    molecules = [*HYDROGENS[:3], {**HYDROGENS[3], "group": "file/long"}]
    job = gathered(run, molecules, parts={"file/middle": "valid", "file/long": "test"})
    tested = read_frames(job.out / "test.xyz")
    assert [frame.info["molecule"] for frame in tested] == ["file/long", "file/longer"]
    assert [frame.info["trajectory"] for frame in tested] == ["file/long", "file/long"]
    card = (job.out / "card.md").read_text()
    assert "1 is another conformation of a molecule, and stays with it: `file/longer` of `file/long`" in card


BROKEN = {**HYDROGENS[0], "positions": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.01]]}


def test_a_failure_beyond_what_is_tolerated_is_named_with_its_remedy(run: Callable[..., JobContext]) -> None:
    with pytest.raises(
        JobFailure, match=r"1 of 5 geometries has no label.*`file/short` as given.*0\.01 Å apart"
    ) as caught:
        gathered(run, [BROKEN, *HYDROGENS[1:]])
    assert caught.value.code == "MLP0825"
    assert "leave the geometry out" in caught.value.help


def test_a_failure_within_what_is_tolerated_stands_on_the_card(run: Callable[..., JobContext]) -> None:
    job = gathered(run, [BROKEN, *HYDROGENS[1:]], tolerate=0.25)
    assert len(read_frames(job.out / "train.xyz")) == 2
    assert "no label of `file/short` as given: atoms 0 and 1 are 0.01 Å apart" in (job.out / "card.md").read_text()


def test_a_molecule_that_cannot_be_displaced_keeps_what_could_be_made(run: Callable[..., JobContext]) -> None:
    """Along vibrations of a method that lacks the element, only the geometry that was given has a label."""
    displace = {**MODES, "method": {**METHOD, "basis": "no-such-basis"}}
    job = run("label", label_params(HYDROGENS[:1], displace), "1")
    document = json.loads((job.out / "labels.json").read_text())
    (failure,) = document["failures"]
    assert (failure["geometries"], failure["what"], document["asked"]) == (2, "`file/short`", 3)
    assert [frame.info["geometry"] for frame in read_frames(job.out / "frames.xyz")] == ["given"]


def test_names_that_a_header_cannot_hold_lose_no_molecule(run: Callable[..., JobContext]) -> None:
    odd = 'smiles/F/C=C\\F "cis"'
    molecules = [{**HYDROGENS[0], "name": odd}, *HYDROGENS[1:]]
    job = gathered(run, molecules, parts={odd: "train"})
    assert len(read_frames(job.out / "train.xyz")) == 3


def test_a_job_that_is_asked_to_stop_keeps_its_labels(run: Callable[..., JobContext], tmp_path: Path) -> None:
    def stop() -> bool:
        return len(entries(tmp_path / "shelf")) >= 2

    with pytest.raises(Stopped):
        run("label", label_params(HYDROGENS), "1", stop_requested=stop)
    assert len(entries(tmp_path / "shelf")) == 2


KILLED = """
import json, sys
from pathlib import Path
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import operation
if __name__ == "__main__":
    params, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
    operation("label").run(JobContext(params, {}, folder / "1" / "out", folder / "1" / "scratch", folder / "shelf", 2))
"""


def test_a_killed_job_loses_no_finished_label(run: Callable[..., JobContext], tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    (tmp_path / "1" / "out").mkdir(parents=True)
    (tmp_path / "killed.py").write_text(KILLED)
    many = [
        {**HYDROGENS[0], "name": f"file/{k}", "positions": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.7 + k / 1000]]}
        for k in range(40)
    ]
    params = json.dumps(label_params(many))
    process = subprocess.Popen([sys.executable, str(tmp_path / "killed.py"), params, str(tmp_path)])
    deadline = time.monotonic() + 600
    while len(entries(shelf)) < 3 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.5)  # workers end once the pipe to their parent is closed
    before = entries(shelf)
    assert before
    job = run("label", label_params(many), "2")
    after = entries(shelf)
    assert all(after[name] == written for name, written in before.items())
    assert len(read_frames(job.out / "frames.xyz")) == len(after) == 40


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_shelf_that_cannot_be_written_is_an_error_with_its_path(
    run: Callable[..., JobContext], tmp_path: Path
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="blocked"):
        run("label", label_params(HYDROGENS[:1]), "1", shelf=tmp_path / "blocked" / "shelf")


def test_a_probe_gets_frames_of_the_molecules(run: Callable[..., JobContext]) -> None:
    from mlipilot.runtime.datasets import source

    told = {
        "op": "molecules",
        "molecules": [{"numbers": m["numbers"], "positions": m["positions"]} for m in HYDROGENS],
        "elements": [1, 8],
    }
    sample = source("molecules").sample(told, {})
    assert [len(frame) for frame in sample.train] == [2, 2, 2, 2, 1, 1]
    assert [is_isolated_atom(frame) for frame in sample.train] == [False] * 4 + [True] * 2
    assert [str(frame.symbols) for frame in sample.train[4:]] == ["H", "O"]
    assert sorted(sample.largest + sample.typical) == [0, 1, 2, 3]
    assert not np.allclose(sample.train[0].positions, HYDROGENS[0]["positions"])

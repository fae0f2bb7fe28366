"""Where a job's parameters were written, and that the plan's hash knows nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.compiler.source_map import item_name, place_of

COPPER = Path(__file__).parents[1] / "copper.mlp"
LINES = COPPER.read_text(encoding="utf-8").split("\n")


def compiled(path: Path = COPPER) -> Compiled:
    found, diagnostics = compile_file(path)
    assert found is not None, diagnostics
    return found


def line(job: str, path: str) -> str:
    """The line of the spec that a parameter was written on."""
    place = place_of(path, compiled().places[job])
    assert place is not None
    file, _, number = place.rpartition(":")
    assert file == "copper.mlp"
    return LINES[int(number) - 1].strip()


@pytest.mark.parametrize(
    ("job", "path", "begins"),
    [
        ("dataset/cu", "strain", "strain "),
        ("dataset/cu", "strain/1", "strain "),
        ("dataset/cu", "spacing", "dataset cu "),
        ("train/fit/seed-1", "", "training fit "),
        ("train/fit/seed-1", "batch", "batch "),
        ("train/fit/seed-1", "seed", "seeds "),
        ("train/fit/seed-1", "clip", "training fit "),
        ("train/fit/seed-1", "model/r_max", "r_max "),
        ("train/fit/seed-1", "model/max_ell", "model potential "),
        ("train/fit/seed-1", "stages/energy/loss/forces", "stage energy "),
        ("train/fit/seed-1", "device", "engine here "),
        ("dynamics/warm/seed-1", "steps", "duration "),
        ("dynamics/warm/seed-1", "every", "dynamics warm "),
        ("dynamics/warm/seed-1", "start", "start "),
        ("speed/fit/seed-1/cu.cell-4-4-4", "precision", "precision "),
        ("verdict/copper", "confidence", "confidence "),
        ("verdict/copper", "constraints/require survival(hot)/bound", "require survival(hot)"),
        ("verdict/copper", "hash", "scorecard copper "),
    ],
)
def test_a_parameter_has_the_line_it_was_written_on(job: str, path: str, begins: str) -> None:
    assert line(job, path).startswith(begins)


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all parts of a parameter."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}/{name}" if path else name)
    elif isinstance(value, list) and value and all(item_name(item) for item in value):
        for item in value:
            yield from leaves(item, f"{path}/{item_name(item)}")
    yield path


def test_every_parameter_of_every_job_has_a_place() -> None:
    plan = compiled()
    for job in plan.plan.jobs:
        for path in leaves(dict(job.params)):
            assert place_of(path, plan.places[job.id]) is not None, (job.id, path)


def test_a_parameter_of_an_imported_block_has_a_place_in_its_file(tmp_path: Path) -> None:
    text = COPPER.read_text(encoding="utf-8")
    cut = text.index("model potential")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "base.mlp").write_text(text[:cut].replace("experiment", "# more\n\nexperiment"))
    rest = text[cut:].replace("cu.", "base.cu.").replace("= cu\n", "= base.cu\n")
    (tmp_path / "copper.mlp").write_text(f'edition "2026"\nimport "data/base.mlp" as base\n{rest}')
    found = compiled(tmp_path / "copper.mlp")
    lattice = 2 + next(number for number, line in enumerate(LINES, 1) if "lattice" in line)
    assert found.places["dataset/base.cu"]["lattice"] == f"data/base.mlp:{lattice}"
    assert found.places["train/fit/seed-1"]["model/r_max"].startswith("copper.mlp:")


def test_places_stand_beside_the_plan_and_are_read_again() -> None:
    found = compiled()
    document = json.loads(write_plan(found, COPPER.parent))
    read = read_plan(json.dumps(document), COPPER.with_suffix(".plan.json"))
    assert isinstance(read, Compiled)
    assert read.places == found.places
    assert read.spec == COPPER
    for job in document["source"]["jobs"]:
        job["places"] = {}
    without = read_plan(json.dumps(document), COPPER.with_suffix(".plan.json"))
    assert isinstance(without, Compiled)
    assert without.plan.hash == found.plan.hash
    assert not any(places for job, places in without.places.items() if job)


@pytest.mark.parametrize("places", [[], 3, None, ["a"]])
def test_places_of_another_shape_are_refused(places: Any) -> None:
    document = json.loads(write_plan(compiled(), COPPER.parent))
    document["source"]["jobs"][0]["places"] = places
    assert not isinstance(read_plan(json.dumps(document), COPPER), Compiled)


def test_places_name_no_default_twice() -> None:
    """What stands where the next larger part stands is left out."""
    for places in compiled().places.values():
        for path, place in places.items():
            assert not path or place_of(path.rpartition("/")[0], places) != place

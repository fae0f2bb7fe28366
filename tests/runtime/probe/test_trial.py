"""A dry run: real figures of a sound training, and a named failure of one that would fail."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from mlipilot.compiler.probe_answer import read_measurement
from mlipilot.runtime.datasets import source
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.probe import trial
from mlipilot.runtime.probe.request import requests
from mlipilot.runtime.probe.trial import measure

from .conftest import FILES, REST, Lowered

SPEED = '    require relative_speed(cu.cell(1, 1, 1)) >= 0.1 because "it is a test"\n'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is timed three times."""
    monkeypatch.setattr(trial, "PART_SECONDS", 0.0)


def test_every_part_of_a_tiny_training_is_measured(lowered: Lowered) -> None:
    _, compiled = lowered(rest=REST.removesuffix("}\n") + SPEED + "}\n")
    (request,) = requests(compiled)
    assert {question["op"] for question in (request.body["data"], *request.body["speed"])} == {"emt_supercells"}
    found = read_measurement(measure(request.body, request.paths))
    assert found is not None
    assert request.trainings == ("train/fit/seed-1", "train/fit/seed-2")
    assert found.atoms == 8
    assert [motion.replicas for motion in found.parts["dynamics"]] == [3]
    assert [speed.repeats for speed in found.parts["speed"]] == [(1, 1, 1)]
    rates = [*found.steps, found.validation, found.evaluation, found.parts["dynamics"][0].step]
    assert len(rates) == 5
    assert all(rate is not None and 0 < rate.low <= rate.median <= rate.high for rate in rates)
    assert found.making is not None
    assert found.making[0] > 0
    assert found.train_bytes >= 0  # what ran in this process before may have taken more than so small a training
    assert found.total_bytes is not None
    assert found.total_bytes > found.train_bytes
    assert found.complete


def test_parts_that_a_training_does_without_are_left_out_when_time_is_short(lowered: Lowered) -> None:
    _, compiled = lowered()
    (request,) = requests(compiled)
    found = read_measurement(measure(request.body, request.paths, began=-1e9))
    assert found is not None
    assert not found.complete
    assert found.parts["dynamics"] == ()
    assert len(found.steps) == 2


def test_the_largest_and_the_typical_frames_of_files_are_tried(files: Path, lowered: Lowered) -> None:
    _, compiled = lowered(FILES)
    (request,) = requests(compiled)
    found = source("files").sample(request.body["data"], request.paths)
    assert len(found.train) == 9
    assert [len(found.train[place]) for place in found.largest[:3]] == [12, 12, 12]
    assert sorted(found.typical) == list(range(9))
    assert len(found.valid) == 3
    assert "REF_forces" in found.train[0].arrays


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("train.xyz", "REF_energy=", "REF_enrgy="), ("valid.xyz", "REF_forces", "REF_fores")],
)
def test_a_wrong_key_in_a_file_has_its_code(file: str, old: str, new: str, files: Path, lowered: Lowered) -> None:
    (files / file).write_text((files / file).read_text().replace(old, new))
    _, compiled = lowered(FILES)
    (request,) = requests(compiled)
    with pytest.raises(JobFailure) as failed:
        measure(request.body, request.paths)
    assert failed.value.code == "MLP0811"
    assert new.rstrip("=") in failed.value.message


def test_a_label_that_is_no_number_has_its_code(files: Path, lowered: Lowered) -> None:
    lines = (files / "train.xyz").read_text().splitlines()
    last = lines[-1].split()
    lines[-1] = " ".join([*last[:-1], "nan"])
    (files / "train.xyz").write_text("\n".join(lines) + "\n")
    _, compiled = lowered(FILES)
    (request,) = requests(compiled)
    with pytest.raises(JobFailure) as failed:
        measure(request.body, request.paths)
    assert failed.value.code == "MLP0811"
    assert "frame 8" in failed.value.message


def test_a_loss_that_overflows_has_its_code(files: Path, lowered: Lowered) -> None:
    _, compiled = lowered(FILES)
    (request,) = requests(compiled)
    body = copy.deepcopy(dict(request.body))
    body["training"]["stages"][1]["loss"]["forces"] = 1e308
    with pytest.raises(JobFailure) as failed:
        measure(body, request.paths)
    assert failed.value.code == "MLP0810"
    assert "stage 2" in failed.value.message

"""Weights of frames: what is none is named, and a stage that nothing weighs does not begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ase import Atoms

from mlipilot.compiler.operations.train import LossParameters, StageParameters
from mlipilot.runtime.backends.mace.frames import Split, read_split
from mlipilot.runtime.backends.mace.weights import check_weighed
from mlipilot.runtime.foundation.failures import JobFailure

Write = Callable[[list[Atoms]], Path]


def split(frames: list[Atoms], written: Write) -> Split:
    return read_split("train", written(frames), needs_stress=False, r_max=4.0)


def stage(kind: str, stress: float = 0.0) -> StageParameters:
    return StageParameters("main", 1, 0.01, LossParameters(kind, 1.0, 10.0, stress))


@pytest.mark.parametrize(
    "key", ["config_weight", "config_energy_weight", "config_forces_weight", "config_stress_weight"]
)
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "heavy"])
def test_a_weight_that_is_none_is_named(key: str, value: object, frames: list[Atoms], written: Write) -> None:
    frames[2].info[key] = value
    with pytest.raises(JobFailure, match=f"train: frame 2: the weight {key} is") as caught:
        split(frames, written)
    assert caught.value.code == "MLP0811"


def test_weights_of_nothing_and_of_more_are_weights(frames: list[Atoms], written: Write) -> None:
    frames[0].info["config_weight"], frames[1].info["config_energy_weight"] = 0, 2.5
    assert split(frames, written).configurations[0].weight == 0.0


@pytest.mark.parametrize(
    ("keys", "kind", "trains"),
    [
        (["config_weight"], "weighted", False),
        (["config_weight"], "l1l2", True),
        (["config_weight"], "universal", True),
        (["config_energy_weight", "config_forces_weight"], "universal", False),
        (["config_energy_weight", "config_forces_weight"], "huber", True),
        (["config_energy_weight"], "weighted", True),
    ],
)
def test_a_stage_that_nothing_weighs_does_not_begin(
    keys: list[str], kind: str, trains: bool, frames: list[Atoms], written: Write
) -> None:
    for atoms in frames:
        atoms.info |= dict.fromkeys(keys, 0.0)
    train = split(frames, written)
    if trains:
        check_weighed(train, [stage(kind)])
        return
    with pytest.raises(JobFailure, match="every training frame has the weight 0 in the loss of stage main"):
        check_weighed(train, [stage(kind)])

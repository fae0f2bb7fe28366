"""What a task meets is an answer, and no other geometry is lost for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyscf")

from mlipilot.runtime.labels import tasks
from mlipilot.runtime.labels.displacement import Displaced
from mlipilot.runtime.labels.failure import Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.tasks import Displace, Failed, Geometries, Labelling, LabelOne, work

HYDROGEN = Geometry((1, 1), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.74)))
FAST = {"functional": "hf", "basis": "sto-3g", "cartesian": False}
METHOD = {**FAST, "fitting": None, "dispersion": None}


def common(folder: Path) -> Labelling:
    displace = {"kind": "normal_modes", "temperatures": [300.0], "each": 2, "method": FAST}
    return Labelling(folder, METHOD, displace, equilibrium=True, seed=1)


@pytest.mark.parametrize(
    "error",
    [np.linalg.LinAlgError("a matrix is not positive definite"), ZeroDivisionError("by 0"), ValueError("has infs")],
    ids=lambda error: type(error).__name__,
)
def test_arithmetic_that_fails_fails_one_geometry(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "label", failing)
    monkeypatch.setattr(tasks, "modes", failing)
    labelled = work(common(tmp_path), LabelOne("H2", 0, Displaced(HYDROGEN, "given"))).answer
    said = f"its arithmetic fails: {type(error).__name__}: {error}"
    assert labelled == Failed(Reason.ARITHMETIC, said)
    made = work(common(tmp_path), Displace("H2", HYDROGEN)).answer
    assert isinstance(made, Geometries)
    assert [task.made.kind for task in made.tasks] == ["given"]
    assert made.failure == Failed(Reason.ARITHMETIC, said, 2)


def test_a_shelf_that_cannot_be_written_is_no_failure_of_a_geometry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(tasks, "label", failing)
    with pytest.raises(OSError, match="no space"):
        work(common(tmp_path), LabelOne("H2", 0, Displaced(HYDROGEN, "given")))

"""Data sets of a plan, made by its parameters: what was known before, and the same words where something is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlipilot.compiler.encodings.data import generated
from mlipilot.compiler.encodings.data.bundled import BUNDLED
from mlipilot.compiler.encodings.data.kinds import KINDS
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.datasets import load, remote
from mlipilot.runtime.encodings.datasets.named import MAKERS, facts_of_samples, require_folds, samples
from mlipilot.runtime.encodings.datasets.tabular import TabularData
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.resolve.expressions import default_value
from mlipilot.spec.schema.encoding import DATA

MADE_IN = {"parity": 0.03, "high_rank_noise": 0.03, "hyperplanes": 0.1}
"""Generators whose classes are drawn, and how far their share may be from a half."""


def arguments(kind: str, **given: Any) -> dict[str, Any]:
    """The arguments of a call with its defaults."""
    signature = next(signature for signature in DATA.signatures if signature.name == kind)
    defaults = {
        parameter.name: default_value(parameter.default, parameter.type).data
        for parameter in signature.parameters
        if parameter.default is not None
    }
    return {key: value if isinstance(value, int) else float(value) for key, value in defaults.items()} | given  # type: ignore[arg-type]


def made(kind: str, inputs: Mapping[str, Path] | None = None, **given: Any) -> TabularData:
    """The samples of a call."""
    return samples({"kind": kind, "arguments": given, "name": kind}, inputs or {})


@pytest.mark.parametrize("kind", BUNDLED)
def test_carried_sets_are_as_they_were_known(kind: str) -> None:
    found, known = facts_of_samples(made(kind)), BUNDLED[kind]
    assert found._replace(deviation=None) == known._replace(deviation=None)
    assert found.deviation == pytest.approx(known.deviation)


@pytest.mark.parametrize("kind", generated.GENERATED)
def test_generated_sets_are_as_they_were_known(kind: str) -> None:
    given = arguments(kind)
    found, known = facts_of_samples(made(kind, **given)), generated.facts(kind, given)
    assert (found.samples, found.features, found.task) == (known.samples, known.features, known.task)
    if found.task == "numbers":
        assert found.deviation == pytest.approx(known.deviation, rel=0.05)
    elif kind in MADE_IN:
        assert found.counts is not None
        assert found.counts[0] / found.samples == pytest.approx(0.5, abs=MADE_IN[kind])
    else:
        assert found.counts == known.counts


@pytest.mark.parametrize("kind", generated.GENERATED)
def test_classes_of_an_odd_number_of_samples_are_as_they_were_known(kind: str) -> None:
    given = arguments(kind, n=41)
    found, known = facts_of_samples(made(kind, **given)), generated.facts(kind, given)
    if kind not in MADE_IN:
        assert found.counts == known.counts


def test_every_kind_can_be_made() -> None:
    assert set(MAKERS) == set(KINDS)


@pytest.mark.parametrize("planes", [2, 4])
def test_even_planes_in_one_dimension_leave_one_class(planes: int) -> None:
    given = arguments("hyperplanes", subspace=1, planes=planes, n=100)
    assert generated.GENERATED["hyperplanes"].contradiction(given) is not None
    assert np.bincount(made("hyperplanes", **given).y, minlength=2).min() == 0


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("parity", {"features": 4, "bits": 5}),
        ("friedman1", {"features": 4}),
        ("hyperplanes", {"features": 2, "subspace": 3}),
    ],
)
def test_what_a_generator_refuses_is_said_before(kind: str, given: dict[str, int]) -> None:
    asked = arguments(kind, **given)
    assert generated.GENERATED[kind].contradiction(asked) is not None
    with pytest.raises(ValueError, match="must be at"):
        made(kind, **asked)


def entry(path: Path, content: str) -> dict[str, str]:
    """A file of the user's, as a job has it."""
    path.write_text(content)
    return {"name": path.name, "sha256": hashlib.sha256(content.encode()).hexdigest(), "path": str(path)}


WINES = "acid,quality,batch\n1.5,good,x\n2.5,bad,y\n3.5,good,y\n"


def test_a_table_has_its_groups(tmp_path: Path) -> None:
    file = entry(tmp_path / "wines.csv", WINES)
    data = made("table", file=file, target="quality", task="classes", group="batch")
    assert (data.X.tolist(), data.y.tolist(), data.feature_names) == ([[1.5], [2.5], [3.5]], [1, 0, 1], ("acid",))
    assert data.groups is not None
    assert data.groups.tolist() == [0, 1, 1]
    assert facts_of_samples(data).class_groups == (1, 2)
    alone = entry(tmp_path / "alone.csv", "acid,quality\n1.5,good\n2.5,bad\n3.5,good\n")
    assert made("table", file=alone, target="quality", task="classes").sha256 != data.sha256


def test_a_table_that_changed_is_refused(tmp_path: Path) -> None:
    file = entry(tmp_path / "wines.csv", WINES)
    (tmp_path / "wines.csv").write_text(WINES + "4.5,bad,x\n")
    with pytest.raises(JobFailure, match="has changed since the plan was compiled") as raised:
        made("table", file=file, target="quality", task="classes", group="batch")
    assert raised.value.code == "MLP0814"
    (tmp_path / "wines.csv").unlink()
    with pytest.raises(JobFailure, match="cannot be read"):
        made("table", file=file, target="quality", task="classes", group="batch")


def test_a_table_with_a_fault_fails_in_the_words_of_check(tmp_path: Path) -> None:
    file = entry(tmp_path / "wines.csv", WINES)
    with pytest.raises(JobFailure, match=r"`wines\.csv` has no column `qualty`") as raised:
        made("table", file=file, target="qualty", task="classes", group="batch")
    assert (raised.value.code, raised.value.help) == ("MLP1202", "did you mean `quality`?")


def test_too_little_for_the_folds_fails_in_the_words_of_check() -> None:
    data = made("moons", **arguments("moons", n=20))
    require_folds(data, "moons(n = 20)", Protocol(5, 4, 4))
    with pytest.raises(JobFailure, match="has 10 samples, and 12 outer and 4 inner folds need 12") as raised:
        require_folds(data, "moons(n = 20)", Protocol(12, 4, 4))
    assert raised.value.code == "MLP1209"


@pytest.fixture
def beans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a large set, of 40 beans of two kinds."""
    import zipfile

    monkeypatch.setenv("MLIPILOT_DATASETS", str(tmp_path))
    kinds = ["A"] * 30 + ["B"] * 10
    rows = "".join(f"{row},{kind}\n" for row, kind in enumerate(kinds))
    header = "@RELATION beans\n@ATTRIBUTE Area REAL\n@ATTRIBUTE Class {A,B}\n@DATA\n"
    (tmp_path / "dry_bean").mkdir()
    with zipfile.ZipFile(tmp_path / "dry_bean" / "dry_bean.zip", "w") as archive:
        archive.writestr("beans.arff", header + rows)
    small = replace(remote.REMOTE["dry_bean"], shape=(40, 1))
    monkeypatch.setitem(remote.REMOTE, "dry_bean", small)
    return tmp_path / "dry_bean"


def test_rows_of_a_large_set_are_drawn_in_the_shares_of_the_classes(beans: Path) -> None:
    data = made("dry_bean", rows=20)
    assert np.bincount(data.y).tolist() == [15, 5]
    assert (np.diff(data.X[:, 0]) > 0).all()
    np.testing.assert_array_equal(made("dry_bean", rows=20).X, data.X)
    assert "20 of its 40 rows" in data.source
    assert made("dry_bean").n_samples == made("dry_bean", rows=40).n_samples == 40


def test_a_large_set_that_is_not_here_says_where_to_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLIPILOT_DATASETS", str(tmp_path))
    with pytest.raises(JobFailure, match=r"`covtype\.data\.gz` is not in") as raised:
        made("covertype")
    assert raised.value.code == "MLP0814"
    assert str(tmp_path / "covertype") in raised.value.help


def test_a_large_set_with_other_bytes_is_refused(beans: Path) -> None:
    made("dry_bean")
    (beans / "dry_bean.zip").write_bytes((beans / "dry_bean.zip").read_bytes() + b"\n")
    with pytest.raises(JobFailure, match="was seen with") as raised:
        made("dry_bean")
    assert raised.value.code == "MLP0814"


@pytest.mark.parametrize("groups", [np.array([0, 1]), np.array([0.0, 1.0, 2.0]), np.array([0, -1, 2])])
def test_groups_of_another_form_are_refused(groups: np.ndarray) -> None:
    data = load("iris")
    with pytest.raises(ValueError, match="an integer from 0 a row"):
        TabularData("three", data.X[:3], data.y[:3], "classes", data.feature_names, "", "", groups)

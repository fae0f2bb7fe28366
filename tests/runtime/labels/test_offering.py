"""PySCF is asked once whether it has a method; `check` says what it found, and where it was not asked."""

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyscf")

from mlipilot.compiler import packages
from mlipilot.compiler.compile import check_file
from mlipilot.compiler.datasets.molecules import SOURCE, question_of
from mlipilot.compiler.molecules import offered
from mlipilot.runtime.labels.offering import lacks, undone
from mlipilot.spec.document import Spec

TEXT = """edition "2026"
dataset d : molecules {{
    source = g2(heavy = 1 .. 2)
    labels = pyscf(functional = {functional}, basis = "{basis}", fitting = {fitting}, d_functions = spherical)
}}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)


def _spec(folder: Path, functional: str = "b3lyp", basis: str = "6-31g(d)", fitting: str = "none") -> Spec:
    path = folder / "d.mlp"
    path.write_text(TEXT.format(functional=functional, basis=basis, fitting=fitting))
    checked = check_file(path)
    assert checked.spec is not None
    assert not checked.diagnostics
    return checked.spec


def _unchecked(spec: Spec) -> list[str]:
    return list(SOURCE.unchecked(spec.of_kind("dataset")[0]))


def test_a_functional_and_bases_that_pyscf_does_not_have_are_named_at_their_places_and_then_by_check(
    tmp_path: Path,
) -> None:
    spec = _spec(tmp_path, '"b3lyb"', "def2-svpp", '"no-such-jkfit"')
    assert "not checked yet" in _unchecked(spec)[0]
    found = undone(spec)
    assert [diagnostic.code for diagnostic in found] == ["MLP1074"] * 3
    assert [diagnostic.headline.split(":")[0] for diagnostic in found] == [
        "PySCF has no functional `b3lyb`",
        "PySCF has no basis `def2-svpp`",
        "PySCF has no basis `no-such-jkfit`",
    ]
    assert _unchecked(spec) == []
    assert undone(spec, command=("no-such-program",)) == []
    again = check_file(tmp_path / "d.mlp").diagnostics
    assert [diagnostic.headline for diagnostic in again] == [diagnostic.headline for diagnostic in found]


def test_a_sound_method_is_asked_about_once_for_each_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = _spec(tmp_path)
    assert undone(spec) == []
    assert _unchecked(spec) == []
    versions = {"pyscf": "2.14.0", "pyscf-dispersion": "1.5.0"}
    monkeypatch.setattr(packages, "version", versions.__getitem__)
    assert "not checked yet" in _unchecked(spec)[0]
    versions["pyscf"] = "99.0"
    assert "not checked yet" in _unchecked(spec)[0]


def test_an_element_that_a_basis_lacks_is_named() -> None:
    method = {"functional": "hf", "basis": "sto-3g"}
    found = list(lacks({"methods": {"labels": method, "displace": method}, "elements": [1, 80]}))
    assert [(lack.field, lack.argument, lack.headline) for lack in found] == [
        ("labels", "basis", "the basis sto-3g has no Hg"),
        ("displace", "basis", "the basis sto-3g has no Hg"),
    ]


@pytest.mark.parametrize(
    "damage", ["", "{}", '{"asked": "other", "value": [], "digest": ""}', '{"value": 3}'], ids=range(4)
)
def test_a_damaged_answer_is_none(tmp_path: Path, damage: str) -> None:
    spec = _spec(tmp_path)
    undone(spec)
    (kept,) = (tmp_path / ".mlipilot" / "methods").glob("*.json")
    asked = question_of(spec.of_kind("dataset")[0])
    assert asked is not None
    assert offered.kept(asked) == []
    kept.write_text(damage)
    assert offered.kept(asked) is None


@pytest.mark.parametrize(
    "program",
    ["raise SystemExit(1)", "print('no answer')", "print('[{\"field\": 1}]')"],
    ids=["crashed", "no answer", "another"],
)
def test_a_process_that_gives_no_answer_leaves_the_method_unchecked(tmp_path: Path, program: str) -> None:
    spec = _spec(tmp_path, '"b3lyb"')
    assert undone(spec, command=(sys.executable, "-c", program)) == []
    assert "not checked yet" in _unchecked(spec)[0]


def test_what_is_kept_tells_its_digest(tmp_path: Path) -> None:
    spec = _spec(tmp_path, '"b3lyb"')
    undone(spec)
    (kept,) = (tmp_path / ".mlipilot" / "methods").glob("*.json")
    document = json.loads(kept.read_text())
    document["value"] = []
    kept.write_text(json.dumps(document))
    assert undone(spec) != []

"""A method that PySCF does not have is named before anything is labelled; cores are those of the basis."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from molecules_of_tests import B3LYP, CHEAP, diatomic

pytest.importorskip("pyscf")

from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.labelling import label
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.modes import modes


@pytest.mark.parametrize("functional", ["b3lyb", "wb97x-d", "", " "])
def test_a_functional_that_pyscf_does_not_have_is_named(functional: str) -> None:
    with pytest.raises(JobFailure, match="PySCF has no functional") as caught:
        replace(B3LYP, functional=functional).require()
    assert caught.value.code == "MLP0825"


@pytest.mark.parametrize("functional", ["hf", "b3lyp", "b3lyp5", "pbe", "pbe0", "wb97x", "r2scan"])
def test_functionals_of_the_schema_and_others_are_had(functional: str) -> None:
    replace(B3LYP, functional=functional).require()


@pytest.mark.parametrize(
    ("method", "reason", "words"),
    [
        (replace(CHEAP, basis="no-such-basis"), Reason.BASIS, "PySCF has no basis `no-such-basis`"),
        (replace(CHEAP, fitting="no-such-jkfit"), Reason.BASIS, "PySCF has no basis `no-such-jkfit`"),
    ],
    ids=["basis", "fitting"],
)
def test_a_basis_that_does_not_exist_is_named(method: Method, reason: Reason, words: str) -> None:
    with pytest.raises(LabelFailure, match=words) as caught:
        label(diatomic((1, 1), 0.74), method)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("method", "message", "remedy"),
    [
        (replace(CHEAP, basis="def2-sv"), "PySCF has no basis `def2-sv`", "did you mean `def2svp`?"),
        (replace(CHEAP, fitting="def2-universal-jkfitt"), "jkfitt`", "did you mean `def2universaljkfit`?"),
        (replace(CHEAP, functional="pbee"), "PySCF has no functional `pbee`", "did you mean `pbe`?"),
        (replace(CHEAP, functional="r2scann"), "PySCF has no functional `r2scann`", "did you mean `r2scan`?"),
        (replace(CHEAP, basis="zzz"), "PySCF has no basis `zzz`", "name one by its name in PySCF, such as `def2-svp`"),
    ],
    ids=["basis", "fitting", "functional", "other", "far"],
)
def test_a_misspelt_name_is_told_with_the_nearest(method: Method, message: str, remedy: str) -> None:
    (found,) = [*method.lacks(), *method.lacks_of([1, 6])]
    assert message in found.message
    assert found.remedy == remedy


def test_a_basis_that_is_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").write_text("H S\n 1.0 1.0\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabelFailure, match="is a file") as caught:
        label(diatomic((1, 1), 0.74), replace(CHEAP, basis="own"))
    assert caught.value.reason is Reason.METHOD


def test_the_hessian_of_an_element_that_its_basis_lacks_is_a_failure_of_the_molecule() -> None:
    with pytest.raises(LabelFailure, match="the basis sto-3g has no Hg"):
        modes(diatomic((80, 1), 1.7, 2), CHEAP, 500)


def test_a_basis_with_a_potential_for_the_core_has_it() -> None:
    """Iodine has 53 electrons, of which def2 bases treat 25."""
    molecule = Method("hf", "def2-svp").molecule((53, 1), [[0.0, 0.0, 0.0], [0.0, 0.0, 3.04]], 0, 0)
    assert molecule.nelectron == 26
    assert label(diatomic((53, 1), 1.61), Method("hf", "def2-svp")).multiplicity == 1


@pytest.mark.parametrize("failure", [JobFailure("MLP0825", "what", "help"), LabelFailure(Reason.SPIN, "what")])
def test_a_failure_comes_whole_from_another_process(failure: Exception) -> None:
    again = pickle.loads(pickle.dumps(failure))
    assert vars(again) == vars(failure)
    assert str(again) == str(failure)

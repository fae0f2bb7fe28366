"""What a molecule shows by itself is said before anything is labelled."""

import pytest

from mlipilot.compiler.molecules.molecule import Molecule
from mlipilot.compiler.molecules.soundness import unsound

H2 = Molecule("h2", (1, 1), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.74)))


@pytest.mark.parametrize(
    ("molecule", "words"),
    [
        (H2._replace(multiplicity=2), "2 electrons, which cannot have the multiplicity 2"),
        (H2._replace(multiplicity=0), "cannot have the multiplicity 0"),
        (H2._replace(multiplicity=5), "cannot have the multiplicity 5"),
        (H2._replace(charge=2), "a charge of 2 and 0 electrons"),
        (H2._replace(numbers=(0, 1)), "no element"),
        (H2._replace(positions=((0.0, 0.0, 0.0), (0.0, 0.0, float("nan")))), "not finite"),
        (H2._replace(positions=((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))), "atoms 0 and 1 on one spot"),
        (Molecule("na", (11,), ((0.0, 0.0, 0.0),), 1), "is one atom"),
    ],
    ids=["parity", "none", "many", "bare", "dummy", "nan", "one-spot", "atom"],
)
def test_what_cannot_be_labelled_is_named(molecule: Molecule, words: str) -> None:
    found = unsound(molecule)
    assert found is not None and found.code == "MLP1070"
    assert words in found.headline


@pytest.mark.parametrize("molecule", [H2, H2._replace(multiplicity=3), H2._replace(charge=1), H2._replace(charge=-1)])
def test_what_can_be_labelled_is_let_through(molecule: Molecule) -> None:
    assert unsound(molecule) is None

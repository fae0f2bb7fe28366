"""Values of orbitals on the grid are kept from cycle to cycle, and change no bit."""

import pytest
from molecules_of_tests import B3LYP, water

pytest.importorskip("pyscf")

from mlipilot.runtime.labels.integration import forget_orbitals, keep_orbitals
from mlipilot.runtime.labels.program import pyscf
from mlipilot.spec.units import BOHR


def _field(*, keep: bool, unrestricted: bool = False, memory: int = 500):  # type: ignore[no-untyped-def]
    molecule = B3LYP.molecule(water().numbers, water().coordinates / float(BOHR), 0, 0)
    field = B3LYP.field(molecule, unrestricted=unrestricted, memory=memory)
    (keep_orbitals if keep else forget_orbitals)(field)
    return field


@pytest.mark.parametrize("unrestricted", [False, True])
def test_energies_and_orbitals_are_the_same_bits(*, unrestricted: bool) -> None:
    kept, plain = (_field(keep=keep, unrestricted=unrestricted) for keep in (True, False))
    assert kept.kernel() == plain.kernel()
    assert (kept.mo_coeff == plain.mo_coeff).all()


def test_values_are_computed_once_for_each_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = pyscf("dft.numint").NumInt
    calls = []
    evaluate = plain.eval_ao

    def counted(self, *given, **named):  # type: ignore[no-untyped-def]
        calls.append(1)
        return evaluate(*given, **named)

    monkeypatch.setattr(plain, "eval_ao", counted)
    field = _field(keep=True)
    field.kernel()
    once = len(calls)
    other = _field(keep=False)
    other.kernel()
    assert once * 3 < len(calls) - once
    field.grids.level = 1
    field.grids.reset()
    field.kernel()
    assert len(calls) > once


def test_what_does_not_fit_is_not_kept_and_what_is_kept_is_given_back() -> None:
    small = _field(keep=True, memory=1)
    small.max_cycle = 1
    small.kernel()
    assert "_kept" not in vars(small._numint)
    field = _field(keep=True)
    field.max_cycle = 1
    field.kernel()
    assert vars(field._numint)["_kept"]
    forget_orbitals(field)
    assert type(field._numint) is pyscf("dft.numint").NumInt

"""Labels are those of the method that is named, converged, of the right state; what cannot be labelled says why."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from molecules_of_tests import B3LYP, CHEAP, diatomic, moved, water

pytest.importorskip("pyscf")

from mlipilot.runtime.labels.convergence import LADDER, converge
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.labelling import label
from mlipilot.runtime.labels.method import Method
from mlipilot.spec.schema.elements import MULTIPLICITIES
from mlipilot.spec.units import BOHR, HARTREE

FITTED = replace(B3LYP, fitting="def2-universal-jkfit")
GAUSSIAN = -76.4089533399206
"""Hartree: what Gaussian prints for water at its minimum by B3LYP/6-31G(d) (http://sobereva.com/211, appendix A)."""


@pytest.mark.parametrize(
    ("method", "energy"),
    [
        (B3LYP, GAUSSIAN),
        (replace(B3LYP, cartesian=False), -76.407023),
        (replace(B3LYP, functional="b3lyp5"), -76.371828),
    ],
    ids=["b3lyp", "spherical", "vwn5"],
)
def test_water_has_the_energy_of_its_variant_of_the_method(method: Method, energy: float) -> None:
    """Hartree: Gaussian's, near whose minimum the geometry lies; variants lie 53 meV and 1 eV apart."""
    assert label(water(), method).energy / float(HARTREE) == pytest.approx(energy, abs=1e-5)


INDEPENDENT = """
import json, sys
from pyscf import dft, gto
numbers, places, basis, fitting = json.loads(sys.argv[1])
atoms = [(number, place) for number, place in zip(numbers, places)]
molecule = gto.M(atom=atoms, unit="Angstrom", basis=basis, cart=True, verbose=0)
field = dft.RKS(molecule)
field.xc = ".2*HF + .08*SLATER + .72*B88, .81*LYP + .19*VWN_RPA"
field.grids.level = 3
field = field.density_fit(auxbasis=fitting) if fitting else field
field.init_guess = "1e"
field.conv_tol, field.conv_tol_grad = 1e-11, 1e-7
field.kernel()
gradient = field.nuc_grad_method()
gradient.grid_response = True
print(json.dumps([field.e_tot, gradient.kernel().tolist()]))
"""


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        (B3LYP, ["plain"]),
        (FITTED, ["plain"]),
        (replace(FITTED, max_cycle=6), ["damped", "level shift", "second order"]),
    ],
    ids=["exact", "fitted", "by the ladder"],
)
def test_an_independent_script_with_another_guess_agrees(method: Method, steps: list[str]) -> None:
    """1e-8 Hartree and 1e-6 Hartree/Bohr, the functional written out; its Bohr differs in the tenth digit."""
    geometry = moved(water(), 1, 0, 0.05)
    asked = json.dumps([geometry.numbers, geometry.positions, method.basis, method.fitting])
    output = subprocess.check_output([sys.executable, "-c", INDEPENDENT, asked], env={**os.environ})
    energy, gradient = json.loads(output)
    found = label(geometry, method)
    assert found.step in steps
    assert found.energy / float(HARTREE) == pytest.approx(energy, abs=1e-8)
    np.testing.assert_allclose(-found.forces / float(HARTREE / BOHR), gradient, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("geometry", "method"),
    [
        (diatomic((1, 9), 1.0), B3LYP),
        (diatomic((1, 9), 1.0), FITTED),
        (diatomic((8, 8), 1.25, 3), B3LYP),
        (diatomic((8, 8), 1.25, 3), FITTED),
    ],
    ids=["rks", "rks-fitted", "uks", "uks-fitted"],
)
def test_forces_are_the_slope_of_the_energy(geometry: Geometry, method: Method) -> None:
    """A five-point difference within 1e-4 eV/Å, and a net force below 0.1 meV/Å."""
    step = 0.01
    energies = [label(moved(geometry, 1, 2, k * step), method).energy for k in (-2, -1, 1, 2)]
    slope = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * step)
    forces = label(geometry, method).forces
    assert forces[1, 2] == pytest.approx(-slope, abs=1e-4)
    assert np.abs(forces.sum(axis=0)).max() < 1e-4


def test_a_free_atom_is_in_its_ground_state() -> None:
    """The triplet of oxygen lies below its singlet, and <S²> is that of a triplet."""
    triplet = label(Geometry((8,), ((0.0, 0.0, 0.0),), 0, MULTIPLICITIES["O"]), B3LYP)
    singlet = label(Geometry((8,), ((0.0, 0.0, 0.0),), 0, 1), B3LYP)
    assert (triplet.multiplicity, triplet.squared_spin) == (3, pytest.approx(2.0, abs=0.05))
    assert triplet.energy < singlet.energy - 2
    assert not triplet.forces.any()


def test_the_table_of_ground_states_is_that_of_ase() -> None:
    """But for cerium, whose 4f 5d electrons couple to a singlet."""
    from ase.data import atomic_numbers, ground_state_magnetic_moments

    other = {s: 1 + round(float(ground_state_magnetic_moments[atomic_numbers[s]])) for s in MULTIPLICITIES}
    assert {s: m for s, m in MULTIPLICITIES.items() if other[s] != m} == {"Ce": 1}


def test_a_closed_shell_above_an_open_one_is_named_unless_it_is_stated() -> None:
    with pytest.raises(LabelFailure) as caught:
        label(diatomic((8, 8), 1.21), B3LYP)
    assert caught.value.reason is Reason.INSTABILITY
    singlet, triplet = (label(diatomic((8, 8), 1.21, multiplicity), B3LYP) for multiplicity in (1, 3))
    assert singlet.energy - triplet.energy == pytest.approx(1.7, abs=0.1)


@pytest.mark.parametrize(
    ("geometry", "reason", "words"),
    [
        (diatomic((8, 1), 1.0, 1), Reason.SPIN, "9 electrons cannot have the multiplicity 1"),
        (diatomic((1, 1), 0.74, charge=2), Reason.SPIN, "a charge of 2 leaves 0 electrons"),
        (diatomic((8, 8), 0.05), Reason.GEOMETRY, "atoms 0 and 1 are 0.05 Å apart"),
        (diatomic((8, 8), float("nan")), Reason.GEOMETRY, "not finite"),
        (Geometry((92,), ((0.0, 0.0, 0.0),), 0, 5), Reason.BASIS, "has no U"),
    ],
    ids=["parity", "no-electrons", "one-spot", "nan", "basis"],
)
def test_what_cannot_be_labelled_says_why(geometry: Geometry, reason: Reason, words: str) -> None:
    with pytest.raises(LabelFailure, match=words) as caught:
        label(geometry, CHEAP)
    assert caught.value.reason is reason
    assert caught.value.reason.remedy


def test_a_field_that_does_not_converge_climbs_the_ladder_and_is_named_at_its_end() -> None:
    with pytest.raises(LabelFailure, match="does not converge: plain, damped, level shift, second order") as caught:
        label(water(), replace(CHEAP, conv_tol=1e-30, conv_tol_grad=1e-30, max_cycle=3))
    assert caught.value.reason is Reason.CONVERGENCE


@pytest.mark.parametrize("step", list(LADDER)[1:])
def test_each_step_of_the_ladder_gives_the_label_of_the_first(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = label(moved(water(), 1, 0, 0.05), CHEAP)
    monkeypatch.setattr("mlipilot.runtime.labels.convergence.LADDER", {step: LADDER[step]})
    found = label(moved(water(), 1, 0, 0.05), CHEAP)
    assert found.step == step
    assert found.energy == pytest.approx(expected.energy, abs=1e-8)
    np.testing.assert_allclose(found.forces, expected.forces, rtol=0, atol=1e-5)


def test_a_step_starts_from_the_density_of_the_one_before() -> None:
    """So that the second needs fewer cycles than it would alone."""
    geometry = water()
    short = replace(CHEAP, max_cycle=6)
    places = geometry.coordinates / float(BOHR)

    def build() -> object:
        return short.field(short.molecule(geometry.numbers, places, 0, 0), unrestricted=False, memory=500)

    found = converge(build)
    assert found.step == "damped"
    assert found.cycles <= 12


CONFIGURED = """
import json
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.labelling import label
from mlipilot.runtime.labels.method import Method
geometry = Geometry((1, 1), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.74)))
print(json.dumps(label(geometry, Method("b3lyp", "6-31g(d)", cartesian=True)).energy))
"""
HOSTILE = """
B3LYP_WITH_VWN5 = True
dft_gen_grid_Grids_level = 0
scf_hf_SCF_conv_tol = 1e-3
gto_mole_Mole_cart = False
UNIT = "bohr"
scf_hf_SCF_init_guess = "1e"
"""


def test_a_users_configuration_of_pyscf_changes_no_label(tmp_path: Path) -> None:
    (tmp_path / ".pyscf_conf.py").write_text(HOSTILE)
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("PYSCF_CONFIG_FILE", None)
    output = subprocess.check_output([sys.executable, "-c", CONFIGURED], env=environment, cwd=tmp_path)
    assert json.loads(output) == label(diatomic((1, 1), 0.74), B3LYP).energy


def test_what_describes_a_label_has_the_number_of_its_functional() -> None:
    described = B3LYP.described()
    assert described["libxc"] == [[402, 1.0]]
    assert (described["d_functions"], described["grid"], described["pruning"]) == ("cartesian", 3, "nwchem")
    assert "libxc" not in CHEAP.described()

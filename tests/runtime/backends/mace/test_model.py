"""The model: drawn by a seed, grouped as MACE groups it, and the same after its file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import torch
from ase.build import bulk
from mace.calculators import MACECalculator

from mlipilot.compiler.operations.train import ModelParameters
from mlipilot.runtime.backends.mace.model import (
    build_model,
    load_model,
    parameter_groups,
    save_model,
)
from mlipilot.runtime.backends.mace.normalisation import Normalisation
from mlipilot.runtime.foundation.failures import JobFailure

SETTINGS = ModelParameters.read(
    {
        "r_max": 4.0,
        "channels": 4,
        "max_L": 0,
        "max_ell": 1,
        "correlation": 2,
        "interactions": 2,
        "radial_basis": 4,
        "cutoff_basis": 5,
        "radial_mlp": [8],
        "readout": 4,
        "pair_repulsion": False,
        "e0": {"kind": "average"},
        "scaling": "none",
        "precision": "float64",
    }
)
KNOWN = Normalisation((29, 79), (-3.0, -4.0), 0.7, 12.0)


def drawn(seed: int) -> torch.nn.Module:
    """A model of its own."""
    torch.manual_seed(seed)
    return build_model(SETTINGS, KNOWN)


@cache
def model(seed: int = 1) -> torch.nn.Module:
    """A model that no test changes."""
    return drawn(seed)


def test_a_seed_draws_the_same_parameters_and_another_seed_draws_others() -> None:
    one, same, other = (list(made.parameters()) for made in (model(1), drawn(1), model(2)))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_constants_of_the_training_set_are_the_models() -> None:
    made = model()
    assert made.atomic_numbers.tolist() == [29, 79]
    assert float(made.r_max) == 4.0
    assert made.atomic_energies_fn.atomic_energies.flatten().tolist() == [-3.0, -4.0]
    assert made.scale_shift.scale.flatten().tolist() == [0.7]
    assert made.scale_shift.shift.flatten().tolist() == [0.0]


def test_each_parameter_is_in_one_group_and_only_maps_decay() -> None:
    made = model()
    groups = parameter_groups(made, 0.25)
    grouped = [parameter for group in groups for parameter in group["params"]]
    assert len({id(parameter) for parameter in grouped}) == len(grouped)
    assert {id(parameter) for parameter in grouped} == {id(parameter) for parameter in made.parameters()}
    assert {group["name"]: group["weight_decay"] for group in groups} == {
        "embedding": 0.0,
        "interactions_decay": 0.25,
        "interactions_no_decay": 0.0,
        "products": 0.25,
        "readouts": 0.0,
    }


def test_a_model_is_the_same_after_its_file_and_stock_tools_load_it(tmp_path: Path) -> None:
    path = tmp_path / "some.model"
    made = model()
    save_model(made, path)
    assert [found.name for found in tmp_path.iterdir()] == ["some.model"]
    loaded = load_model(path).state_dict()
    assert loaded.keys() == made.state_dict().keys()
    assert all(torch.equal(tensor, loaded[name]) for name, tensor in made.state_dict().items())
    atoms = bulk("Cu", "fcc", a=3.6, cubic=True)
    atoms.symbols[0] = "Au"
    energies = []
    for given in ({"model_paths": str(path)}, {"models": [made]}):
        atoms.calc = MACECalculator(**given, device="cpu", default_dtype="float64")
        energies.append(atoms.get_potential_energy())
    assert energies[0] == pytest.approx(energies[1], abs=1e-12)


@pytest.mark.parametrize("max_l", [0, 1, 2])
@pytest.mark.parametrize("elements", [(29,), (29, 79)], ids=["one element", "two"])
def test_a_contraction_of_one_factor_can_be_evaluated(elements: tuple[int, ...], max_l: int, tmp_path: Path) -> None:
    settings = SETTINGS._replace(correlation=1, max_L=max_l, channels=16, max_ell=2)
    torch.manual_seed(1)
    path = tmp_path / "some.model"
    save_model(build_model(settings, Normalisation(elements, (-3.0,) * len(elements), 0.7, 12.0)), path)
    cell = bulk("Cu", "fcc", a=3.6, cubic=True)
    cell.rattle(0.05, seed=1)
    cell.calc = MACECalculator(model_paths=str(path), device="cpu", default_dtype="float64")
    forces = cell.get_forces()
    cell.positions[0, 0] += 1e-4
    up = cell.get_potential_energy()
    cell.positions[0, 0] -= 2e-4
    assert -(up - cell.get_potential_energy()) / 2e-4 == pytest.approx(forces[0, 0], abs=1e-6)


def test_a_file_that_is_written_again_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "some.model"
    save_model(model(1), path)
    save_model(model(2), path)
    expected = model(2).state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in load_model(path).state_dict().items())


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "some.model cannot be loaded as a MACE model"), ([1, 2], "some.model holds a list, not a model")],
)
def test_a_file_that_is_absent_or_no_model_is_named(content: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "some.model"
    if content is not None:
        torch.save(content, path)
    with pytest.raises(JobFailure, match=message) as caught:
        load_model(path)
    assert caught.value.code == "MLP0816"

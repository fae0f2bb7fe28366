"""Weights of frames, labels and types: which are none, which nothing heeds, and what is left without any."""

from __future__ import annotations

from typing import Any

import pytest
from asking_frames import Ask, codes, used
from clusters import frame

from mlipilot.compiler.backends.mace.losses import LOSSES
from mlipilot.compiler.data import Finding
from mlipilot.compiler.data.question import OtherLabel

KEYS = ["config_weight", "config_energy_weight", "config_forces_weight"]


def weighed(asking: Ask, header: str, name: str = "weighted", every: int = 1, **given: Any) -> list[Finding]:
    """What is found of training frames, every n-th of which has a header, under a loss."""
    train = [frame(seed, header=header if seed % every == 0 else "") for seed in range(12)]
    return asking(train=train, losses=(used(name),), **given)


@pytest.mark.parametrize("stock", [True, False])
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("value", "what"), [("-1", "is negative"), ("nan", "is not finite"), ("heavy", "is not one")])
def test_a_weight_that_is_none_is_an_error(asking: Ask, key: str, value: str, what: str, stock: bool) -> None:
    (found,) = weighed(asking, f"{key}={value}", every=6, stock=stock)
    assert found.code == "MLP1051"
    assert f"the weight `{key}` {what}" in found.headline
    assert found.label == "frames 0 (line 1) and 6 (line 37)"


def test_a_weight_that_is_none_is_found_in_every_split(asking: Ask) -> None:
    valid = [frame(seed, header="config_weight=-1") for seed in range(900, 904)]
    (found,) = asking(valid=valid)
    assert (found.code, found.anchor.source) == ("MLP1051", "valid")


@pytest.mark.parametrize("key", KEYS)
def test_a_weight_that_the_loss_heeds_is_not_spoken_of(asking: Ask, key: str) -> None:
    assert weighed(asking, f"{key}=0.5", every=2) == []
    assert weighed(asking, f"{key}=0", every=2) == []


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if {"energy", "forces"} <= set(loss.terms)])
@pytest.mark.parametrize("key", KEYS)
def test_a_weight_is_said_to_be_ignored_where_mace_s_loss_ignores_it(asking: Ask, key: str, name: str) -> None:
    ignoring = {
        "config_weight": {"huber", "universal", "l1l2energyforces"},
        "config_energy_weight": {"huber"},
        "config_forces_weight": {"huber", "l1l2energyforces"},
    }
    found = weighed(asking, f"{key}=2", name, every=3)
    assert codes(found) == ["MLP1054"] * (name in ignoring[key])
    assert all(f"`{name}` takes no notice of `{key}`" in finding.headline for finding in found)


def test_a_loss_that_heeds_a_weight_for_one_label_says_for_which_it_does_not(asking: Ask) -> None:
    (found,) = weighed(asking, "config_weight=2", "l1l2energyforces")
    assert "of `config_weight` for the forces, which all 12 training frames have" in found.headline


def test_a_weight_of_one_is_no_weight(asking: Ask) -> None:
    assert weighed(asking, "config_weight=1.0", "universal") == []


@pytest.mark.parametrize("stock", [True, False])
def test_frames_that_nothing_weighs_train_nothing(asking: Ask, stock: bool) -> None:
    assert codes(weighed(asking, "config_weight=0", stock=stock)) == ["MLP1052"]
    assert codes(weighed(asking, "config_energy_weight=0 config_forces_weight=0", stock=stock)) == ["MLP1052"]
    assert codes(weighed(asking, "config_energy_weight=0 config_forces_weight=0", "universal")) == ["MLP1052"]
    assert codes(weighed(asking, "config_weight=0", type_weights={"Default": 0.0}, stock=True)) == ["MLP1052"]


def test_types_that_nothing_weighs_train_nothing(asking: Ask) -> None:
    found = weighed(asking, "config_type=bulk", type_weights={"bulk": 0.0}, stock=True)
    assert codes(found) == ["MLP1052"]
    assert weighed(asking, "config_type=bulk", every=2, type_weights={"bulk": 0.0}, stock=True) == []


def test_one_label_that_nothing_weighs_is_a_warning(asking: Ask) -> None:
    (found,) = weighed(asking, "config_energy_weight=0")
    assert found.code == "MLP1053"
    assert "trains no energy" in found.headline


def test_a_type_that_no_frame_has_is_named_with_those_that_there_are(asking: Ask) -> None:
    (found,) = weighed(asking, "config_type=slab", type_weights={"Default": 1.0, "bulk": 2.0}, every=2, stock=True)
    assert (found.code, found.anchor.part) == ("MLP1055", "type_weights")
    assert "`config_type` `bulk`" in found.headline
    assert found.help == "the files have `Default`, `slab`"


@pytest.mark.parametrize(("name", "heeds"), [("weighted", True), ("universal", False), ("huber", False)])
def test_weights_of_types_have_no_effect_under_a_loss_that_ignores_them(asking: Ask, name: str, heeds: bool) -> None:
    found = weighed(asking, "config_type=bulk", name, type_weights={"bulk": 0.1}, stock=True)
    assert [(f.code, f.anchor.part) for f in found] == [("MLP1054", "type_weights")] * (not heeds)


@pytest.mark.parametrize("label", ["energy", "forces"])
@pytest.mark.parametrize(("name", "zeros"), [("weighted", ()), ("huber", ("energy", "forces")), ("universal", ()),
                                             ("l1l2energyforces", ("forces",))])  # fmt: skip
def test_a_missing_label_is_trained_as_zero_by_a_loss_that_ignores_weights(
    asking: Ask, label: str, name: str, zeros: tuple[str, ...]
) -> None:
    train = [frame(seed) for seed in range(12)]
    train[4] = frame(4, **{label: None})
    values = {"e0": "values", "e0_values": {"Cu": -3.0}, "stock": True}
    (found,) = asking(train=train, losses=(used(name),), **values)
    assert found.code == ("MLP1004" if label in zeros else "MLP1005")
    if label in zeros:
        assert f"`{name}` takes no notice of a label that is missing" in found.notes[0]


VIRIALS = {"others": {"virials": OtherLabel("REF_virials", (6, 9))}, "losses": (used("virials", virials=1.0),)}
SIX = 'REF_virials="1 2 3 4 5 6"'


def with_virials(header: str, every: int = 1) -> dict[str, list[str]]:
    places = {"train": range(12), "valid": range(900, 904), "test": range(910, 914)}
    return {
        name: [frame(seed, header=header if seed % every == 0 else SIX) for seed in seeds]
        for name, seeds in places.items()
    }


@pytest.mark.parametrize(
    ("header", "every", "expected"),
    [
        (SIX, 1, []),
        ("", 1, ["MLP1003"]),
        ('virial="1 2 3 2 5 6 3 6 9"', 1, ["MLP1003"]),
        ("", 12, ["MLP1005"] * 3),
        ('REF_virials="1 2 nan 4 5 6"', 12, ["MLP1006"] * 3),
        ('REF_virials="1 2 3"', 12, ["MLP1007"] * 3),
    ],
)
def test_virials_are_a_label_like_others(asking: Ask, header: str, every: int, expected: list[str]) -> None:
    found = asking(**with_virials(header, every), **VIRIALS, stock=True)
    assert codes(found) == expected
    if "virial=" in header:
        assert "`virial`" in found[0].help


def test_what_a_model_is_given_is_looked_at_too(asking: Ask) -> None:
    others = {"total_charge": OtherLabel("total_charge", (1,), is_trained=False)}
    places = {"train": range(12), "valid": range(900, 904), "test": range(910, 914)}
    splits = {name: [frame(s, header="charge=1") for s in seeds] for name, seeds in places.items()}
    (found,) = asking(**splits, others=others, stock=True)
    assert found.code == "MLP1003"
    assert "`charge`" in found.help


def test_atoms_of_no_element_are_named(asking: Ask) -> None:
    train = [frame(seed).replace("Cu ", "X ", 1) if seed == 5 else frame(seed) for seed in range(12)]
    (found,) = asking(train=train)
    assert found.code == "MLP1056"
    assert found.label == "frame 5 (line 31)"

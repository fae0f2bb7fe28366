"""Whatever stands in a file, asking about it gives findings of known codes, and no exception or warning."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pytest
from asking_frames import used
from clusters import atom, frame

from mlipilot import _core
from mlipilot.compiler.backends.mace.losses import LOSSES
from mlipilot.compiler.data import Question, Split, ask
from mlipilot.compiler.data.question import OtherLabel, more_keys
from mlipilot.spec.diagnostics import CATALOGUE

NUMBERS = ["nan", "inf", "-1", "0", "3", "1e5", "1e200", "-1e308"]
PIECES = [
    "", " ", "\n", "\n\n", "X", "Au", "T T T", 'pbc="T F T"', 'pbc="F F F"',
    'Lattice="3 0 0 0 3 0 0 0 3"', 'Lattice="0 0 0 0 0 0 0 0 0"', 'Lattice="1 2"', "REF_energy=nan", "REF_energy=-3",
    'REF_stress="1 2 3 4 5 6"', 'REF_stress="1 2"', "config_type=IsolatedAtom", "config_type=isolated", "trajectory=a",
    "Properties=species:S:1:pos:R:3", "REF_forces:R:3", "REF_forces:R:2", "REF_forces:I:3", "=", '"', "_JSON [1]",
    "config_weight=nan", "config_weight=-1", "config_weight=0", "config_energy_weight=x", 'virials="1 2 3 4 5 6"',
    "virials=nan", "move_mask:L:1", "free_energy=-3",
]  # fmt: skip


def damaged(draw: random.Random) -> str:
    """Some frames, with pieces of others put in or parts cut out."""
    makers = [lambda: frame(draw.randrange(6)), lambda: frame(draw.randrange(6), ("C", "O")), lambda: atom("Cu")]
    words = "".join(draw.choice(makers)() for _ in range(draw.randrange(1, 8))).split(" ")
    for _ in range(draw.randrange(3)):
        at = draw.randrange(len(words))
        if draw.random() < 0.5:
            words[at] = draw.choice(NUMBERS)
        else:
            words[at : at + draw.randrange(3)] = [draw.choice(PIECES)]
    return " ".join(words)


@pytest.mark.parametrize("seed", range(8))
def test_no_file_makes_the_rules_fail(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        splits = []
        others = draw.choice([{}, {"virials": OtherLabel("virials", (6, 9)), "dipole": OtherLabel("dipole", (3,))}])
        stress, r_max = draw.choice([None, "REF_stress"]), draw.choice([None, 1.0, 5.0])
        for name in ("train", "valid", "test", "sealed")[: draw.randrange(1, 5)]:
            path = tmp_path / f"{name}.xyz"
            path.write_text(damaged(draw))
            keys = {"energy": "REF_energy", "forces": "REF_forces", "stress": stress}
            scan = _core.scan_extxyz(path, **keys, r_max=r_max, others=more_keys(others))
            splits.append(Split.of_scans(name, (scan,) * draw.choice([1, 1, 1, 2, 0])))
        question = Question(
            tuple(splits),
            "REF_energy",
            "REF_forces",
            stress,
            e0=draw.choice([None, "average", "isolated", "values"]),
            e0_values=draw.choice([None, {}, {"Cu": -3.0}, {"Au": 1.0}]),
            r_max=r_max,
            batch=draw.choice([None, 1, 3, 100]),
            losses=(used(draw.choice([*LOSSES]), stress=draw.choice([0.0, 1.0])),),
            stock=draw.random() < 0.3,
            robust_loss=draw.random() < 0.3,
            others=others,
            type_weights=draw.choice([{}, {"Default": 0.0}, {"isolated": 2.0, "b": 1.0}]),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert all(finding.code in CATALOGUE for finding in ask(question))

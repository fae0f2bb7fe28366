"""A label whose key is named is trained, or judged, or said to be neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from clusters import frame

from mlipilot.compiler.compile import check_file

CELL = 'Lattice="9 0 0 0 9 0 0 0 9" pbc="T T T" REF_stress="0.001 0 0 0 0.001 0 0 0 0.001"'
SPEC = """\
edition "2026"
dataset d : files {{ train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"]{key} }}
model m : mace {{ r_max = 5 Å, channels = 8 }}
training fit {{
    model = m, data = d, batch = 4
    stage main {{ epochs = 1, loss = weighted({main}) }}
    stage more {{ epochs = 1, enabled = {enabled}, loss = weighted(1, 100, stress = 1) }}
}}
scorecard card {{
    judges = fit
    require force_rmse(d.test) <= 60 meV/Å because "forces move atoms"
    {rule}
}}
{more}
"""
KEY = ', stress = "REF_stress"'
JUDGED = "prefer stress_rmse(d.test) <= 1 GPa"
SEARCH = "search { fit.main.loss ~ choice(weighted(1, 100), weighted(1, 100, stress = 1)) }"
CASES = {
    "nothing is named": ({"key": ""}, []),
    "named and not trained": ({}, ["`d` names the stress, and no stage trains it"]),
    "trained by a stage that is off": ({"enabled": "false"}, ["`d` names the stress, and no stage trains it"]),
    "trained by the second stage": ({"enabled": "true"}, []),
    "trained by the first stage": ({"main": "1, 100, stress = 10"}, []),
    "judged and not trained": (
        {"rule": JUDGED},
        ["`stress_rmse` is asked for, and no stage of `fit` trains the stress"],
    ),
    "judged and trained": ({"rule": JUDGED, "main": "1, 100, stress = 10"}, []),
    "trained at some points of a search": ({"more": SEARCH}, []),
    "no energy is trained": (
        {"main": "0, 100", "rule": "prefer energy_rmse(d.test) <= 5 meV/atom", "key": ""},
        ["`energy_rmse` is asked for, and no stage of `fit` trains the energy"],
    ),
}


@pytest.mark.parametrize("name", [*CASES])
def test_what_is_asked_for_and_not_trained_is_said(name: str, tmp_path: Path) -> None:
    changes, expected = CASES[name]
    for split, seeds in (("train", range(12)), ("valid", range(20, 24)), ("test", range(30, 34))):
        (tmp_path / f"{split}.xyz").write_text("".join(frame(seed, header=CELL) for seed in seeds))
    parts = {"key": KEY, "main": "1, 100", "enabled": "false", "rule": "", "more": ""} | changes
    (tmp_path / "spec.mlp").write_text(SPEC.format(**parts))
    found = check_file(tmp_path / "spec.mlp").diagnostics
    assert [d.headline for d in found if d.code == "MLP0516"] == expected
    assert [d.headline for d in found if d.is_error] == []

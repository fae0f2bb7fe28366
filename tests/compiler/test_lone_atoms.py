"""The survival of a run that starts from frames of one atom is no evidence, and is refused before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from clusters import frame

from mlipilot.compiler.compile import check_file

SPEC = """\
edition "2026"
dataset d : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"] }
model m : mace { r_max = 5 Å, channels = 8 }
training fit { model = m, data = d, batch = 4, stage main { epochs = 1 } }
dynamics hot : nvt {
    potential = fit, start = d.test, temperature = 300 K, timestep = 1 fs, duration = 1 ps, replicas = 60
    thermostat = langevin(relaxation = 100 fs), sampling = 20 fs
}
scorecard card { judges = fit, require survival(hot) >= 95 % because "it must not fall apart" }
"""


@pytest.mark.parametrize(("atoms", "expected"), [(1, ["MLP0506"]), (4, [])])
def test_survival_needs_something_to_fall_apart(atoms: int, expected: list[str], tmp_path: Path) -> None:
    for name, seeds in (("train", range(12)), ("valid", range(20, 24))):
        (tmp_path / f"{name}.xyz").write_text("".join(frame(seed) for seed in seeds))
    header = 'Lattice="{a} 0 0 0 {a} 0 0 0 {a}" Properties=species:S:1:pos:R:3:REF_forces:R:3'
    crystals = "".join(
        f"1\n{header.format(a=2.5 + n / 50)} REF_energy={-3.1 + n / 100}\nCu 0 0 0 0 0 0\n" for n in range(4)
    )
    (tmp_path / "test.xyz").write_text(crystals if atoms == 1 else "".join(frame(seed) for seed in range(30, 34)))
    (tmp_path / "spec.mlp").write_text(SPEC)
    errors = [found for found in check_file(tmp_path / "spec.mlp").diagnostics if found.is_error]
    assert [found.code for found in errors] == expected

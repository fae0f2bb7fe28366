"""Rows and positions of many frames lie in a temporary file, or in memory where there is none."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import json, os, sys
from mlipilot import _core
found = _core.scan_extxyz(sys.argv[1], energy=None, forces=None, stress=None)
links = [os.path.join("/proc/self/fd", name) for name in os.listdir("/proc/self/fd")]
opened = [os.readlink(link) for link in links if os.path.islink(link)]
pairs = _core.near_duplicates(found, found, 0.01)
print(json.dumps({"frames": found.frames, "opened": opened, "pairs": pairs}))
"""
ATOMS, FRAMES = 1000, 1500
OF_ROWS = """
import hashlib, json, os, sys
import numpy as np
from mlipilot import _core
options = dict(energy="energy", forces="forces", stress="stress", others=[("weight", [1]), ("none", [1])])
found = _core.scan_extxyz(sys.argv[1], r_max=2.0, **options)
links = [os.path.join("/proc/self/fd", name) for name in os.listdir("/proc/self/fd")]
opened = [os.readlink(link) for link in links if os.path.islink(link)]
def digest(value):
    if isinstance(value, np.ndarray):
        assert not value.flags.writeable
        return [str(value.dtype), value.shape, hashlib.sha256(value.tobytes()).hexdigest()]
    if isinstance(value, dict):
        return {key: [digest(column) for column in columns] for key, columns in value.items()}
    return hashlib.sha256(repr(value).encode()).hexdigest()
values = {name: digest(getattr(found, name)) for name in dir(found) if not name.startswith("_")}
energy = found.energy
print(json.dumps({"opened": opened, "values": values, "frames": found.frames, "same": energy is found.energy,
    "energy": [energy[0], energy[16383], energy[16384], energy[-1]], "types": found.config_types[16383:16386],
    "composition": found.composition[[0, 1, 16384]].tolist(), "weight": found.others["weight"][1][32770]}))
"""


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More positions than are kept in memory; the last frame is nearly the first."""
    path = tmp_path_factory.mktemp("memory") / "long.xyz"
    lines = [f"H {atom} 0 " for atom in range(ATOMS)]
    with path.open("w") as file:
        for frame in [*range(FRAMES - 1), 0.005]:
            rest = f"{frame}\n"
            file.write(f"{ATOMS}\n\n{rest.join(lines)}{rest}")
    return path


@pytest.fixture(scope="module")
def many_frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three times as many rows as are kept in memory, and some more."""
    path = tmp_path_factory.mktemp("memory") / "many.xyz"
    columns = "Properties=species:S:1:pos:R:3:forces:R:3"
    with path.open("w") as file:
        for frame in range(3 * 16384 + 5):
            cell = f'Lattice="{4 + frame % 7} 0 0 0 4 0 0 0 4" ' if frame % 3 else ""
            label = "not_a_number" if frame % 11 == 0 else f"{-frame / 8}"
            header = f"{cell}{columns} energy={label} config_type=type_{frame % 5} trajectory=run_{frame // 50}"
            atoms = ["H 0 0 0 0.1 0 0\n", f"{'O' if frame % 2 else 'H'} 1 0 {frame % 13 / 100} -0.1 0 0\n"]
            file.write(f"2\n{header} weight={frame}\n{''.join(atoms)}")
    return path


def scanned(path: Path, folder: Path, script: str = SCRIPT) -> dict[str, Any]:
    """What a process finds that has its temporary files in a folder."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", script, str(path)]
    result: dict[str, Any] = json.loads(subprocess.check_output(command, env=environment))
    return result


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="files of a process are listed in /proc")
def test_leaks_are_found_wherever_positions_lie(long_file: Path, tmp_path: Path) -> None:
    filed, kept = scanned(long_file, tmp_path), scanned(long_file, tmp_path / "none")
    assert [str(tmp_path) in " ".join(found.pop("opened")) for found in (filed, kept)] == [True, False]
    assert list(tmp_path.iterdir()) == []
    assert filed == kept
    assert filed["frames"] == FRAMES
    assert [pair[:2] for pair in filed["pairs"]] == [[0, FRAMES - 1]]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="files of a process are listed in /proc")
def test_columns_are_the_same_wherever_rows_lie(many_frames: Path, tmp_path: Path) -> None:
    filed, kept = (scanned(many_frames, folder, OF_ROWS) for folder in (tmp_path, tmp_path / "none"))
    assert [str(tmp_path) in " ".join(found.pop("opened")) for found in (filed, kept)] == [True, False]
    assert list(tmp_path.iterdir()) == []
    assert [found.pop("same") for found in (filed, kept)] == [False, True]
    assert filed == kept
    assert filed["frames"] == 3 * 16384 + 5
    assert filed["energy"] == [pytest.approx(float("nan"), nan_ok=True), -16383 / 8, -16384 / 8, -(3 * 16384 + 4) / 8]
    assert filed["types"] == [f"type_{frame % 5}" for frame in range(16383, 16386)]
    assert filed["composition"] == [[2, 0], [1, 1], [2, 0]]
    assert filed["weight"] == 32770

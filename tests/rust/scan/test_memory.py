"""Positions of many atoms lie in a temporary file, or in memory where there is none."""

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


def scanned(path: Path, folder: Path) -> dict[str, Any]:
    """What a process finds that has its temporary files in a folder."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", SCRIPT, str(path)]
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

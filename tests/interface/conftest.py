"""A folder as a notebook would have it: specs, options of MACE, and the workspace of a run that has finished."""

from __future__ import annotations

import shutil
import tarfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from mlipilot.compiler import packages
from mlipilot.runtime.foundation import hardware

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
VERSIONS = {"torch": "2.15.0", "mace-torch": "0.3.16", "e3nn": "0.4.4", "numpy": "2.4.6", "ase": "3.29.0"}
"""Of the packages that keys depend on, when the workspace of `tests/golden` was filled."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, on the machine that filled its workspace."""

    def version(name: str) -> str:
        if name not in VERSIONS:
            raise PackageNotFoundError(name)
        return VERSIONS[name]

    monkeypatch.setattr(packages, "version", version)
    monkeypatch.setattr(hardware, "_processor", lambda: "AMD EPYC")
    monkeypatch.setattr(hardware, "cores", lambda: 2)
    for name in ("MLIPILOT_WORKSPACE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with tarfile.open(GOLDEN / "workspace.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "workspace").rename(tmp_path / ".mlipilot")
    tiny = (GOLDEN / "tiny.mlp").read_text(encoding="utf-8")
    (tmp_path / "tiny.mlp").write_text(tiny, encoding="utf-8")
    wider = tiny.replace("channels     = 4", "channels     = 8")
    (tmp_path / "wider.mlp").write_text(wider, encoding="utf-8")
    for path in (ROOT / "examples/campaign/campaign.mlp", ROOT / "tests/lang/eight.mlp"):
        shutil.copy(path, tmp_path)
    (tmp_path / "mace.yaml").write_text("name: mine\ntrain_file: absent.xyz\nvalid_fraction: 0.1\ncorrelations: 2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path

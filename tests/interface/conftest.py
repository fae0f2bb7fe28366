"""A folder as a notebook would have it: specs, options of MACE, and the workspace of a run that has finished."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from recorded_machine import recorded_machine

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The present folder, on the machine that filled its workspace."""
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
    with recorded_machine():
        yield tmp_path

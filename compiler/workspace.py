"""Where results are kept: the folder of a spec's workspace."""

from __future__ import annotations

import os
from pathlib import Path


def workspace_folder(spec: Path) -> Path:
    """`MLIPILOT_WORKSPACE`, or `.mlipilot/` in the spec's folder."""
    chosen = os.environ.get("MLIPILOT_WORKSPACE")
    return Path(chosen) if chosen else spec.parent / ".mlipilot"

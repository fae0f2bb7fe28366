"""Answers of probes, kept under a workspace: one that is damaged or of something else is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlipilot.compiler.kept import read_kept, write_kept
from mlipilot.compiler.measured import Measurement
from mlipilot.compiler.probe_answer import read_measurement
from mlipilot.compiler.workspace import workspace_folder
from mlipilot.runtime.probe.request import Request


def cache_file(spec: Path, request: Request) -> Path:
    """Where the answer to a request is kept."""
    return workspace_folder(spec) / "probes" / f"{request.key[:16]}.json"


def load(spec: Path, request: Request) -> Measurement | None:
    """The kept answer to a request."""
    answer = read_kept(cache_file(spec, request), request.key)
    return read_measurement(answer) if isinstance(answer, dict) else None


def keep(spec: Path, request: Request, answer: Mapping[str, Any]) -> None:
    """Keep an answer; where it cannot be written there is none."""
    write_kept(cache_file(spec, request), request.key, dict(answer))

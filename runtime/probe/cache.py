"""Answers of probes, kept under a workspace: one that is damaged or of something else is none."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.measured import Measurement
from mlipilot.compiler.probe_answer import read_measurement
from mlipilot.compiler.workspace import workspace_folder
from mlipilot.runtime.foundation.atomic_files import read_json, write_json
from mlipilot.runtime.probe.request import Request


def cache_file(spec: Path, request: Request) -> Path:
    """Where the answer to a request is kept."""
    return workspace_folder(spec) / "probes" / f"{request.key[:16]}.json"


def load(spec: Path, request: Request) -> Measurement | None:
    """The kept answer to a request."""
    document = read_json(cache_file(spec, request))
    if document is None or document.get("key") != request.key:
        return None
    answer = document.get("measured")
    if not isinstance(answer, dict) or document.get("digest") != digest(answer):
        return None
    return read_measurement(answer)


def keep(spec: Path, request: Request, answer: Mapping[str, Any]) -> None:
    """Keep an answer; where it cannot be written there is none."""
    path = cache_file(spec, request)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"key": request.key, "measured": dict(answer), "digest": digest(dict(answer))})

"""What the seal of a campaign says of each model: its verdict on sealed data, or why it has none; `sealed.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.judgement.verdict import Verdict, read_verdict

FILE = "sealed.json"


@dataclass(frozen=True)
class NotJudged:
    """Why a model has no verdict: the failure of what the verdict needed."""

    code: str
    message: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


Sealed = Mapping[str, Verdict | NotJudged]
"""By the key of a run."""


def write_sealed(folder: Path, sealed: Sealed) -> None:
    """Write `sealed.json` into a folder."""
    document = {
        run: found.document(base=True) if isinstance(found, Verdict) else found.document()
        for run, found in sealed.items()
    }
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def load_sealed(folder: Path) -> Sealed | None:
    """What the seal wrote into a folder; None where there is no file, or it holds no JSON object."""
    document = read_json(folder / FILE)
    return None if document is None else {run: _read(found) for run, found in document.items()}


def sealed_verdict(sealed: Sealed, run: str) -> Verdict | NotJudged:
    """What the seal says of a run, by the run's key."""
    return sealed.get(run) or NotJudged("", "the seal says nothing of it")


def _read(found: Any) -> Verdict | NotJudged:
    if not isinstance(found, dict):
        return NotJudged("", "the seal's record of it is damaged")
    if "seeds" in found:
        return read_verdict(found)
    return NotJudged(str(found.get("code") or ""), str(found.get("message")))

"""Restarts: a checkpoint that is there, and fits what the options ask for."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

from mlipilot.compiler.lint.lookup import folders
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic

_NUMBERS = ("r_max", "num_radial_basis", "num_cutoff_basis", "max_ell", "correlation", "num_interactions")
_CHANNELS = ("num_channels", "max_L")


def _restart(settings: Settings) -> list[Diagnostic]:
    if not settings.value("restart_latest"):
        return []
    tag = f"{settings.value('name')}_run-{settings.value('seed')}"
    home = settings.value("work_dir")
    kept = settings.value("checkpoints_dir") or f"{home}/checkpoints"
    logs = settings.value("log_dir") or f"{home}/logs"
    checkpoints = [path for folder in folders(settings.source) for path in _files(folder / kept, "*_epoch-*.pt")]
    mine = [path for path in checkpoints if path.name.startswith(f"{tag}_epoch-")]
    if mine:
        before = _configuration([folder / logs / f"{tag}_debug.log" for folder in folders(settings.source)])
        return _changed(settings, before) if before else []
    if not checkpoints:
        return []
    names = sorted({path.name.partition("_epoch-")[0] for path in checkpoints})
    return [
        settings.report(
            "MLP1151",
            f"no checkpoint of `{tag}` is in `{kept}`",
            "restart_latest",
            "name",
            "seed",
            label="finds nothing",
            consequence="MACE writes a line into its log, trains from the start and exits with 0",
            help="there are checkpoints of " + ", ".join(f"`{name}`" for name in names[:4]),
        )
    ]


def _changed(settings: Settings, before: str) -> list[Diagnostic]:
    for name in (*_NUMBERS, *_CHANNELS):
        match = re.search(rf"\b{name}=([^,()]+)", before)
        if match is None or not settings.known(name) or (name in _CHANNELS and not settings.has(name)):
            continue
        try:
            same = float(match.group(1)) == float(settings.value(name))
        except (TypeError, ValueError):
            continue
        if not same:
            return [
                settings.report(
                    "MLP1150",
                    f"`{name}` was {match.group(1)} when the checkpoint was written, and is {settings.value(name)}",
                    name,
                    "restart_latest",
                    label="does not fit the checkpoint",
                    consequence="MACE swallows the error, trains from the start and exits with 0",
                    help=f"write `{name}: {match.group(1)}`, or another `name`",
                )
            ]
    return []


def _configuration(logs: list[Path]) -> str:
    """The options of the last run that a debug log tells of."""
    for path in logs:
        try:
            with path.open(encoding="utf-8", errors="replace") as stream:
                lines = deque((line for line in stream if "Configuration: Namespace(" in line), maxlen=1)
        except OSError:
            continue
        if lines:
            return lines[0]
    return ""


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except (OSError, ValueError):
        return []


RULES = (Rule(("restart_latest", "name", "seed", "work_dir", "checkpoints_dir", "log_dir"), _restart),)

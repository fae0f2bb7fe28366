"""The machine that a plan's jobs run on, as measurements of speed name it: this one, or nodes of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlipilot.runtime.foundation.hardware import fingerprint


def hardware_of(engine: Mapping[str, Any]) -> dict[str, str | int]:
    """Of an engine with these settings."""
    named = _ELSEWHERE.get(str(engine["kind"]))
    return fingerprint(str(engine["device"])) if named is None else named(engine)


def _slurm(engine: Mapping[str, Any]) -> dict[str, str | int]:
    """By what nodes are asked for, since which one it will be nobody knows: alike are those of one partition, type of
    GPU and set of options."""
    measure = engine.get("resources", {}).get("measure", {})
    asked = {
        "partition": measure.get("partition") or engine.get("partition", ""),
        "gpu": engine.get("gpu", "") if engine["device"] == "cuda" else "",
        "options": " ".join(engine.get("options", ())),
    }
    return {"engine": "slurm", **{name: value for name, value in asked.items() if value}}


_ELSEWHERE: dict[str, Callable[[Mapping[str, Any]], dict[str, str | int]]] = {"slurm": _slurm}
"""How the nodes of engines are named whose jobs run on other machines."""

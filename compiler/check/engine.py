"""Engines: what their fields say together."""

from __future__ import annotations

import re

from mlipilot.compiler.faults import about, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import block_schema
from mlipilot.spec.schema.engine import EVALUATES
from mlipilot.spec.values import BlockValue

_OPTION = re.compile(r"(?:--)?([a-z][a-z0-9-]*)(?:=.*)?")
_FIELDS = {
    "partition": "partition",
    "account": "account",
    "qos": "qos",
    "exclude": "exclude",
    "gres": "gpus",
    "gpus": "gpus",
    "gpus-per-node": "gpus",
    "mem": "memory",
    "time": "time",
    "cpus-per-task": "cores",
    "signal": "checkpoint",
}
"""Options of `sbatch` that fields of the block stand for."""
_OWN = frozenset(
    (
        "job-name",
        "output",
        "error",
        "open-mode",
        "array",
        "dependency",
        "requeue",
        "no-requeue",
        "parsable",
        "wrap",
        "wait",
        "hold",
        "test-only",
        "nodes",
        "ntasks",
        "export",
        "chdir",
    )
)
"""Those by which jobs are found again, and run once: they are not a user's to set."""


def check(spec: Spec) -> list[Diagnostic]:
    """All faults of engine blocks."""
    return [fault for block in spec.of_kind("engine") for fault in (*_options(block), *_gpus(block), *_times(block))]


def _options(block: BlockValue) -> list[Diagnostic]:
    if not block.has("options"):
        return []
    found = []
    for item in block.items("options"):
        assert isinstance(item.data, str)
        form = _OPTION.fullmatch(item.data)
        span = item.span or block.span
        if form is None:
            headline, label = f"`{item.data}` is not a long option of `sbatch`", "expected `--name=value`"
            found.append(about(block, "MLP0605", headline, span, label, help="such as `--constraint=a100`"))
        elif form[1] in _FIELDS:
            field = _FIELDS[form[1]]
            where = "the block" if _has(block, field) else "a block of a kind of job, such as `train`,"
            headline = f"`--{form[1]}` has a field of its own"
            help_ = f"write `{field} = …` in {where} instead"
            found.append(about(block, "MLP0605", headline, span, f"`{field}`", help=help_))
        elif form[1] in _OWN:
            headline = f"`--{form[1]}` is set by mlipilot"
            help_ = "remove it: by it jobs are found again, and each runs once"
            found.append(about(block, "MLP0605", headline, span, "not a user's to set", help=help_))
    return found


def _has(block: BlockValue, field: str) -> bool:
    schema = block_schema(block.kind, block.tag)
    return schema is not None and any(known.name == field for known in schema.fields)


def _gpus(block: BlockValue) -> list[Diagnostic]:
    found = []
    for need in block.children:
        if not need.has("gpus") or not block.has("device") or need.kind not in EVALUATES:
            continue
        wants, gpus = block.text("device") == "cuda", need.integer("gpus")
        if wants and not gpus:
            headline = f"`{need.kind}` jobs evaluate models on `cuda`, and get no GPU"
            help_ = "remove `gpus`, or write `device = cpu` in the engine"
            found.append(about(need, "MLP0606", headline, place(need, "gpus"), "none", help=help_))
        elif gpus and not wants:
            headline = f"`{need.kind}` jobs evaluate models on `cpu`, and leave their GPUs idle"
            help_ = "write `device = cuda` in the engine, or remove `gpus`"
            found.append(about(need, "MLP0607", headline, place(need, "gpus"), "not used", help=help_))
    return found


def _times(block: BlockValue) -> list[Diagnostic]:
    found = []
    for need in block.children:
        if not need.has("time") or not block.has("checkpoint"):
            continue
        time, before = need.number("time"), block.number("checkpoint")
        if time <= before:
            headline = f"`{need.kind}` jobs are told to stop as soon as they begin"
            label = f"not longer than `checkpoint`, {block.fields['checkpoint'].written}"
            help_ = "give them more `time`, or write a shorter `checkpoint` in the engine"
            found.append(about(need, "MLP0608", headline, place(need, "time"), label, help=help_))
    return found

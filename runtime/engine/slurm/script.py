"""The batch script of jobs, and the options that it is submitted with."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from mlipilot.runtime.engine.slurm.need import Need

SETUP_FAILED = 91
"""How a script ends whose setup failed."""
SETUP_MARK = "mlipilot: a line of `setup` failed:"
"""How it says so."""
MODULE = "mlipilot.runtime.engine.slurm.task"


def script(options: Mapping[str, Any], tasks: Path) -> str:
    """The text of a script that runs the attempts of a file of tasks, each a job of its own."""
    lines = ["#!/bin/bash"]
    for line in options.get("setup", ()):
        said = shlex.quote(f"{SETUP_MARK} {line}")
        lines.append(f"{line} || {{ echo {said} >&2; exit {SETUP_FAILED}; }}")
    command = [options.get("python") or sys.executable, "-m", MODULE, str(tasks)]
    wrapper = options.get("container", "")
    lines.append(f"exec {wrapper} {shlex.join(command)}" if wrapper else f"exec {shlex.join(command)}")
    return "\n".join(lines) + "\n"


def sbatch_options(options: Mapping[str, Any], need: Need, name: str, output: Path, count: int) -> list[str]:
    """What `sbatch` is told: what a job of these needs, how it is called, and where it prints.

    A job is never queued again by Slurm: whether it runs once more is decided where the results are known.
    """
    told = {
        "job-name": name,
        "output": output,
        "open-mode": "append",
        "nodes": 1,
        "ntasks": 1,
        "cpus-per-task": need.cores,
        "time": ceil(need.seconds / 60) if need.seconds else None,
        "signal": f"B:USR2@{ceil(options['checkpoint'])}",
        "partition": need.partition,
        "account": options.get("account"),
        "qos": options.get("qos"),
        "exclude": ",".join(options.get("exclude", ())),
        "mem": f"{ceil(need.memory / 2**20)}M" if need.memory else None,
        "array": f"0-{count - 1}" if count > 1 else None,
    }
    if need.gpus:
        kind = f"{options['gpu']}:" if options.get("gpu") else ""
        told |= (
            {"gpus": f"{kind}{need.gpus}"}
            if options.get("gpu_request") == "gpus"
            else {"gres": f"gpu:{kind}{need.gpus}"}
        )
    found = [f"--{name}={value}" for name, value in told.items() if value not in (None, "")]
    return [*found, "--no-requeue", "--export=ALL", *_extra(options.get("options", ()))]


def _extra(words: Sequence[str]) -> list[str]:
    return [word if word.startswith("-") else f"--{word}" for word in words]

"""A probe's own process: a request on standard input, the answer on standard output, both as JSON.

The answer is `{"measured": …}` or `{"failure": {"code": …, "message": …, "help": …}}`. What libraries print goes to
standard error. Any other end than exit code 0 is a crash, whose last line of error says what happened.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from typing import Any

from mlipilot.runtime.foundation.processes import die_with_parent

BEGAN = time.monotonic()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What came of a request."""
    from mlipilot.runtime.foundation.failures import JobFailure

    try:
        import mace  # noqa: F401  # before e3nn, which torch 2.6 and later demand
        import torch

        from mlipilot.runtime.probe.memory import die_first
        from mlipilot.runtime.probe.trial import measure
    except ImportError as error:
        return failure("MLP0801", f"a probe needs `{error.name}`", 'pip install ".[all]" in the checkout of mlipilot')
    die_first()
    try:
        return {"measured": measure(request["body"], request["paths"], BEGAN)}
    except JobFailure as error:
        return failure(error.code, error.message, error.help)
    except (MemoryError, torch.OutOfMemoryError) as error:
        first = str(error).splitlines()[0] if str(error) else "no memory is left"
        return failure("MLP0823", f"a step does not fit into the memory: {first}", SMALLER)


SMALLER = "use a smaller `batch`, fewer `channels` or `replicas`, a shorter `r_max`, or `precision = float32`"
"""What needs less memory."""


def failure(code: str, message: str, help: str) -> dict[str, Any]:
    """The answer of a probe that failed."""
    return {"failure": {"code": code, "message": message, "help": help}}


def main() -> None:
    """Read, measure, answer."""
    warnings.filterwarnings("ignore")
    die_with_parent(os.getppid())
    out = os.dup(1)
    os.dup2(2, 1)
    text = json.dumps(answer(json.load(sys.stdin)), allow_nan=False)
    with os.fdopen(out, "w", encoding="utf-8") as stream:
        stream.write(text)


if __name__ == "__main__":
    main()

"""What PySCF has of the methods of a plan: asked in a process of its own, and kept.

`python -m mlipilot.runtime.labels.offering` is that process: a question on its input, what is lacking on its output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from mlipilot.compiler.datasets import molecules
from mlipilot.compiler.molecules import offered
from mlipilot.compiler.molecules.offered import Lack, Question
from mlipilot.runtime.foundation.threads import ONE_THREAD
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec

COMMAND = (sys.executable, "-m", "mlipilot.runtime.labels.offering")
SECONDS = 60.0
"""A process that takes longer is ended, and nothing is known."""


def undone(spec: Spec, command: tuple[str, ...] = COMMAND) -> list[Diagnostic]:
    """What the methods of a spec's molecules lack, asked where it is not kept.

    Nothing where PySCF cannot be asked: the job says why.
    """
    found: list[Diagnostic] = []
    for block in spec.of_kind("dataset"):
        asked = molecules.question_of(block) if block.tag == molecules.SOURCE.tag else None
        if asked is None or offered.kept(asked) is not None:
            continue  # what is kept was said by `check`
        lacks = _ask(asked, command)
        if lacks is not None:
            offered.keep(asked, lacks)
            found += [molecules.lacking(block, lack) for lack in lacks]
    return found


def _ask(asked: Question, command: tuple[str, ...]) -> list[Lack] | None:
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked.document),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            env={**os.environ, **ONE_THREAD},
            check=True,
        )
        return [Lack(**lack) for lack in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None


def lacks(document: Mapping[str, Any]) -> Iterator[Lack]:
    """What the methods of a question lack, in a process that may import PySCF."""
    from mlipilot.runtime.labels.method import Method

    for field, params in document["methods"].items():
        method = Method.from_params(params)
        for missing in (*method.lacks(), *method.lacks_of(document["elements"])):
            yield Lack(field, missing.argument, missing.message, missing.remedy)


def main() -> None:
    """Answer the question on standard input."""
    found = [lack._asdict() for lack in lacks(json.load(sys.stdin))]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

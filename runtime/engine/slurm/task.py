"""The process of one attempt on a node: `python -m mlipilot.runtime.engine.slurm.task TASKS`.

TASKS is a JSON file with the paths of requests; the place in the array tells which is meant.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from mlipilot.runtime.engine.exit_codes import FAILED, REFUSED
from mlipilot.runtime.foundation.processes import die_with_parent
from mlipilot.spec.diagnostics.refusal import STORAGE


def main(tasks: Path) -> int:
    """Become the attempt that this job of Slurm's is for; its exit code."""
    die_with_parent(os.getppid())
    paths = json.loads(tasks.read_bytes())["requests"]
    request = json.loads(Path(paths[int(os.environ.get("SLURM_ARRAY_TASK_ID", "0"))]).read_bytes())
    sys.stdout.flush()
    try:
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        traceback.print_exc()
        return REFUSED if error.errno in STORAGE else FAILED
    os.dup2(log, 1)
    os.dup2(log, 2)
    from mlipilot.runtime.engine.worker import run

    signal.signal(signal.SIGUSR2, lambda *_: os.kill(os.getpid(), signal.SIGTERM))  # before the time or the node is up
    return run(request)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

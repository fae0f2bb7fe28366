"""Executes a spec in a workspace whose file system fills at one moment after the other, and has room again after each.

Run as a script, in a mount namespace of its own: `unshare --user --map-root-user --mount python full_place.py FOLDER
STEP COUNT`. It prints how each execution ended, as JSON; what the workspace holds at last is in `FOLDER/.mlipilot`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

UNSHARED = ("unshare", "--user", "--map-root-user", "--mount")
_WAIT = 300.0
_ROOM = "64m"


def is_possible() -> bool:
    """Whether a file system of one's own can be had here."""
    if shutil.which("unshare") is None:
        return False
    tried = [*UNSHARED, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def executed(folder: Path, step: int, count: int) -> list[dict[str, object]]:
    """How executions ended: each but the last on a place that filled, `step` entries later than in the one before."""
    script = [*UNSHARED, sys.executable, __file__, str(folder), str(step), str(count)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def _entries(workspace: Path) -> int:
    """Lines of records and of jobs' progress."""
    total = 0
    for pattern in ("runs/*/*.jsonl", "store/*/*/progress-*.jsonl"):
        for path in workspace.glob(pattern):
            with suppress(OSError):
                total += path.read_bytes().count(b"\n")
    return total


def _fill(ballast: Path) -> None:
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    for size in (1 << 20, 4096, 1):
        with suppress(OSError):
            while True:
                os.write(descriptor, b"x" * size)
    os.close(descriptor)


def _execute(folder: Path, after: int | None) -> dict[str, object]:
    workspace, ballast = folder / ".mlipilot", folder / ".mlipilot/ballast"
    before = _entries(workspace)
    process = subprocess.Popen(
        [sys.executable, "-m", "mlipilot", "execute", "tiny.mlp"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if after is not None:
        deadline = time.monotonic() + _WAIT
        while _entries(workspace) < before + after and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        _fill(ballast)
    out, err = process.communicate(timeout=_WAIT)
    ballast.unlink(missing_ok=True)
    return {"code": process.returncode, "out": out, "err": err}


def main(folder: Path, step: int, count: int) -> None:
    """Execute, fill, make room, as often as asked; then once to the end."""
    workspace = folder / ".mlipilot"
    workspace.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", str(workspace)], check=True)
    ended = [_execute(folder, step * (number + 1)) for number in range(count)] + [_execute(folder, None)]
    shutil.copytree(workspace, folder / "kept", symlinks=True)
    subprocess.run(["umount", str(workspace)], check=True)
    workspace.rmdir()
    (folder / "kept").rename(workspace)
    json.dump(ended, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

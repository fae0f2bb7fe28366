"""Makes `workspace.tar.xz` anew: what executing `tiny.mlp` leaves, on the machine that `recorded_machine.py` names.

    python tests/golden/workspace.py

takes half a minute. Weights are left out, since no verb reads them, and so are the name of the host and what earlier
runs teach about the next. Afterwards `pytest tests/golden --snapshot-update`, and a look at the differences: figures of
speed and time are others each time, errors and dynamics are not.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from recorded_machine import CORES, HERE, PROCESSOR, recorded_machine

from mlipilot.cli import main
from mlipilot.runtime.foundation.digests import file_digest
from mlipilot.runtime.record.store import MANIFEST

HOST = "somewhere"
DAY = 1_793_491_200
"""Of every file in the archive, in seconds since the epoch."""
_KEPT = ("plan.json", "journal.jsonl")
"""Of a run."""
_SIGNS = ("intent-1.json", "hb-1.json", "owner.json")


def execute(folder: Path) -> None:
    """Execute the spec in a folder, on a machine and with packages of the recording."""
    shutil.copy(HERE / "tiny.mlp", folder)
    os.environ.pop("MLIPILOT_WORKSPACE", None)
    with recorded_machine():
        code = main(["execute", str(folder / "tiny.mlp")])
    assert code == 0, "it is not accepted"


def strip(workspace: Path) -> None:
    """Leave out what is large, or says where it was made."""
    (run,) = (workspace / "runs").iterdir()
    for path in run.iterdir():
        if path.name not in _KEPT:
            path.unlink()
    for result in workspace.glob("store/*/*/result"):
        for name in _SIGNS:
            path = result.parent / name
            path.write_text(_as_json({**json.loads(path.read_text(encoding="utf-8")), "host": HOST}), encoding="utf-8")
        for path in result.rglob("*.model"):
            path.write_text(f"weights of {path.relative_to(result).as_posix()}, left out\n", encoding="utf-8")
        for path in result.glob("speed.json"):
            timed = json.loads(path.read_text(encoding="utf-8"))
            timed["hardware"] |= {"processor": PROCESSOR, "cores": CORES}
            path.write_text(_as_json(timed), encoding="utf-8")
        manifest = json.loads((result / MANIFEST).read_text(encoding="utf-8"))
        for name, entry in manifest["files"].items():
            entry |= {"sha256": file_digest(result / name), "bytes": (result / name).stat().st_size}
        (result / MANIFEST).write_text(_as_json(manifest), encoding="utf-8")


def _as_json(document: object) -> str:
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = DAY
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def pack(workspace: Path, archive: Path) -> None:
    """The runs and the store of a workspace, their files in order."""
    with tarfile.open(archive, "w:xz", preset=9) as packed:
        for part in ("runs", "store"):
            for path in (workspace / part, *sorted((workspace / part).rglob("*"))):
                name = Path("workspace") / path.relative_to(workspace)
                packed.add(path, name, recursive=False, filter=_plain)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as there:
        execute(Path(there))
        strip(Path(there) / ".mlipilot")
        pack(Path(there) / ".mlipilot", HERE / "workspace.tar.xz")

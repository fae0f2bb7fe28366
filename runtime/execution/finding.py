"""Which run is meant: of a spec its present plan's, else its last; by name or folder; or a folder's last."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.record import Run, Workspace, workspace_of
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.resolve import resolve
from mlipilot.spec.schema import tags
from mlipilot.spec.source import SourceFile


class Found(NamedTuple):
    """A run, and the workspace that has its results."""

    workspace: Workspace
    run: Run
    note: str = ""
    """What is to be known of it besides: that the spec was changed since."""


def find_run(which: str | None) -> Found | Diagnostic:
    """The run that was meant, by a spec, a run's name or how it begins, or a run's folder; without one the last."""
    if which is not None and (Run(Path(which)).is_begun or Run(Path(which)).plan.exists()):
        return Found(Workspace(Path(which).absolute().parent.parent), Run(Path(which)))
    if which is not None and which.endswith(".mlp"):
        return _of_spec(Path(which))
    workspace = workspace_of(Path("spec.mlp"))
    runs = workspace.runs()
    if which is not None:
        runs = [run for run in runs if run.name == which or run.name.startswith(which)]
    if runs:
        return Found(workspace, runs[0])
    what = f"no run `{which}` here" if which else "no run in this folder"
    return Diagnostic("MLP0808", f"there is {what}", help="name the spec, such as `path/to/spec.mlp`")


def _present(spec: Path, workspace: Workspace) -> list[Run]:
    """The runs of a spec's present plans that were begun, one for each engine that it was executed on."""
    compiled, _ = compile_file(spec)
    if compiled is None:
        return []
    run = workspace.run(spec, compiled.plan.hash)
    earlier = [other for other in workspace.runs() if other.name.startswith(workspace.run(spec, "").name)]
    found = [run]
    if any(other.name != run.name for other in earlier):
        declared = [block.name for block in resolve(SourceFile(str(spec), spec.read_text())).spec.of_kind("engine")]
        plans = [compile_file(spec, engine=name)[0] for name in (*declared[1:], *tags("engine"))]
        found += [workspace.run(spec, other.plan.hash) for other in plans if other is not None]
    return [run for run in found if run.is_begun]


def _of_spec(spec: Path) -> Found | Diagnostic:
    if not spec.is_file():
        what = "is a folder" if spec.is_dir() else "does not exist"
        return Diagnostic("MLP0001", f"`{spec}` {what}", help="check the path and the working directory")
    workspace = workspace_of(spec)
    present = _present(spec, workspace)
    if present:
        return Found(workspace, max(present, key=lambda run: run.last_active))
    prefix = workspace.run(spec, "").name
    earlier = [run for run in workspace.runs() if run.name.startswith(prefix)]
    if earlier:
        return Found(workspace, earlier[0], f"`{spec}` has changed since it was executed last; this is that run")
    return Diagnostic("MLP0808", f"`{spec}` was never executed", help=f"run it: `mlipilot execute {spec}`")

"""mlipilot: a declarative experiment compiler for machine-learned interatomic potentials.

>>> import mlipilot
>>> experiment = mlipilot.load("examples/copper/copper.mlp")
>>> experiment.check()
[]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlipilot.compiler.plan import Compiled
    from mlipilot.runtime.execution import Outcome
    from mlipilot.runtime.pilot.campaign.execution import Ended
    from mlipilot.spec.diagnostics import Diagnostic

__version__ = "0.1.0"
__all__ = ["Experiment", "InvalidSpec", "__version__", "load"]

_ROOM = Path(__file__).parent / "spec"
if _ROOM.is_file():
    raise ImportError(
        f"{_ROOM} is a text file: git checked the links out as text. "
        "Run `git config core.symlinks true` and `git checkout -- mlipilot`."
    )


class InvalidSpec(Exception):
    """A spec that cannot be compiled, with the diagnostics that say why."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        from mlipilot.compiler.render import render

        super().__init__("\n\n" + render(diagnostics))
        self.diagnostics = diagnostics


class Experiment:
    """A spec file, to be checked, compiled and executed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> list[Diagnostic]:
        """Everything that is wrong with the spec; it is never raised."""
        from mlipilot.compiler.compile import check_file

        checked = check_file(self.path)
        if checked.spec is None or checked.spec.only("pilot") is None:
            return checked.diagnostics
        from mlipilot.runtime.pilot.campaign.power_of import refusal

        return [*checked.diagnostics, *refusal(checked)]

    def compile(self, *, probe: bool = False) -> Compiled:
        """The plan, with its estimate; with `probe`, by a dry run of each training. Raises `InvalidSpec`."""
        from mlipilot.compiler.compile import compile_file
        from mlipilot.runtime import probe as probes

        compiled, diagnostics = compile_file(self.path, probes.probe if probe else probes.kept)
        if compiled is not None and compiled.plan.campaign is not None:
            from mlipilot.runtime.pilot.campaign.power_of import doubts

            diagnostics = [*diagnostics, *doubts(compiled)]
        if compiled is None or any(diagnostic.is_error for diagnostic in diagnostics):
            raise InvalidSpec(diagnostics)
        return compiled

    def execute(self) -> Outcome | Ended:
        """Run what the plan still lacks and write the report; raises `InvalidSpec`. Tells what became of each job.

        Of a spec with a pilot: run its campaign, and tell how that ended and where its record and report are.
        """
        from mlipilot.runtime.execution import execute
        from mlipilot.runtime.record import workspace_of
        from mlipilot.runtime.reporting.run import close_run

        compiled = self.compile()
        workspace = workspace_of(self.path)
        if compiled.plan.campaign is not None:
            from mlipilot.runtime.pilot.campaign.execution import execute_campaign
            from mlipilot.runtime.reporting.run import report_campaign

            ended = execute_campaign(compiled, workspace)
            if ended.run is not None:
                report_campaign(ended.run)
            return ended
        outcome = execute(compiled, workspace)
        if outcome.jobs:  # else another process has the run, and its folder
            close_run(compiled, workspace, outcome)
        return outcome


def load(path: str | Path) -> Experiment:
    """An experiment from a spec file; the file is read when it is checked, compiled or executed."""
    return Experiment(Path(path))

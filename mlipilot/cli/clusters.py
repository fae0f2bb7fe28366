"""`doctor --engine`: what an engine has, and what it says to the jobs of a spec."""

from __future__ import annotations

from pathlib import Path

from mlipilot.cli.proof import show
from mlipilot.compiler.spec_files import find_spec
from mlipilot.runtime.loading import asked_of
from mlipilot.spec.diagnostics import Diagnostic, has_errors


def doctor_of_engine(engine: str, given: Path | None) -> int:
    """Print what an engine has, and whether it takes the jobs of a spec; 1 where it does not."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path])
        return 2
    compiled, faults = asked_of(path, engine)
    if compiled is None:
        show(faults)
        return 2
    from mlipilot.runtime.engine.engines import described

    for line in described(compiled.plan.engine):
        print(line)
    show(faults)
    if has_errors(faults):
        return 1
    from mlipilot.runtime.execution.preflight import was_answered

    print(
        f"engine `{engine}` takes the jobs of `{path}`"
        if was_answered(faults)
        else f"whether `{engine}` takes them is not known"
    )
    return 0

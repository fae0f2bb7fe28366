"""From a file to a plan, as every verb that runs or weighs a plan loads it: of a spec, or of a plan file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.compile import Probed, check_file, compile_file
from mlipilot.compiler.engine.choice import plan_with_engine, with_engine
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.compiler.spec_files import find_spec, refuse_to_overwrite
from mlipilot.runtime import probe as probes
from mlipilot.runtime.execution.preflight import asked
from mlipilot.runtime.foundation.atomic_files import write_output
from mlipilot.runtime.labels.offering import undone
from mlipilot.runtime.pilot.campaign.power_of import doubts
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.document import Spec
from mlipilot.spec.source import Unreadable, read_text


class Loaded(NamedTuple):
    """A plan, None where an error is, and the diagnostics of its file."""

    compiled: Compiled | None
    diagnostics: list[Diagnostic]


def load(given: Path | None, engine: str | None = None) -> Loaded:
    """The plan of a spec, which is compiled first, or of a plan file; none of a campaign that could find nothing.

    `engine` names another engine than the first of the spec, or than the plan's.
    """
    return _powered(load_any(given, engine))


def load_any(given: Path | None, engine: str | None = None) -> Loaded:
    """The same, whatever a campaign could find."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        return Loaded(None, [path])
    source = read_text(path)
    if isinstance(source, Unreadable):
        return Loaded(None, [Diagnostic("MLP0001", source.headline, help=source.help)])
    if path.suffix != ".json" and not source.text.lstrip().startswith("{"):
        return _compile(path, engine=engine)
    plan = read_plan(source.text, path)
    if not isinstance(plan, Diagnostic) and ".." in plan.spec.parts:
        plan = plan._replace(spec=Path(os.path.relpath(plan.spec.resolve())))
    if engine is not None and not isinstance(plan, Diagnostic):
        plan = plan_with_engine(plan, engine)
    return Loaded(None, [plan]) if isinstance(plan, Diagnostic) else Loaded(plan, [])


def compile_spec_file(path: Path, *, probe: bool = False, engine: str | None = None) -> Loaded:
    """The plan of a spec's file; none of a campaign that could find nothing. With `probe`, trainings are tried."""
    return _powered(_compile(path, probe=probe, engine=engine))


def asked_of(path: Path, engine: str) -> Loaded:
    """A spec's plan for an engine, with what speaks against the spec, and against running its jobs there."""
    compiled, found = compile_spec_file(path, engine=engine)
    checked = check_file(path)
    if compiled is None or checked.spec is None:
        return Loaded(compiled, found)
    chosen = with_engine(checked.spec, engine)
    return Loaded(compiled, found if isinstance(chosen, Diagnostic) else [*found, *asked(compiled, chosen)])


def write_plan_file(compiled: Compiled, target: Path) -> Diagnostic | None:
    """Write a plan's file; why not, where something else is there or the system refuses."""
    taken = refuse_to_overwrite(target, ".json", "plan")
    if taken is not None:
        return taken
    try:
        write_output(target, write_plan(compiled, target.parent).encode())
    except OSError as error:
        return unwritten(error, target, help="choose another place with `-o`")
    return None


def _compile(path: Path, *, probe: bool = False, engine: str | None = None) -> Loaded:
    """A spec's plan, its estimate by what was measured on this machine; with `probe`, what was not is measured now."""

    def asked(spec: Spec, compiled: Compiled) -> Probed:
        found = (probes.probe if probe else probes.kept)(spec, compiled)
        return found._replace(diagnostics=[*found.diagnostics, *undone(spec)])

    return Loaded(*compile_file(path, asked, engine))


def _powered(loaded: Loaded) -> Loaded:
    """A plan with what is to be said of its campaign's power; none where an error is."""
    if loaded.compiled is None or loaded.compiled.plan.campaign is None:
        return loaded
    found = [*loaded.diagnostics, *doubts(loaded.compiled)]
    return Loaded(None if has_errors(found) else loaded.compiled, found)

"""`pause`, `veto`, `propose`: what a user may tell an execution that runs in another terminal."""

from __future__ import annotations

from mlipilot.cli.inspection import found_run
from mlipilot.cli.proof import show
from mlipilot.runtime.pilot.campaign import steering
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import read_settings

_ARGUMENTS = ("MLP0714", "MLP0905")
"""Codes of what cannot be asked of a campaign that goes on."""


def pause(which: str | None, *, on: bool) -> int:
    """Have a run start nothing new, or go on."""
    found = found_run(which)
    was_paused = not isinstance(found, Diagnostic) and found.run.is_paused
    fault = found if isinstance(found, Diagnostic) else steering.pause(found.run, on=on)
    if isinstance(found, Diagnostic) or fault is not None:
        return _refused(fault)
    name = f"`{found.run.name}`"
    if not on and not was_paused:
        print(f"{name} is not paused")
    elif not on:
        print(f"{name} continues" if found.run.holder() is not None else f"{name} is not paused any more")
    elif found.run.holder() is None:
        print(f"{name} is not being executed; the next `execute` waits until `mlipilot pause --off`")
    else:
        print(f"{name} is paused: what runs goes on, nothing new is started until `mlipilot pause --off`")
    return 0


def veto(trial: str, which: str | None, because: str) -> int:
    """Forbid a trial that is proposed or under way."""
    found = found_run(which)
    fault = found if isinstance(found, Diagnostic) else steering.veto(found.run, trial, because)
    if fault is not None:
        return _refused(fault)
    print(f"trial `{trial}` is vetoed: it ends with what has been measured by then")
    return 0


def propose(which: str | None, lane: str | None, settings: list[str], because: str) -> int:
    """Have an arm try an edit next."""
    found = found_run(which)
    if isinstance(found, Diagnostic):
        return _refused(found)
    changes = read_settings(settings, because)
    made = changes if isinstance(changes, Diagnostic) else steering.propose(found.run, lane, changes, because)
    if isinstance(made, Diagnostic):
        return _refused(made)
    print(f"`{made.lane}` tries it as its trial {made.trial}, where its budget reaches so far")
    return 0


def _refused(fault: object) -> int:
    assert isinstance(fault, Diagnostic)
    show([fault])
    return 2 if fault.code in _ARGUMENTS else 1

"""`pause`, `veto`, `propose`: what a user may tell an execution that runs in another terminal."""

from __future__ import annotations

from typing import Any, NamedTuple

from mlipilot.cli.inspection import find_run
from mlipilot.cli.proof import show
from mlipilot.runtime.pilot.campaign.control import Control
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.runtime.record import Run, read_journal
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import Unreadable, read_source
from mlipilot.spec.suggest import nearest


def pause(which: str | None, *, on: bool) -> int:
    """Have a run start nothing new, or go on."""
    found = find_run(which)
    if isinstance(found, Diagnostic):
        show([found])
        return 1
    _, run = found
    if _is_closed(read_journal(run.campaign).entries):
        run.pause(on=False)  # a mark of before the end would say what is not so
        show([_closed(run, "pause" if on else "go on with")])
        return 1
    run.pause(on=on)
    if not on:
        print(f"`{run.name}` goes on")
    elif run.holder() is None:
        print(f"`{run.name}` is not being executed; the next `execute` waits until `mlipilot pause --off`")
    else:
        print(f"`{run.name}` is paused: what runs goes on, nothing new is started until `mlipilot pause --off`")
    return 0


def veto(trial: str, which: str | None, because: str) -> int:
    """Forbid a trial that is proposed or under way."""
    found = _open_campaign(which, "veto")
    if isinstance(found, Diagnostic):
        show([found])
        return 1
    run, lanes = found
    lane, _, number = trial.rpartition("/")
    if lane not in lanes or not number.isdigit():
        show([_no_lane(lane or trial, lanes)])
        return 2
    stand = lanes[lane]
    if int(number) < stand.next or not stand.has(int(number)):
        what = "is decided already" if int(number) < stand.next else "will not be: the arm has no trial left for it"
        help_ = f"the next of `{lane}` is `{lane}/{stand.next}`" if stand.has(stand.next) else f"`{lane}` tries no more"
        show([Diagnostic("MLP0905", f"trial `{trial}` {what}", help=help_)])
        return 2
    Control(run.folder).forbid(lane, int(number), because)
    print(f"trial `{trial}` is vetoed: it ends with what has been measured by then")
    return 0


def propose(which: str | None, lane: str | None, settings: list[str], because: str) -> int:
    """Have an arm try an edit next."""
    found = _open_campaign(which, "try")
    if isinstance(found, Diagnostic):
        show([found])
        return 1
    run, lanes = found
    chosen = lane or next(iter(lanes))
    if chosen not in lanes:
        show([_no_lane(chosen, lanes)])
        return 2
    changes = []
    for setting in settings:
        path, sign, value = setting.partition("=")
        if not sign or not path.strip() or not value.strip():
            help_ = "such as `potential.channels=16`"
            show([Diagnostic("MLP0714", f"`--set {setting}` is no `PATH=VALUE`", help=help_)])
            return 2
        changes.append(Change(path.strip(), value.strip(), because))
    source = read_source(run.folder / "baseline.mlp")
    space = None if isinstance(source, Unreadable) else resolve(source).spec.space
    if space is None:
        show([Diagnostic("MLP0808", f"`{run.name}` has lost its `baseline.mlp`", help="execute the spec again")])
        return 1
    read = Chart(space).read(changes)
    if isinstance(read, str):
        show([Diagnostic("MLP0714", read, help="edits name paths of the `search` block and values of their domains")])
        return 2
    if Chart(space).proposal(read, "", "") == Proposal(()):
        help_ = "it is what every candidate is compared with; change at least one value"
        show([Diagnostic("MLP0714", "this edit is the baseline itself", help=help_)])
        return 2
    control, stand = Control(run.folder), lanes[chosen]
    number = stand.next + stand.is_under_way + control.waiting(chosen)
    if not stand.has(number):
        help_ = "another arm may have trials left: see `mlipilot status`"
        show([Diagnostic("MLP0905", f"`{chosen}` has no trial left for this edit", help=help_)])
        return 2
    control.suggest(chosen, Proposal(tuple(changes), hypothesis=because))
    print(f"`{chosen}` tries it as its trial {number}, where its budget reaches so far")
    return 0


class _Stand(NamedTuple):
    """Where an arm is."""

    next: int
    """Its next trial that is not decided."""
    is_under_way: bool
    most: int | None
    has_ended: bool

    def has(self, number: int) -> bool:
        """Whether there will be a trial of this number, as far as counts tell."""
        return not self.has_ended and (self.most is None or number <= self.most)


def _open_campaign(which: str | None, verb: str) -> tuple[Run, dict[str, _Stand]] | Diagnostic:
    """The run of a campaign that has not ended, and where each of its lanes is; `verb` is what is to be done there."""
    found = find_run(which)
    if isinstance(found, Diagnostic):
        return found
    _, run = found
    entries = read_journal(run.campaign).entries
    if not entries:
        return Diagnostic(
            "MLP0904", f"`{run.name}` is no campaign", help="its spec has no `pilot` block, or never began"
        )
    if _is_closed(entries):
        return _closed(run, verb)
    settings = entries[0]["settings"]
    most = settings["limits"]["trials"]
    lanes = {
        f"{arm}/{n}": _Stand(1, False, most, False)
        for n in range(1, settings["replicates"] + 1)
        for arm in settings["arms"]
    }
    for entry in entries:
        stand = lanes.get(entry.get("lane", ""))
        if stand is None:
            continue
        # A language model that is asked for a trial makes it, however long it takes.
        if entry["event"] in ("proposed", "llm-reserve"):
            lanes[entry["lane"]] = stand._replace(is_under_way=True)
        elif entry["event"] == "trial":
            lanes[entry["lane"]] = stand._replace(next=entry["trial"] + 1, is_under_way=False)
        elif entry["event"] == "ended":
            lanes[entry["lane"]] = stand._replace(has_ended=True)
    return run, lanes


def _is_closed(entries: list[dict[str, Any]]) -> bool:
    return any(entry["event"] == "closed" for entry in entries)


def _closed(run: Run, verb: str) -> Diagnostic:
    """Said of a campaign that has come to its end to whoever wants to do something with it."""
    return Diagnostic(
        "MLP0904",
        f"the campaign `{run.name}` is closed: there is nothing left to {verb}",
        help="`mlipilot status` shows what came of it",
    )


def _no_lane(lane: str, lanes: dict[str, _Stand]) -> Diagnostic:
    near = nearest(lane, list(lanes))
    known = f"`{near}` may be meant" if near else "it has " + ", ".join(f"`{name}`" for name in lanes)
    return Diagnostic(
        "MLP0905", f"the campaign has no arm `{lane}`", help=f"{known}; a trial is `ARM/REPLICATE/NUMBER`"
    )

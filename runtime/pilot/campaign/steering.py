"""What a user may tell an execution that runs elsewhere: to pause, to forbid a trial, to try an edit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.runtime.pilot.campaign.control import Control
from mlipilot.runtime.pilot.campaign.sealing import is_closed
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.runtime.record import Run, read_journal
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import Unreadable, read_source
from mlipilot.spec.suggest import nearest


def pause(run: Run, *, on: bool) -> Diagnostic | None:
    """Have a run start nothing new, or continue; why not, where it is a campaign that has ended."""
    has_ended = is_closed(read_journal(run.campaign).entries)
    run.pause(on=on and not has_ended)  # a mark of before the end would say what is not so
    return _closed(run, "pause" if on else "go on with") if has_ended else None


def veto(run: Run, trial: str, because: str) -> Diagnostic | None:
    """Forbid a trial that is proposed or under way: `arm/replicate/number`; why not, where it cannot be forbidden."""
    lanes = _open_lanes(run, "veto")
    if isinstance(lanes, Diagnostic):
        return lanes
    lane, _, number = trial.rpartition("/")
    if lane not in lanes or not number.isdigit():
        return _no_lane(lane or trial, lanes)
    stand = lanes[lane]
    if int(number) < stand.next or not stand.has(int(number)):
        what = "is decided already" if int(number) < stand.next else "will not be: the arm has no trial left for it"
        help_ = f"the next of `{lane}` is `{lane}/{stand.next}`" if stand.has(stand.next) else f"`{lane}` tries no more"
        return Diagnostic("MLP0905", f"trial `{trial}` {what}", help=help_)
    Control(run.folder).forbid(lane, int(number), because)
    return None


class Suggested(NamedTuple):
    """An edit that an arm tries next."""

    lane: str
    """Arm and replicate."""
    trial: int
    """Which trial of it this will be, where its budget reaches so far."""

    def __repr__(self) -> str:
        return in_a_line("Suggested", f"trial {self.lane}/{self.trial}")


def propose(run: Run, lane: str | None, changes: Sequence[Change], because: str) -> Suggested | Diagnostic:
    """Have an arm try an edit next, without `lane` the first; why not, where it has no trial left or no such edit."""
    lanes = _open_lanes(run, "try")
    if isinstance(lanes, Diagnostic):
        return lanes
    chosen = lane or next(iter(lanes))
    if chosen not in lanes:
        return _no_lane(chosen, lanes)
    source = read_source(run.folder / "baseline.mlp")
    space = None if isinstance(source, Unreadable) else resolve(source).spec.space
    if space is None:
        return Diagnostic("MLP0808", f"`{run.name}` has lost its `baseline.mlp`", help="execute the spec again")
    read = Chart(space).read(changes)
    if isinstance(read, str):
        return Diagnostic("MLP0714", read, help="edits name paths of the `search` block and values of their domains")
    if Chart(space).proposal(read, "", "") == Proposal(()):
        help_ = "it is what every candidate is compared with; change at least one value"
        return Diagnostic("MLP0714", "this edit is the baseline itself", help=help_)
    control, stand = Control(run.folder), lanes[chosen]
    number = stand.next + stand.is_under_way + control.waiting(chosen)
    if not stand.has(number):
        help_ = "another arm may have trials left: see `mlipilot status`"
        return Diagnostic("MLP0905", f"`{chosen}` has no trial left for this edit", help=help_)
    control.suggest(chosen, Proposal(tuple(changes), hypothesis=because))
    return Suggested(chosen, number)


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


def _open_lanes(run: Run, verb: str) -> dict[str, _Stand] | Diagnostic:
    """Where each lane of a campaign that has not ended is; `verb` is what is to be done there."""
    entries = read_journal(run.campaign).entries
    if not entries:
        return Diagnostic(
            "MLP0904", f"`{run.name}` is no campaign", help="its spec has no `pilot` block, or never began"
        )
    if is_closed(entries):
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
    return lanes


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

"""Rules of campaigns: a `pilot` that has something to change, something to judge by, and an end."""

from __future__ import annotations

import math

from mlipilot.compiler.data_paths import look
from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.datasets.data_files import base_folder
from mlipilot.compiler.faults import about, beside, into, place, target
from mlipilot.compiler.proposals import read_proposals
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.values import Applied, BlockValue, Value, meaning

_RECORD = "name the `campaign.jsonl` of another campaign, or JSON lines with a `proposal` each"
_FINITE = frozenset({"grid", "replay"})
"""Proposers that come to an end by themselves."""
_SAME = {
    "grid": "proposes the same points in each replicate",
    "replay": "proposes the same edits in each replicate",
    "human": "waits for a person in each replicate",
}
"""Proposers that no seed changes."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of a spec with a `pilot` block."""
    pilot = spec.only("pilot")
    if pilot is None:
        return []
    found = [*_judges(spec, pilot), *_repeated(pilot), *_replicates(pilot), *_recorded(pilot), *_left_out(spec, pilot)]
    found += _screened(spec, pilot)
    if not spec.incomplete:
        # What is absent is missed only where all that was written could be read.
        found += [
            *_changes(spec, pilot),
            *_tokens(spec, pilot),
            *_prices(spec, pilot),
            *_ends(spec, pilot),
            *_sealed(spec, pilot),
        ]
    return found


def _changes(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    if spec.only("search") is not None:
        return []
    return [
        about(
            pilot,
            "MLP0422",
            "`pilot` has nothing that it may change",
            pilot.span,
            "no `search` block",
            help="add such as `search { fit.main.lr ~ log_uniform(1e-3, 3e-2) }`, or leave the pilot out",
        )
    ]


def _judges(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """A campaign decides by one scorecard, and improves at most one metric of it."""
    scorecard = spec.only("scorecard")
    if scorecard is None and spec.incomplete:
        return []
    if scorecard is None:
        return [
            about(
                pilot,
                "MLP0423",
                "nothing judges what `pilot` changes",
                pilot.span,
                "no `scorecard` block",
                help="add a scorecard: what a model must satisfy, and what is minimised",
            )
        ]
    objectives = [rule for rule in scorecard.constraints if rule.verb in ("minimize", "maximize")]
    if len(objectives) < 2:
        return []
    first, *others = objectives
    return [
        about(
            others[0],
            "MLP0424",
            f"a campaign improves one metric, and scorecard `{scorecard.name}` names {len(others) + 1}",
            others[0].span,
            "a second objective",
            secondary=(
                beside(first, first.span, "the first"),
                *(beside(rule, rule.span, "another") for rule in others[1:]),
            ),
            help="keep the one that matters, and `require` or `prefer` bounds of the others",
        )
    ]


def _calls(pilot: BlockValue) -> list[tuple[Value, Applied]]:
    """The proposers as written, the pilot's own first."""
    values = [pilot.fields[name] for name in ("proposer",) if pilot.has(name)]
    values += pilot.items("controls") if pilot.has("controls") else ()
    return [(value, value.data) for value in values if isinstance(value.data, Applied)]


def _repeated(pilot: BlockValue) -> list[Diagnostic]:
    """Controls that are an arm already; those that nobody wrote are left out silently."""
    found: list[Diagnostic] = []
    seen: dict[object, Value] = {}
    for value, call in _calls(pilot):
        first = seen.setdefault(meaning(call), value)
        if first is value or value.span is None:
            continue
        found.append(
            about(
                pilot,
                "MLP0425",
                f"`{value.written or call.name}` is an arm of this campaign already",
                value.span,
                "runs once all the same",
                secondary=() if first.span is None else (beside(pilot, first.span, "the first"),),
                help="leave it out; `replicates` runs every arm again",
            )
        )
    return found


def _replicates(pilot: BlockValue) -> list[Diagnostic]:
    if not pilot.has("replicates") or pilot.integer("replicates") == 1:
        return []
    found: list[Diagnostic] = []
    for value, call in _calls(pilot):
        if call.name in _SAME and value.span is not None:
            found.append(
                about(
                    pilot,
                    "MLP0426",
                    f"`{call.name}` {_SAME[call.name]}",
                    value.span,
                    "no seed changes what it proposes",
                    secondary=(beside(pilot, place(pilot, "replicates"), "replicates"),),
                    notes=("its replicates differ by the seeds of their runs alone",),
                    help="set `replicates = 1`, or use another proposer",
                )
            )
    return found


def _recorded(pilot: BlockValue) -> list[Diagnostic]:
    """Records that cannot be proposed again, for they are not there or are none."""
    found: list[Diagnostic] = []
    for value, call in _calls(pilot):
        record = call.arguments.get("record")
        if call.name != "replay" or record is None or not isinstance(record.data, str):
            continue
        base = base_folder(pilot)
        read = read_proposals(base / record.data)
        if isinstance(read, str):
            wrong, remedy = look(base, record.data)
            is_there = not wrong or (base / record.data).is_file()
            found.append(
                about(
                    pilot,
                    "MLP0903",
                    read,
                    record.span or value.span or pilot.span,
                    "no record of proposals" if is_there else wrong,
                    help=_RECORD if is_there or (base / record.data).is_dir() else remedy,
                )
            )
    return found


def _tokens(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    budget = spec.only("budget")
    if budget is not None and (budget.has("tokens") or budget.has("money") or budget.incomplete):
        return []
    model = next((value for value, call in _calls(pilot) if "model" in call.arguments), None)
    if model is None:
        return []
    return [
        about(
            pilot,
            "MLP0427",
            "the language model may use any number of tokens",
            model.span or pilot.span,
            "asked for every trial",
            help="add such as " + into("budget", budget, "tokens <= 200_000"),
        )
    ]


def _prices(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """Money that is limited can be kept to only where the price of each token is known."""
    budget = spec.only("budget")
    if budget is None or not budget.has("money"):
        return []
    found: list[Diagnostic] = []
    for value, call in _calls(pilot):
        prices = call.arguments.get("prices")
        if prices is not None and isinstance(prices.data, Applied) and prices.data.name == "unknown":
            found.append(
                about(
                    pilot,
                    "MLP0430",
                    f"what `{call.name}` may spend is limited, and the prices of its tokens are not known",
                    value.span or pilot.span,
                    "no prices",
                    secondary=(beside(budget, place(budget, "money"), "limits money"),),
                    help=f"say them: `{call.name}({_model(call)}, prices = per_million(1.25, 10))`; a model of "
                    "your own costs `per_million(0, 0)`",
                )
            )
    return found


def _model(call: Applied) -> str:
    return f'"{call.arguments["model"].data}"'


def _ends(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """`wall` ends an execution, which can be gone on with; only trials and device time end a campaign."""
    budget = spec.only("budget")
    if budget is not None and (budget.has("trials") or budget.has("device_time") or budget.incomplete):
        return []
    if all(call.name in _FINITE for _, call in _calls(pilot)) or pilot.incomplete:
        return []
    secondary: tuple[Annotation, ...] = ()
    if budget is not None:
        secondary = (beside(budget, budget.span, "limits neither trials nor device time"),)
    return [
        about(
            pilot,
            "MLP0428",
            "this campaign has no end",
            pilot.span,
            "proposes for ever",
            secondary=secondary,
            help="add such as "
            + into("budget", budget, "trials <= 20")
            + f", or `{'device_time <= 2 h' if budget else 'budget { device_time <= 2 h }'}`",
        )
    ]


def _sealed(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """Data that every trial is judged by, and none that are not looked at before the end."""
    scorecard = spec.only("scorecard")
    training = target(spec, scorecard, "judges") if scorecard is not None else None
    data = target(spec, training, "data") if training is not None else None
    if data is None or data.incomplete or facts_of(data).seals:
        return []
    return [
        about(
            data,
            "MLP0432",
            f"`{data.name}` seals no frames, and the campaign chooses by the others",
            place(data, "split"),
            "nothing is `sealed`",
            secondary=(beside(pilot, pilot.span, "the campaign"),),
            help="keep some back by `sealed = …`: the best of many trials looks better than it is on the frames that "
            "chose it",
        )
    ]


def _screened(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """A share of epochs that is no whole number of them, and is rounded up."""
    scorecard = spec.only("scorecard")
    training = target(spec, scorecard, "judges") if scorecard is not None else None
    if training is None or not pilot.has("screen"):
        return []
    share = pilot.number("screen")
    cut = [stage for stage in training.children if stage.has("epochs") and (stage.integer("epochs") * share) % 1]
    if not cut:
        return []
    stage, written = cut[0], pilot.fields["screen"].written
    epochs = stage.integer("epochs")
    return [
        about(
            pilot,
            "MLP0523",
            f"`screen` of {written} is no whole number of the {epochs} epochs of stage `{stage.name}`",
            place(pilot, "screen"),
            f"rounded up: {max(1, math.ceil(epochs * share))} epochs",
            secondary=(beside(stage, place(stage, "epochs"), "its epochs"),),
            help="choose a share that divides the epochs of each stage",
        )
    ]


def _left_out(spec: Spec, pilot: BlockValue) -> list[Diagnostic]:
    """Trainings that no trial runs, and draws that no trial would notice."""
    scorecard = spec.only("scorecard")
    if scorecard is None or not scorecard.has("judges"):
        return []
    judged = spec.block(scorecard.reference("judges").block)
    if judged is None or not judged.has("model"):
        return []
    found = [
        about(
            training,
            "MLP0429",
            f"`{training.name}` takes no part in the campaign, and is not trained",
            training.span,
            "not judged",
            secondary=(beside(scorecard, place(scorecard, "judges"), "judges another"),),
            help="leave it out, or execute it by a spec without a pilot",
        )
        for training in spec.of_kind("training")
        if training.name != judged.name
    ]
    taking_part = {judged.name, judged.reference("model").block}
    for draw in spec.space.draws if spec.space is not None else ():
        if draw.path.block not in taking_part:
            found.append(
                Diagnostic(
                    "MLP0429",
                    f"`{draw.path.text}` takes no part in the campaign: no run of a trial reads it",
                    spec.source,
                    Annotation(draw.span, f"`{judged.name}` alone is judged"),
                    help="leave it out: trials that differ by it alone measure the same",
                )
            )
    return found

"""Rules of `metric` and `rope` of `encoding` blocks: one for what each data set predicts, and none without use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlipilot.compiler.encodings.benchmark import METRICS_OF
from mlipilot.compiler.encodings.data.kinds import task_of, unit_of
from mlipilot.compiler.encodings.terms import Term, call_of, term
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.encoding import DATA
from mlipilot.spec.source import Span
from mlipilot.spec.values import BlockValue, Name, Value

_SHARES = ("", "%")
"""Units of a ROPE that is a plain share."""
_ROPES = {
    "": (
        "plain share",
        "plain shares",
        "add one, such as `1 %`: points of a metric of classes, or standard deviations of a number",
    ),
    "eV/atom": ("energy per atom", "energies per atom", "add one, such as `1 meV/atom`"),
}
"""What a ROPE is, what several are, and the remedy where none is, by the unit of what is predicted."""


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of what the arms of each `encoding` block are judged by."""
    found: list[Diagnostic] = []
    for block in spec.of_kind("encoding"):
        if block.has("data"):
            entries = [(term(call_of(value), DATA), value.span or block.span) for value in block.items("data")]
            found += [*_metrics(block, entries), *_ropes(block, entries)]
    return found


def _metrics(block: BlockValue, entries: Sequence[tuple[Term, Span]]) -> Iterator[Diagnostic]:
    written = block.items("metric") if block.has("metric") else ()
    if not written:
        return
    lacks = False
    for task, words in METRICS_OF.items():
        found = [value for value in written if isinstance(value.data, Name) and value.data.text in words]
        user = next(((data, span) for data, span in entries if task_of(data) == task), None)
        if len(found) > 1:
            yield _rivals(block, found, f"two metrics of {task} are given")
        elif user is not None and not found:
            lacks = True
            yield about(
                block,
                "MLP1216",
                f"`metric` has none of {task}, which `{user[0].name}` is to predict",
                place(block, "metric"),
                help=f"add one of {', '.join(f'`{word}`' for word in words)}",
                secondary=(beside(block, user[1], task),),
            )
    if not (lacks or block.fields["metric"].is_default):
        yield from _idle(block, entries, written)


def _idle(block: BlockValue, entries: Sequence[tuple[Term, Span]], written: Sequence[Value]) -> Iterator[Diagnostic]:
    """Metrics that somebody wrote, of a task that no data set has."""
    tasks = {task_of(data) for data, _ in entries}
    for task, words in METRICS_OF.items():
        for value in written if task not in tasks else ():
            if isinstance(value.data, Name) and value.data.text in words and value.span is not None:
                said = f"`{value.data.text}` judges nothing: it is of {task}, which no data set is to predict"
                yield about(block, "MLP1217", said, value.span, help="leave it out")


def _ropes(block: BlockValue, entries: Sequence[tuple[Term, Span]]) -> Iterator[Diagnostic]:
    written = block.items("rope") if block.has("rope") else ()
    for unit, (noun, nouns, remedy) in _ROPES.items() if written else ():
        found = [value for value in written if (value.unit in _SHARES) is not bool(unit)]
        user = next(((data, span) for data, span in entries if unit_of(data) == unit), None)
        if len(found) > 1:
            yield _rivals(block, found, f"two ROPEs are given, both {nouns}")
        elif user is not None and not found:
            yield about(
                block,
                "MLP1218",
                f"`rope` has no {noun}, which `{user[0].name}` needs",
                place(block, "rope"),
                "differences that count as none",
                help=remedy,
                secondary=(beside(block, user[1], "what is predicted"),),
            )


def _rivals(block: BlockValue, values: Sequence[Value], headline: str) -> Diagnostic:
    first, second = (value.span or block.span for value in values[:2])
    return about(
        block, "MLP1219", headline, second, help="leave one of them out", secondary=(beside(block, first, "the first"),)
    )


__all__ = ["check"]

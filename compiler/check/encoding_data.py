"""Rules of the data of `encoding` blocks: files, arguments, and whether there is enough for the folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlipilot.compiler.check.files import sizes
from mlipilot.compiler.encodings.data import soap
from mlipilot.compiler.encodings.data.folds import fold_faults
from mlipilot.compiler.encodings.data.kinds import facts_of, faults_of
from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.terms import Term, term
from mlipilot.compiler.faults import about, beside
from mlipilot.spec.diagnostics import Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.encoding import DATA
from mlipilot.spec.source import Span
from mlipilot.spec.values import Applied, BlockValue, Value


class Entry(NamedTuple):
    """An entry of the list `data`."""

    call: Applied
    span: Span
    term: Term
    facts: SampleFacts | None


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of the data of each `encoding` block."""
    return [found for block in spec.of_kind("encoding") if block.has("data") for found in _check(spec, block)]


def _check(spec: Spec, block: BlockValue) -> Iterator[Diagnostic]:
    entries = [_entry(spec, block, value) for value in block.items("data")]
    protocol = _protocol(block)
    for entry in entries:
        faults = list(faults_of(entry.term, block))
        if entry.facts is not None and protocol is not None:
            faults += fold_faults(entry.facts, entry.term.name, protocol)
        for fault in faults:
            yield _diagnostic(block, entry, fault)
    yield from _repeated(block, entries)


def _entry(spec: Spec, block: BlockValue, value: Value) -> Entry:
    assert isinstance(value.data, Applied)
    written = term(value.data, DATA)
    facts = facts_of(written, block, spec)
    if facts is None and written.kind == "soap":
        facts = soap.scanned(sizes(spec).get(written.arguments["data"], {}))
    return Entry(value.data, value.span or block.span, written, facts)


def _protocol(block: BlockValue) -> Protocol | None:
    if not block.has("protocol"):
        return None
    given = block.call("protocol").arguments
    outer, repeats, inner = (given[name].data for name in ("outer", "repeats", "inner"))
    assert isinstance(outer, int)
    assert isinstance(repeats, int)
    assert isinstance(inner, int)
    return Protocol(outer, repeats, inner)


def _diagnostic(block: BlockValue, entry: Entry, fault: Fault) -> Diagnostic:
    """A fault at the argument that it is about, or at the whole call where that was not written."""
    argument, fix = entry.call.arguments.get(fault.part), None
    span = (argument.span if argument is not None else None) or entry.span
    if fault.replacement is not None:
        text = f'"{fault.replacement}"'
        fix = Fix(f"write `{text}`", (Edit(span, text),), Applicability.UNSAFE)
    return about(block, fault.code, fault.headline, span, fault.label, help=fault.help, fix=fix)


def _repeated(block: BlockValue, entries: Sequence[Entry]) -> Iterator[Diagnostic]:
    for number, entry in enumerate(entries):
        first = next((other for other in entries[:number] if other.term[:2] == entry.term[:2]), None)
        if first is not None:
            yield about(
                block,
                "MLP1215",
                f"`{entry.term.name}` is named twice",
                entry.span,
                "the same samples",
                help="leave one of them out",
                secondary=(beside(block, first.span, "named first here"),),
            )


__all__ = ["check"]

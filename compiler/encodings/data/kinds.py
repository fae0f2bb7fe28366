"""The kinds of data of an encoding benchmark: what each is known to hold, and what is wrong with a call of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.datasets.data_files import DataFiles, base_folder
from mlipilot.compiler.encodings.data import generated, large, soap
from mlipilot.compiler.encodings.data.bundled import BUNDLED
from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts, Task
from mlipilot.compiler.encodings.data.table import Wanted, look_at
from mlipilot.compiler.encodings.terms import Term
from mlipilot.spec.document import Spec
from mlipilot.spec.values import Applied, BlockValue

Arguments = Mapping[str, Any]


class Kind(NamedTuple):
    """A signature of the field `data`."""

    facts: Callable[[Arguments, BlockValue, Spec], SampleFacts | None]
    """Before anything runs; None where only a scan or the job tells."""
    faults: Callable[[Arguments, BlockValue], tuple[Fault, ...]] = lambda given, block: ()
    """Of a call, by its arguments and what they name."""
    task: Callable[[Arguments], Task] = lambda given: "classes"
    unit: str = ""
    """Of numbers."""


def _bundled(name: str) -> Kind:
    return Kind(lambda given, block, spec: BUNDLED[name], task=lambda given: BUNDLED[name].task)


def _generated(name: str) -> Kind:
    def faults(given: Arguments, block: BlockValue) -> tuple[Fault, ...]:
        found = generated.GENERATED[name].contradiction(given)
        return () if found is None else (found,)

    return Kind(lambda given, block, spec: generated.facts(name, given), faults, lambda given: generated.task(name))


def _large(name: str) -> Kind:
    def faults(given: Arguments, block: BlockValue) -> tuple[Fault, ...]:
        found = (large.too_many_rows(name, given.get("rows")), large.missing_files(name))
        return tuple(fault for fault in found if fault is not None)

    return Kind(lambda given, block, spec: large.facts(name, given.get("rows")), faults)


_TABLE = Kind(
    lambda given, block, spec: look_at(base_folder(block), given["file"], Wanted.of(given)).facts,
    lambda given, block: look_at(base_folder(block), given["file"], Wanted.of(given)).faults,
    lambda given: given["task"],
)
_SOAP = Kind(
    lambda given, block, spec: soap.facts(spec.block(given["data"])), task=lambda given: "numbers", unit=soap.UNIT
)
KINDS: Mapping[str, Kind] = {
    **{name: _bundled(name) for name in BUNDLED},
    **{name: _generated(name) for name in generated.GENERATED},
    **{name: _large(name) for name in large.LARGE},
    "table": _TABLE,
    "soap": _SOAP,
}
"""By name, each signature of `spec.schema.encoding.DATA`."""


def facts_of(term: Term, block: BlockValue, spec: Spec) -> SampleFacts | None:
    """What a data set of an `encoding` block holds; None where only a scan or the job tells, or where it is faulty."""
    return KINDS[term.kind].facts(term.arguments, block, spec)


def faults_of(term: Term, block: BlockValue) -> tuple[Fault, ...]:
    """What is wrong with a data set of an `encoding` block by itself."""
    return KINDS[term.kind].faults(term.arguments, block)


def task_of(term: Term) -> Task:
    """What is predicted on a data set, whatever else is wrong with it."""
    return KINDS[term.kind].task(term.arguments)


def unit_of(term: Term) -> str:
    """The unit of what is predicted: `eV/atom`, or none."""
    return KINDS[term.kind].unit


def parameters(term: Term, call: Applied, block: BlockValue, files: DataFiles) -> dict[str, Any]:
    """A data set as a job has it: `kind`, `arguments` and `name`; a file by its name and digest, entered in `files`."""
    document = term.document()
    if "file" in call.arguments:
        document["arguments"]["file"] = files.entry(block, call.arguments["file"])
    return document


__all__ = ["KINDS", "Kind", "facts_of", "faults_of", "parameters", "task_of", "unit_of"]

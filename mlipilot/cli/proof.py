"""`check` and `compile`: what can be said of a spec without running anything."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlipilot.compiler.check import search_in_words
from mlipilot.compiler.compile import check_file, check_source
from mlipilot.compiler.datasets import source_of
from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.render import DOCUMENTS, FOR_PROGRAMS, render
from mlipilot.compiler.render.style import style_for
from mlipilot.compiler.review.sentences import said_of
from mlipilot.compiler.spec_files import find_spec
from mlipilot.spec.diagnostics import Diagnostic, Severity, has_errors
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import is_here

if TYPE_CHECKING:
    from mlipilot.compiler.plan import Compiled
    from mlipilot.spec.document import Spec

_FRAME = re.compile(r"\bframes? \d+(?: \(line|, line|, \d)")
"""A frame by its number, with its line; not a number of frames."""


def show(diagnostics: list[Diagnostic], output_format: str = "full", fixes: str = "") -> None:
    """Print diagnostics: for programs to standard output, for people to standard error.

    `fixes` is the verb whose `--fix` makes what fixes they have.
    """
    stream = sys.stdout if output_format in FOR_PROGRAMS else sys.stderr
    text = render(diagnostics, output_format, style_for(stream))
    if text:
        sys.stdout.flush()  # what was said before stays before it where both streams are one
        print(text, file=stream)
    if diagnostics and output_format == "full":
        from mlipilot.cli.explaining import hint  # most specs have nothing that needs to be explained

        ranked = sorted(diagnostics, key=lambda diagnostic: not diagnostic.is_error)
        remedy = _fixes(diagnostics, fixes) if fixes else ""
        base = "; frames count from 0, as in ASE" if any(map(_names_a_frame, diagnostics)) else ""
        print(f"\n{_count(diagnostics)}{remedy}{base}; {hint(d.code for d in ranked)}", file=stream)


def _names_a_frame(diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic names a frame by its number."""
    label = diagnostic.primary.label if diagnostic.primary is not None else ""
    said = (diagnostic.headline, label, *diagnostic.notes, diagnostic.help)
    return any(_FRAME.search(text) for text in said)


def _count(diagnostics: list[Diagnostic]) -> str:
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    parts = [count(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(parts)


def _fixes(diagnostics: list[Diagnostic], verb: str) -> str:
    from mlipilot.compiler.mending import fixable

    safe, both = fixable(diagnostics), fixable(diagnostics, unsafe=True)
    if safe == both:
        return f"; `mlipilot {verb} --fix` makes {count(safe, 'fix', 'fixes')}" if safe else ""
    if not safe:
        return f"; `mlipilot {verb} --unsafe-fixes` makes {count(both, 'fix', 'fixes')} (look first)"
    return f"; `mlipilot {verb} --fix` makes {count(safe, 'fix', 'fixes')}, `--unsafe-fixes` {both - safe} more"


def check(
    given: Path | None, output_format: str, *, fix: bool = False, unsafe: bool = False, engine: str | None = None
) -> int:
    """Check a spec; with `fix`, make the safe fixes first, with `unsafe` the others too; with `engine`, ask it too."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path], output_format)
        return 2
    checked = check_file(path)
    found = checked.diagnostics
    if fix or unsafe:
        from mlipilot.cli.mending import mend_file

        fault = mend_file(path, lambda source: check_source(source).diagnostics, output_format, unsafe=unsafe)
        checked = check_file(path)
        found = [*checked.diagnostics, *([fault] if fault else [])]
    if checked.spec is not None and checked.spec.only("pilot") is not None:
        from mlipilot.runtime.pilot.campaign.power_of import refusal  # few specs have a pilot

        found = [*found, *refusal(checked)]
    if engine is not None and not has_errors(found):
        from mlipilot.runtime.loading import asked_of  # plain `check` runs nothing

        found = asked_of(path, engine).diagnostics
    show(found, output_format, fixes="check")
    if has_errors(found):
        return 2
    if output_format not in DOCUMENTS:
        print(f"`{path}` is consistent")
        if engine is not None:
            from mlipilot.runtime.execution.preflight import was_answered

            print(
                f"engine `{engine}` takes its jobs"
                if was_answered(found)
                else f"whether `{engine}` takes its jobs is not known"
            )
        elif checked.spec is not None and (elsewhere := unasked(checked.spec)):
            print(
                f"engine `{elsewhere}` was not asked whether it takes the jobs: `mlipilot check --engine {elsewhere}`"
            )
        _say_data(checked.spec)
        if checked.spec is not None and checked.spec.space is not None:
            print(search_in_words(checked.spec))
        if checked.spec is not None and checked.spec.of_kind("encoding"):
            from mlipilot.compiler.review import promises  # few specs have such a benchmark

            print(f"\n{promises.as_text(promises.benchmark_power(checked.spec), style_for(sys.stdout))}")
    return 0


def _say_data(spec: Spec | None) -> None:
    """Print what was found in the files of data sets, and what is made of molecules."""
    sources = [(block, source_of(block)) for block in spec.of_kind("dataset")] if spec is not None else []
    for block, source in sources:
        if spec is not None and source is not None and source.has_words and not source.reads_files:
            words = [*source.in_words(source.parameters(block, DataFiles(spec))), *source.unchecked(block)]
            print(said_of(block.name, words))
    if spec is not None and any(source is not None and source.reads_files for _, source in sources):
        from mlipilot.compiler.review.data import found_in_files  # most specs have no such data set

        print("\n".join(found_in_files(spec)))


def unasked(spec: Spec) -> str:
    """The engine that a spec's plan is for, where it is one that somebody could be asked about; else nothing."""
    block = spec.only("engine")
    return "" if block is None or is_here(block.tag) else block.name


def reading_in_words(compiled: Compiled) -> list[str]:
    """What a plan makes of the frames of its data sets, a text each."""
    from mlipilot.compiler.datasets import source_of_job

    if not any("op" in job.params and source_of_job(job.params).has_words for job in compiled.plan.jobs):
        return []
    from mlipilot.compiler.review.data import data_in_words  # needs NumPy, and most plans have no such data set

    return data_in_words(compiled.plan)


def compile_(
    given: Path | None, output: Path | None, output_format: str, *, probe: bool = False, engine: str | None = None
) -> int:
    """Compile a spec and write its plan."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path], output_format)
        return 2
    if probe and sys.stderr.isatty():
        print("trying each training: a minute at most for each that is new", file=sys.stderr)
    from mlipilot.runtime.loading import compile_spec_file, write_plan_file

    compiled, found = compile_spec_file(path, probe=probe, engine=engine)
    diagnostics = list(found)
    target = output or path.with_suffix(".plan.json")
    fault = None if compiled is None else write_plan_file(compiled, target)
    if fault is not None:
        diagnostics.append(fault)
        compiled = None
    show(diagnostics, output_format)
    if compiled is None:
        return 2
    if output_format not in DOCUMENTS:
        print("\n".join([sentence(compiled), *reading_in_words(compiled)]))
        print(f"plan {compiled.plan.hash[:12]} written to `{target}`")
    return 0


def sentence(compiled: Compiled) -> str:
    """What will run, what is reused and what it costs; of a campaign also what its trials do."""
    from mlipilot.compiler.estimate import in_words
    from mlipilot.runtime.forecast import forecast

    first = forecast(compiled, in_words)
    if compiled.plan.campaign is None:
        return first
    from mlipilot.compiler.review.trials import sentences

    return "\n".join([first, *sentences(compiled)])

"""`check` and `compile`: what can be said of a spec without running anything."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlipilot.compiler.check import search_in_words
from mlipilot.compiler.compile import check_file, check_source, compile_file
from mlipilot.compiler.render import DOCUMENTS, FOR_PROGRAMS, render
from mlipilot.compiler.render.style import style_for
from mlipilot.spec.diagnostics import Diagnostic, Severity, has_errors
from mlipilot.spec.diagnostics.refusal import unwritten
from mlipilot.spec.numerals import count
from mlipilot.spec.source import Unreadable, read_text

if TYPE_CHECKING:
    from mlipilot.compiler.plan import Compiled


def find_spec(given: Path | None) -> Path | Diagnostic:
    """The spec that was meant: the one given, or the only one of this folder."""
    if given is not None:
        return given
    found = sorted(Path().glob("*.mlp"))
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"`{path}`" for path in found)
    headline = f"this folder has {len(found)} specs: {names}" if found else "this folder has no `.mlp` file"
    return Diagnostic("MLP0001", headline, help="name one" if found else "name a spec, or write one")


def load(given: Path | None) -> tuple[Compiled | None, list[Diagnostic]]:
    """The plan of a spec, which is compiled first, or of a plan file; none of a campaign that could find nothing."""
    return _powered(*load_any(given))


def load_any(given: Path | None) -> tuple[Compiled | None, list[Diagnostic]]:
    """The same, whatever a campaign could find."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        return None, [path]
    source = read_text(path)
    if isinstance(source, Unreadable):
        return None, [Diagnostic("MLP0001", source.headline, help=source.help)]
    if path.suffix != ".json" and not source.text.lstrip().startswith("{"):
        return _compile(path)
    from mlipilot.compiler.plan_file import read_plan

    plan = read_plan(source.text, path)
    return (None, [plan]) if isinstance(plan, Diagnostic) else (plan, [])


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
        print(f"\n{_count(diagnostics)}{remedy}; {hint(diagnostic.code for diagnostic in ranked)}", file=stream)


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


def check(given: Path | None, output_format: str, *, fix: bool = False, unsafe: bool = False) -> int:
    """Check a spec; with `fix`, make the safe fixes first, with `unsafe` the others too."""
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
    show(found, output_format, fixes="check")
    if has_errors(found):
        return 2
    if output_format not in DOCUMENTS:
        print(f"`{path}` is consistent")
        if checked.spec is not None and checked.spec.space is not None:
            print(search_in_words(checked.spec))
    return 0


def refuse_to_overwrite(target: Path, suffix: str, noun: str) -> Diagnostic | None:
    """A diagnostic where `-o` names an existing file that is surely something else, such as a spec."""
    if not target.exists() or target.suffix == suffix:
        return None
    return Diagnostic(
        "MLP0704",
        f"`{target}` exists and is no {noun}; it is left as it is",
        help=f"name a file that ends in `{suffix}`, or remove this one first",
    )


def _powered(compiled: Compiled | None, found: list[Diagnostic]) -> tuple[Compiled | None, list[Diagnostic]]:
    """A plan with what is to be said of its campaign's power; none where an error is."""
    if compiled is None or compiled.plan.campaign is None:
        return compiled, found
    from mlipilot.runtime.pilot.campaign.power_of import doubts

    found = [*found, *doubts(compiled)]
    return (None if has_errors(found) else compiled), found


def _compile(path: Path, *, probe: bool = False) -> tuple[Compiled | None, list[Diagnostic]]:
    """A spec's plan, its estimate by what was measured on this machine; with `probe`, what was not is measured now."""
    from mlipilot.runtime import probe as probes

    if probe and sys.stderr.isatty():
        print("trying each training: a minute at most for each that is new", file=sys.stderr)
    return compile_file(path, probes.probe if probe else probes.kept)


def compile_(given: Path | None, output: Path | None, output_format: str, *, probe: bool = False) -> int:
    """Compile a spec and write its plan."""
    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path], output_format)
        return 2
    compiled, diagnostics = _powered(*_compile(path, probe=probe))
    target = output or path.with_suffix(".plan.json")
    taken = refuse_to_overwrite(target, ".json", "plan")
    if compiled is not None and taken is not None:
        diagnostics.append(taken)
        compiled = None
    if compiled is not None:
        from mlipilot.compiler.plan_file import write_plan
        from mlipilot.runtime.foundation.atomic_files import write_output

        try:
            write_output(target, write_plan(compiled, target.parent).encode())
        except OSError as error:
            diagnostics.append(unwritten(error, target, help="choose another place with `-o`"))
            compiled = None
    show(diagnostics, output_format)
    if compiled is None:
        return 2
    if output_format not in DOCUMENTS:
        print(sentence(compiled))
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

"""Text to plan: read, resolve, check, lower; every fault on the way is returned, none is raised.

Lowering is imported where it is called: `check` does without it, and answers a third sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.compiler.check import check, sizes
from mlipilot.compiler.faults import nothing_to_run
from mlipilot.spec.diagnostics import Annotation, Diagnostic, has_errors
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile, Unreadable, read_source

if TYPE_CHECKING:
    from mlipilot.compiler.experience import Experience
    from mlipilot.compiler.measured import Measured
    from mlipilot.compiler.plan import Compiled


class Checked(NamedTuple):
    """A spec (None where its file could not be read) and every fault found in it."""

    spec: Spec | None
    diagnostics: list[Diagnostic]


class Probed(NamedTuple):
    """What is known of a plan besides itself, by probes of its trainings and by what was run here before."""

    measured: Measured | None
    diagnostics: list[Diagnostic]
    """Of probes that failed."""
    learned: Experience | None = None
    left: Mapping[str, float] = MappingProxyType({})
    """Of jobs whose work is partly done, by id: the share that is not."""


Probe = Callable[[Spec, "Compiled"], Probed]


def check_file(path: Path) -> Checked:
    """Read and check a spec file."""
    source = read_source(path)
    if isinstance(source, Unreadable):
        return Checked(None, [Diagnostic("MLP0001", source.headline, help=source.help)])
    return check_source(source)


def check_source(source: SourceFile) -> Checked:
    """Check a spec's text."""
    resolved = resolve(source)
    return check_spec(resolved.spec, resolved.diagnostics)


def check_spec(spec: Spec, found: list[Diagnostic]) -> Checked:
    """Check a spec that was read already, with what was found in it then."""
    said = check(spec)
    if not found and not spec.blocks:
        said = [nothing_to_run(spec)]
    if has_errors(found):  # what was misread may be what names a block
        said = [diagnostic for diagnostic in said if diagnostic.code != "MLP0526"]
    empty = {diagnostic.place for diagnostic in said if diagnostic.code == "MLP0416"}
    # That the spec is no point of a search without points goes without saying.
    found = [diagnostic for diagnostic in found if diagnostic.code != "MLP0414" or diagnostic.place not in empty]
    return Checked(spec, sorted(found + said, key=lambda diagnostic: diagnostic.order))


def compile_spec(spec: Spec) -> Compiled | list[Diagnostic]:
    """Lower a spec that checks without an error."""
    from mlipilot.compiler.estimate import estimate
    from mlipilot.compiler.lower import lower
    from mlipilot.compiler.lower.places import parameter_places, parameter_texts, source_lines
    from mlipilot.compiler.plan import Compiled

    lowered = lower(spec)
    if isinstance(lowered, list):
        return lowered
    plan = lowered.plan
    lines, places = source_lines(spec, plan), parameter_places(spec, plan)
    texts = parameter_texts(spec, plan)
    return Compiled(plan, estimate(plan, sizes(spec)), lines, lowered.files, Path(spec.source.name), places, texts)


def compile_file(
    path: Path, probe: Probe | None = None, engine: str | None = None
) -> tuple[Compiled | None, list[Diagnostic]]:
    """Read, check and lower a spec file; with an error there is no plan.

    `probe` measures the plan, or remembers what was measured; without it the estimate is analytic.
    `engine` names one of the spec's engines, or a kind of engine; without it the first one is meant.
    """
    from mlipilot.compiler.engine.choice import with_engine

    checked = check_file(path)
    if checked.spec is None or has_errors(checked.diagnostics):
        return None, checked.diagnostics
    chosen = with_engine(checked.spec, engine)
    if isinstance(chosen, Diagnostic):
        return None, [*checked.diagnostics, chosen]
    compiled = compile_spec(chosen)
    if isinstance(compiled, list):
        return None, [*checked.diagnostics, *compiled]
    found = list(checked.diagnostics)
    if probe is not None:
        probed = probe(chosen, compiled)
        found += probed.diagnostics
        if probed.measured is not None or probed.learned is not None or probed.left:
            from mlipilot.compiler.estimate import estimate

            figures = estimate(compiled.plan, sizes(chosen), probed.measured, probed.learned, probed.left)
            compiled = compiled._replace(estimate=figures)
        if probed.measured is not None:
            from mlipilot.compiler.estimate import memory_errors

            found += memory_errors(chosen, compiled, probed.measured)
        if has_errors(found):
            return None, found
    return compiled, [*found, *plan_warnings(chosen, compiled)]


def plan_warnings(spec: Spec, compiled: Compiled) -> list[Diagnostic]:
    """What is to be said of a plan: limits of the budget that it passes, a device that is not here."""
    from mlipilot.compiler.estimate import budget_warnings

    return [
        *budget_warnings(spec, compiled),
        *_absent_device(spec, compiled),
        *_left_out(spec),
    ]


def _left_out(spec: Spec) -> list[Diagnostic]:
    """A warning for each block that a campaign does not run."""
    pilot = spec.only("pilot")
    if pilot is None:
        return []
    return [
        Diagnostic(
            "MLP0410",
            f"`encoding {block.name}` is checked, and not run by a campaign",
            block.source,
            Annotation(block.span, "not part of any trial"),
            (Annotation(pilot.span, "the campaign", pilot.source),),
            help="write it into a spec of its own",
        )
        for block in spec.of_kind("encoding")
    ]


def _absent_device(spec: Spec, compiled: Compiled) -> list[Diagnostic]:
    """A warning where jobs that run here ask for a device that is not here."""
    from mlipilot.compiler.plan import lacks_device  # `check` needs no plan

    engine = spec.only("engine")
    if engine is None or not lacks_device(compiled.plan):
        return []
    device = compiled.plan.engine["device"]
    return [
        Diagnostic(
            "MLP0824",
            f"the plan asks for `{device}`, and this machine shows no such device",
            engine.source,
            Annotation(engine.fields["device"].span or engine.span, "not here"),
            help="execute it where there is one, or write `device = cpu`",
        )
    ]

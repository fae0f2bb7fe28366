"""Rules of `files` data sets: what a scan of the files says, at the values of the spec that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.compiler.backends.mace.losses import SPEC_LOSSES
from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.check.dynamics import timestep_faults
from mlipilot.compiler.datasets import source_of
from mlipilot.compiler.datasets.file_fields import (
    LabelKeys,
    label_keys,
    paths_of,
    present_files,
    selection_params,
    types_of,
    unit_params,
)
from mlipilot.compiler.faults import about, place, target
from mlipilot.compiler.workspace import workspace_folder
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.document import Spec
from mlipilot.spec.source import Span
from mlipilot.spec.values import BlockValue, Name, Value

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Answer, Size
    from mlipilot.compiler.data.question import Finding, Question


class Use(NamedTuple):
    """A data set as one training uses it; where none does, on its own."""

    data: BlockValue
    training: BlockValue | None
    model: BlockValue | None
    files: dict[str, tuple[Value, ...]]
    """The files that are there, by the field that names them."""
    keys: LabelKeys


def check(spec: Spec) -> list[Diagnostic]:
    """Faults of data files, in the eyes of each training, each fault once."""
    uses = list(_uses(spec))
    found = [_diagnostic(use, finding) for use in uses for finding in (*_several(use), *_answer(spec, use).findings)]
    return list(dict.fromkeys([*found, *_timesteps(spec), *_elements(spec), *_lone_atoms(spec)]))


def _timesteps(spec: Spec) -> list[Diagnostic]:
    """Timesteps of runs that start from frames of files, against the elements of these."""
    counted = sizes(spec)
    found: list[Diagnostic] = []
    for block in spec.of_kind("dynamics"):
        start = block.reference("start") if block.has("start") else None
        size = counted.get(start.block, {}).get(start.member or "") if start is not None else None
        if size is not None and block.has("timestep"):
            found += timestep_faults(block, size.elements)
    return found


def _elements(spec: Spec) -> list[Diagnostic]:
    """Errors over the atoms of an element that no frame of the measured split has."""
    counted = sizes(spec)
    found: list[Diagnostic] = []
    for block in spec.of_kind("scorecard"):
        for constraint in block.constraints:
            metric = constraint.metric
            wanted, split = metric.arguments.get("element"), metric.target.member
            size = counted.get(metric.target.block, {}).get(split or "")
            element = wanted.data.text if wanted is not None and isinstance(wanted.data, Name) else None
            if wanted is None or element is None or size is None or not size.elements or element in size.elements:
                continue
            found.append(
                Diagnostic(
                    "MLP0506",
                    f"`{metric.written}` has no atom to measure: no frame of `{metric.target.text}` has {element}",
                    constraint.source,
                    Annotation(wanted.span or metric.span, "not in the files"),
                    help=f"choose one of {', '.join(size.elements)}, or leave `element` out",
                )
            )
    return found


def _lone_atoms(spec: Spec) -> list[Diagnostic]:
    """Survival of runs that start from frames of one atom, to which nothing can happen."""
    counted = sizes(spec)
    found: list[Diagnostic] = []
    for block in spec.of_kind("scorecard"):
        for constraint in block.constraints:
            metric = constraint.metric
            run = spec.block(metric.target.block) if metric.metric == "survival" else None
            start = run.reference("start") if run is not None and run.has("start") else None
            size = counted.get(start.block, {}).get(start.member or "") if start is not None else None
            if start is not None and size is not None and size.frames and size.atoms == 1.0:
                found.append(
                    Diagnostic(
                        "MLP0506",
                        f"`{metric.written}` is no evidence: the frames of `{start.text}` have one atom",
                        constraint.source,
                        Annotation(metric.span, "one atom has nothing to fall apart from"),
                        help="start from frames of more atoms, or leave the rule out",
                    )
                )
    return found


def answers(spec: Spec) -> dict[str, Answer]:
    """What the scan of each `files` data set found, by the data set's name."""
    return {use.data.name: _answer(spec, use) for use in _uses(spec)}


def sizes(spec: Spec) -> dict[str, dict[str, Size]]:
    """Counted frames and atoms of each split of each `files` data set, by the data set's name."""
    return {name: dict(answer.sizes) for name, answer in answers(spec).items()}


def _uses(spec: Spec) -> Iterator[Use]:
    for data in spec.of_kind("dataset"):
        source = source_of(data)
        if source is None or not source.reads_files or data.incomplete:
            continue
        files = present_files(data)
        named = "files" if data.has("files") else "train"
        if not data.has(named) or len(files[named]) < len(data.items(named)):
            continue  # rules compare with all training frames, and some are not there
        try:
            keys = label_keys(data)
        except OSError:
            continue  # gone since it was looked for; lowering, which reads it next, says so
        trainings = [block for block in spec.of_kind("training") if target(spec, block, "data") is data]
        if not trainings:
            yield Use(data, None, None, files, keys)
        for training in trainings:
            yield Use(data, training, target(spec, training, "model"), files, keys)


def _several(use: Use) -> Iterator[Finding]:
    """Labels that no field names and that several keys may be meant by."""
    from mlipilot.compiler.data.question import Anchor, Finding

    for label, keys in use.keys.several.items():
        shown = [f"`{key}`" for key in keys]
        yield Finding(
            "MLP1069",
            f"{', '.join(shown[:-1])} and {shown[-1]} may be the {label}",
            Anchor("dataset"),
            f"`{label}` is not named",
            f'name the one that is meant, such as `{label} = "{keys[0]}"`',
            ("where no field names a label, its key is found if one alone can be meant",),
        )


def _answer(spec: Spec, use: Use) -> Answer:
    from mlipilot.compiler.data.answers import Answer, answer
    from mlipilot.compiler.data.merging import together

    try:
        found = answer(
            paths_of(use.data, use.files), _question(use), workspace_folder(Path(spec.source.name)) / "scans"
        )
    except OSError:
        return Answer((), {})  # gone since it was looked for; lowering, which reads it next, says so
    return found._replace(findings=tuple(together(found.findings)))


def _question(use: Use) -> Question:
    """What is asked of the files, but for the files."""
    from mlipilot.compiler.data.question import LABELS, Question, UsedLoss
    from mlipilot.compiler.data.selection import Selection
    from mlipilot.compiler.data.units import Units

    data, training, model = use.data, use.training, use.model
    calls = [stage.call("loss") for stage in enabled_stages(training) if stage.has("loss")] if training else []
    losses = tuple(
        UsedLoss(call.name, SPEC_LOSSES[call.name], {name: _number(call.arguments.get(name)) for name in LABELS})
        for call in calls
        if call.name in SPEC_LOSSES
    )
    e0 = model.call("e0") if model is not None and model.has("e0") else None
    return Question(
        splits=(),
        energy=use.keys.energy,
        forces=use.keys.forces,
        stress=use.keys.stress,
        virial=use.keys.virial,
        selection=Selection.from_params(selection_params(data)),
        units=Units.from_params({"units": unit_params(data)}),
        types=types_of(data),
        e0=e0.name if e0 is not None else None,
        e0_values={name: _number(value) for name, value in e0.arguments.items()} if e0 is not None else None,
        r_max=float(model.number("r_max")) if model is not None and model.has("r_max") else None,
        batch=training.integer("batch") if training is not None and training.has("batch") else None,
        valid_batch=training.integer("valid_batch") if training is not None and training.has("valid_batch") else None,
        losses=losses,
        robust_loss=bool(losses) and all(used.loss.robust for used in losses),
    )


def _number(value: Value | None) -> float:
    return float(value.data) if value is not None else 0.0  # type: ignore[arg-type]


def _diagnostic(use: Use, finding: Finding) -> Diagnostic:
    """A finding at the value of the spec that it is about."""
    part, data = finding.anchor.part, use.data
    block: BlockValue = data
    span: Span = data.span
    if part == "file":
        assert finding.anchor.source is not None
        assert finding.anchor.file is not None
        span = use.files[finding.anchor.source][finding.anchor.file].span or data.span
    elif part == "stress" and use.keys.virial:
        part = "virial"
        span = place(data, part)
    elif part in _OF_DATA:
        span = place(data, part)
    elif part in ("e0", "r_max") and use.model is not None:
        block, span = use.model, place(use.model, part)
        own = use.model.call(part).arguments.get(finding.anchor.element or "") if part == "e0" else None
        span = own.span if own is not None and own.span is not None else span
    elif part in ("batch", "valid_batch") and use.training is not None:
        block, span = use.training, place(use.training, part)
    elif part == "loss" and use.training is not None:
        block = next((stage for stage in enabled_stages(use.training) if stage.has("loss")), use.training)
        span = place(block, "loss")
    help_, fix = finding.help, None
    if finding.replacement is not None:
        text = _quoted(finding.replacement)
        if part not in block.fields or block.fields[part].is_default:
            help_ = f"{help_} add `{part} = {text}`"
            fix = Fix(f"add `{part} = {text}`", (_insertion(block, f"{part} = {text}"),), Applicability.UNSAFE)
        else:
            fix = Fix(f"write `{text}`", (Edit(span, text),), Applicability.UNSAFE)
    return about(block, finding.code, finding.headline, span, finding.label, help=help_, notes=finding.notes, fix=fix)


_OF_DATA = ("energy", "forces", "stress", "split", "select", "exclude", "units", "isolated")
"""Fields of the data set that findings are about."""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _insertion(block: BlockValue, statement: str) -> Edit:
    """An edit that puts a field before the first that is written in a block."""
    text = block.source.text
    opened = text.index("{", block.span.end) + 1
    first = min(value.span.start for value in block.fields.values() if value.span is not None)
    line = text.rfind("\n", 0, first) + 1
    if line <= opened:
        return Edit(Span(opened, opened), f" {statement},")
    indent = text[line:first][: len(text[line:first]) - len(text[line:first].lstrip())]
    return Edit(Span(line, line), f"{indent}{statement}\n")


__all__ = ["answers", "check", "sizes"]

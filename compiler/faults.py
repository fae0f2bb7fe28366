"""Building a diagnostic about a field of a block, where it was written or where its block begins."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Fix
from mlipilot.spec.document import Spec
from mlipilot.spec.source import Span
from mlipilot.spec.values import BlockValue, Claim, Constraint


def nothing_to_run(spec: Spec) -> Diagnostic:
    """That no job comes of a spec."""
    return Diagnostic(
        "MLP0701",
        f"`{spec.source.name}` declares nothing that could run",
        spec.source,
        help="add a `dataset` and a `training` block",
    )


def place(block: BlockValue, field: str) -> Span:
    """Where a field's value was written; of a default, its block's head."""
    value = block.fields.get(field)
    return value.span if value is not None and value.span is not None else block.span


def beside(owner: BlockValue | Constraint | Claim, span: Span, label: str) -> Annotation:
    """A second place of a diagnostic, in the file of the block, rule or claim that it belongs to."""
    return Annotation(span, label, owner.source)


def into(kind: str, block: BlockValue | None, text: str) -> str:
    """Where a statement goes, in words: into the one block of a kind, or into a new one."""
    if block is None:
        return f"`{kind} {{ {text} }}`"
    return f"`{text}` to the `{kind}` of line {block.source.location(block.span.start).line}"


def about(
    owner: BlockValue | Constraint | Claim,
    code: str,
    headline: str,
    span: Span,
    label: str = "",
    *,
    help: str = "",
    secondary: tuple[Annotation, ...] = (),
    notes: tuple[str, ...] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A diagnostic about a block, a rule or a claim, in the file that has it."""
    return Diagnostic(code, headline, owner.source, Annotation(span, label), secondary, notes, help, fix)


def target(spec: Spec, block: BlockValue, field: str) -> BlockValue | None:
    """The block that a field refers to; None where either could not be read."""
    return spec.block(block.reference(field).block) if block.has(field) else None

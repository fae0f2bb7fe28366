"""Cells that metrics are measured on, such as `cu.cell(4, 4, 4)`: the unstrained one of a block, repeated."""

from __future__ import annotations

from collections.abc import Iterable

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.literals import plain_number
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema import Metric
from mlipilot.spec.schema.types import ReferenceTo
from mlipilot.spec.syntax.tree import Call, Expression, List, Path, Word
from mlipilot.spec.values import Reference

_AXES = 3
_MOST = 40
"""Repeats along an axis."""
_USUAL = 4


def cell(scope: Scope, metric: Metric, node: Expression) -> tuple[Reference, tuple[int, ...]] | None:
    """The block whose cell it is, and how often it is repeated along each axis; None after a fault."""
    words = node.function.words if isinstance(node, Call) else node.words if isinstance(node, Path) else ()
    is_cell = isinstance(node, Call) and len(words) > 1 and words[-1].text == "cell"
    repeats = _repeats(argument.value for argument in node.arguments) if isinstance(node, Call) else ()
    if not is_cell or len(repeats) != _AXES:
        help_, fix = _meant(scope, metric, node, words, repeats)
        scope.report(
            "MLP0209",
            f"`{metric.name}` is measured on {metric.target.doc}",
            node.span,
            f"expected three whole numbers from 1 to {_MOST}" if is_cell else "expected such as `cu.cell(4, 4, 4)`",
            help=help_,
            fix=fix,
        )
        return None
    path = Path(words[:-1], words[0].span.to(words[-2].span))
    value = resolve_value(scope, path, ReferenceTo(metric.target.kind), f"`{metric.name}`")
    if value is None:
        return None
    assert isinstance(value.data, Reference)
    return Reference(value.data.block, "cell"), repeats


def _repeats(values: Iterable[Expression]) -> tuple[int, ...]:
    """The numbers of a cell; none where one of them is not such a number."""
    numbers = [plain_number(value) for value in values]
    good = tuple(int(n) for n in numbers if n is not None and n.denominator == 1 and 1 <= n <= _MOST)
    return good if len(good) == len(numbers) else ()


def _meant(
    scope: Scope, metric: Metric, node: Expression, words: tuple[Word, ...], repeats: tuple[int, ...]
) -> tuple[str, Fix | None]:
    """The cell that was probably meant: of the block that is named, or of the only one, with the numbers given."""
    kind = metric.target.kind
    known = [name for name, block in scope.blocks.items() if block.kind == kind]
    named = ".".join(word.text for word in words).removesuffix(".cell")
    name = named if named in known else known[0] if len(known) == 1 else None
    if name is None:
        cells = " or ".join(f"`{other}.cell(4, 4, 4)`" for other in known)
        return f"write {cells}" if cells else f"declare a `{kind}` block, whose cell it is", None
    if isinstance(node, Call) and len(node.arguments) == 1 and isinstance(node.arguments[0].value, List):
        repeats = _repeats(node.arguments[0].value.items)
    own = repeats if len(repeats) == _AXES else (repeats or (_USUAL,)) * _AXES if len(repeats) < 2 else ()
    if not own:
        return f"it is repeated along three axes, such as `{name}.cell(4, 4, 4)`", None
    meant = f"{name}.cell({', '.join(map(str, own))})"
    fix = Fix(f"write `{meant}`", (Edit(node.span, meant),), Applicability.UNSAFE)
    return f"it is repeated along three axes: write `{meant}`", fix


__all__ = ["cell"]

"""One statement as text: as a row of cells where it stands on one line, else as lines."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from mlipilot.spec.format.expression import STEP, Bracket, Part, as_written, fits, flat, lay

_OPERATORS = {"EQUAL": "field", "COMPARE": "bound", "TILDE": "draw"}
_CLAUSES = ("BECAUSE", "WHEN")
_LOGICAL = {"AND", "OR", "NOT", "WHEN"}


class Row(NamedTuple):
    """A statement on one line, cut where it may be aligned with its neighbours."""

    kind: str
    """`field`, `bound`, `draw` or `rule`."""
    cells: tuple[str, ...]
    """Of a rule verb, subject, bound and clauses, the last two perhaps empty; else name and the rest."""

    @property
    def plain(self) -> str:
        """The line, aligned with nothing."""
        return " ".join(cell for cell in self.cells if cell)


def statement(parts: list[Part], indent: str) -> Row | str:
    """A statement that is no block: a row where it can be aligned, else its lines, the first not indented."""
    text = as_written(parts, indent)
    head, *clauses = _clauses(parts)
    if not fits(text, len(indent)):
        deeper = indent + STEP
        text = "\n".join([lay(head, indent), *(deeper + lay(clause, deeper) for clause in clauses)])
    return text if "\n" in text else row(parts) or text


def row(parts: list[Part]) -> Row | None:
    """The cells of a statement on one line; none of one that is aligned with nothing, such as `import`."""
    kinds = [None if isinstance(part, Bracket) else part.type for part in parts]
    if kinds[0] == "RULE":
        return Row("rule", _rule(parts, kinds))
    operator = next((i for i, kind in enumerate(kinds) if kind in _OPERATORS), None)
    if operator is None:
        return None
    return Row(_OPERATORS[str(kinds[operator])], (flat(parts[:operator]), flat(parts[operator:])))


def _rule(parts: list[Part], kinds: list[str | None]) -> tuple[str, ...]:
    """Verb, subject, bound and reason; a condition before the reason keeps both with the bound."""
    reason = kinds.index("BECAUSE") if "BECAUSE" in kinds and "WHEN" not in kinds else len(parts)
    compared = [i for i, kind in enumerate(kinds) if kind == "COMPARE"]
    bound = compared[0] if len(compared) == 1 and not _LOGICAL & set(kinds) else reason
    return flat(parts[:1]), flat(parts[1:bound]), flat(parts[bound:reason]), flat(parts[reason:])


def _clauses(parts: list[Part]) -> list[list[Part]]:
    """A statement before its first clause, then each `because` and `when` with what follows it."""
    cuts = [i for i, part in enumerate(parts) if not isinstance(part, Bracket) and part.type in _CLAUSES]
    return [parts[start:end] for start, end in itertools.pairwise([0, *cuts, len(parts)])]

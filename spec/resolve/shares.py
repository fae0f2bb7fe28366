"""Shares where numbers belong: `by_trajectory(train = 0.8, …)` of 20 trajectories."""

from __future__ import annotations

from fractions import Fraction

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.resolve.literals import exact, plain_number
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import Integer, Signature
from mlipilot.spec.syntax.tree import Argument, Expression, Quantity


def counted_out(scope: Scope, signature: Signature, arguments: tuple[Argument, ...], before: int) -> None:
    """Put the faults of arguments that are all shares together, with the numbers that these are."""
    shares = [_share(argument.value) for argument in arguments]
    known = [share for share in shares if share is not None]
    found = scope.diagnostics[before:]
    if len(known) != len(arguments) or not sum(known) or any(diagnostic.code != "MLP0201" for diagnostic in found):
        return
    noun = signature.divides
    node = scope.sibling(noun)
    whole = plain_number(node) if node is not None else None
    least = [
        parameter.type.minimum or 0 if isinstance(parameter.type, Integer) else 0
        for argument, position in zip(arguments, range(len(arguments)), strict=True)
        for parameter in signature.parameters
        if parameter.name == (argument.name.text if argument.name else signature.parameters[position].name)
    ]
    numbers = _numbers(known, int(whole), least) if whole is not None and whole.denominator == 1 else None
    labels = [f"{number} of {whole}" for number in numbers] if numbers else ["a share"] * len(arguments)
    places = [Annotation(argument.value.span, label) for argument, label in zip(arguments, labels, strict=True)]
    help_ = f"write how many of the `{noun}` each part has"
    fix = None
    if numbers:
        edits = [Edit(a.value.span, str(number)) for a, number in zip(arguments, numbers, strict=True)]
        named = zip(arguments, numbers, strict=True)
        texts = [f"{a.name.text} = {number}" if a.name else str(number) for a, number in named]
        meant = f"{signature.name}({', '.join(texts)})"
        help_ += f": `{meant}`"
        fix = Fix(f"write `{meant}`", tuple(edits), Applicability.UNSAFE)
    headline = f"`{signature.name}` takes numbers of {noun}, not shares of them"
    scope.diagnostics[before:] = [
        Diagnostic("MLP0201", headline, scope.source, places[0], tuple(places[1:]), help=help_, fix=fix)
    ]


def _share(node: Expression) -> Fraction | None:
    """A share, written as a number below 1 or with `%`."""
    if isinstance(node, Quantity) and node.unit == "%":
        value = exact(node.number)
        return None if value is None else value / 100
    number = plain_number(node)
    return number if number is not None and 0 <= number < 1 else None


def _numbers(shares: list[Fraction], whole: int, least: list[int]) -> list[int] | None:
    """Whole numbers in the ratio of the shares that sum to a whole, by largest remainders; None where none are left."""
    ideal = [share / sum(shares) * whole for share in shares]
    numbers = [max(int(number), low) for number, low in zip(ideal, least, strict=True)]
    while sum(numbers) < whole:
        numbers[max(range(len(numbers)), key=lambda place: ideal[place] - numbers[place])] += 1
    while sum(numbers) > whole:
        place = max(range(len(numbers)), key=lambda place: numbers[place] - least[place])
        if numbers[place] <= least[place]:
            return None
        numbers[place] -= 1
    return numbers


__all__ = ["counted_out"]

"""What was probably meant by a quantity that measures something else: an energy for a temperature, a total for a share.

Numbers are computed from the quantity that is written; what comes out is to be looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema.types import FieldType, Real
from mlipilot.spec.syntax.tree import Quantity
from mlipilot.spec.units import NAMED, PLAIN, Unit

_BOLTZMANN = Fraction("1.380649e-23") / Fraction("1.602176634e-19")
"""eV/K, exact by the definition of the SI."""
_ATOM = NAMED["a number of atoms"]
_PER_ATOM = re.compile(r"/atoms?\b|\*?\batoms?\^-1")
_CLOSE = 0.01
"""Of a number: that it is rounded to two digits when nearer than this."""


def meant_by(node: Quantity, value: Fraction, found: Unit, type_: Real) -> str:
    """How a number in a unit of another dimension is written as the type wants it."""
    wanted = NAMED[type_.dimension]
    written = f"{node.number} {node.unit}"
    if wanted == PLAIN:
        example = f", such as `{type_.example}`" if type_.example else ""
        return f"write a number alone{example}"
    if wanted == NAMED["temperature"] and found.dimension in (NAMED["energy"], NAMED["energy per atom"]):
        kelvin = _rounded(float(value * found.factor / _BOLTZMANN))
        return f"as `k_B T`, {written} is about {kelvin} K: write `{kelvin} K` if that is meant"
    if wanted * _ATOM == found.dimension:
        first, *rest = re.split(r"(?=[/*·])", node.unit, maxsplit=1)
        return f"write `{node.number} {first}/atom{''.join(rest)}` if it is meant of each atom"
    if wanted == found.dimension * _ATOM and _PER_ATOM.search(node.unit):
        return f"write `{node.number} {_PER_ATOM.sub('', node.unit)}` if it is meant of all atoms together"
    return f"write a number with a unit of {type_.dimension}, such as `{type_.example or '1 ' + wanted.example}`"


def with_meaning(found: list[Diagnostic], before: int, type_: FieldType, doc: str) -> None:
    """Say of a plain number that was given in a unit what it counts: its name alone may not tell."""
    if doc and isinstance(type_, Real) and NAMED[type_.dimension] == PLAIN:
        found[before:] = [replace(d, help=f"{d.help} ({doc})") if d.code == "MLP0203" else d for d in found[before:]]


def _rounded(number: float) -> str:
    """A number to two digits where they are near enough, else to three."""
    short = float(f"{number:.2g}")
    return f"{short if abs(short - number) <= _CLOSE * abs(number) else float(f'{number:.3g}'):.10g}"


__all__ = ["meant_by", "with_meaning"]

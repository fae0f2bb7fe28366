"""Options of the model backend that the schema knows: the type, and with it the one bound, of each."""

from __future__ import annotations

from collections.abc import Iterator

from mlipilot.spec.schema.blocks import BLOCKS
from mlipilot.spec.schema.types import CallOf, FieldType, Integer, ListOf, Real


def _numbers(option: str | None, type_: FieldType) -> Iterator[tuple[str, Integer | Real]]:
    match type_:
        case Integer() | Real():
            if option is not None:
                yield option, type_
        case ListOf(Integer() as item) if option == "seed":
            yield option, item
        case CallOf(signatures):
            for signature in signatures:
                for parameter in signature.parameters:
                    yield from _numbers(parameter.option, parameter.type)
        case _:
            return


OPTION_TYPES: dict[str, Integer | Real] = {
    option: type_
    for block in BLOCKS.values()
    for field in block.fields
    for option, type_ in _numbers(field.option, field.type)
    if option != "MLP_irreps"  # a sum of irreps there, a number of scalars here
}
"""By option, of those that are one number."""
OPTION_TYPES |= {
    f"swa_{name}": OPTION_TYPES[name] for name in ("lr", "energy_weight", "forces_weight", "stress_weight")
}
"""A second stage has the same under other names."""

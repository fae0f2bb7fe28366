"""Which frames are used: parts that stay empty, groups that are not told, types that no frame has, runs cut off."""

from __future__ import annotations

from collections.abc import Iterator

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.table import file_name
from mlipilot.spec.numerals import count
from mlipilot.spec.schema.labels import CLAIMED

_LAMMPS = {"metal": ("eV", "Å"), "real": ("kcal/mol", "Å"), "electron": ("Hartree", "Bohr")}
"""Units of energy and length in the systems of LAMMPS that a potential is labelled in."""


def find(facts: Facts) -> Iterator[Finding]:
    """Problems of the selection, then what the format of each file says of itself."""
    for problem in facts.question.problems:
        yield Finding(problem.code, problem.headline, Anchor(problem.field), problem.label, problem.help)
    division, question = facts.question.selection.division, facts.question
    if division is not None and division.key in {question.energy, question.forces, question.stress, *CLAIMED}:
        headline = f"`{division.key}` is a label: each frame would be a group of its own"
        help_ = "split by a key that frames of one origin share, or `by_frame`"
        yield Finding("MLP1064", headline, Anchor("split"), "no group", help_)
    for table in facts.tables.values():
        for number, part in enumerate(table.parts):
            written, name = part.written, file_name(part.scan)
            if written is None:
                continue
            if written.remark:
                yield Finding(
                    "MLP1068",
                    f"in `{name}` {written.remark}; {count(part.scan.frames, 'whole step is', 'whole steps are')} read",
                    table.file_anchor(number),
                    written.format,
                    "restart the run where the step that it was in is missed",
                )
            yield from _units(facts, table.file_anchor(number), name, written.own_units, written.stated_units)


def _units(facts: Facts, anchor: Anchor, name: str, own: str, stated: str) -> Iterator[Finding]:
    from mlipilot.spec.units import Unit, unit

    units = facts.question.units
    if own and not units.are_ours:
        yield Finding(
            "MLP1067",
            f"`{name}` is in {own}, whatever `units` says",
            anchor,
            "converted by its reader",
            "give files of other units a data set of their own, or leave `units` out",
        )
    if stated and stated not in _LAMMPS:
        yield Finding(
            "MLP1067",
            f"`{name}` says that it is in LAMMPS's units `{stated}`, which are not read",
            anchor,
            f"ITEM: UNITS {stated}",
            f"write it in one of {', '.join(f'`{known}`' for known in _LAMMPS)}",
        )
    wanted = [unit(word) for word in _LAMMPS.get(stated, ())]
    if len(wanted) == 2 and all(isinstance(found, Unit) for found in wanted):
        energy, length = (found.factor for found in wanted if isinstance(found, Unit))
        if (units.energy, units.length, units.forces) != (energy, length, energy / length):
            said = f"dft(energy = {_LAMMPS[stated][0]}, length = {_LAMMPS[stated][1]})"
            yield Finding(
                "MLP1067",
                f"`{name}` says that it is in LAMMPS's units `{stated}`, and `units` says otherwise",
                anchor,
                f"ITEM: UNITS {stated}",
                f"write `units = {said}`",
            )


__all__ = ["find"]

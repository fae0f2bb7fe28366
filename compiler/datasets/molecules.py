"""Molecules labelled by a quantum-chemical method: jobs that label, and one that gathers and shares out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.datasets.source import DataSource, Elements, Facts, Stated
from mlipilot.compiler.extent import Extent
from mlipilot.compiler.faults import about, beside, place
from mlipilot.compiler.molecules import offered
from mlipilot.compiler.molecules.bonding import longest
from mlipilot.compiler.molecules.chosen import Chosen, chosen, seed_that_trains_all, shares_of
from mlipilot.compiler.molecules.compositions import independent_compositions
from mlipilot.compiler.molecules.count import geometries
from mlipilot.compiler.molecules.method import WRONG, fast_method, label_method
from mlipilot.compiler.molecules.molecule import Molecule, Unusable
from mlipilot.compiler.molecules.words import made_in_words
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.elements import ELEMENTS, MULTIPLICITIES
from mlipilot.spec.schema.labels import STRESS
from mlipilot.spec.source import Span
from mlipilot.spec.values import Applied, BlockValue, Name

SHARD, LEAST_SHARDS = 8, 12
"""Most molecules that a job labels; jobs of few molecules, so that workers end together."""
ATOMS = "atoms"
"""The job of the free atoms."""
_SECONDS = 1.0
_METHODS = {"labels": label_method, "displace": fast_method}
"""What reads a method, by the field whose call names it."""
_PROBED = 48
"""Molecules whose geometries a probe is told: the largest, and some spread over all."""


class _Molecules(DataSource):
    tag = "molecules"
    version = 1
    has_words = True

    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Molecules that there are, a method that is sound, elements that are trained on."""
        return [*_method(block), *_temperatures(block), *_shares(block), *_chosen(block)]

    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """The molecules with their parts, and how many geometries each has."""
        found = chosen(block)
        return {
            "molecules": [{**m.params(), **_belongs(found, m.name)} for m in found.molecules],
            "geometries": _geometries(block),
            "tolerate": float(block.number("tolerate")),
            "split": block.call("split").name,
            "displace": _displace(block),
            "method": label_method(block.call("labels")),
        }

    def in_words(self, params: Mapping[str, Any]) -> Iterator[str]:
        """Which molecules, how displaced, by what labelled."""
        return made_in_words(params)

    def unchecked(self, block: BlockValue) -> Iterator[str]:
        """The method, until PySCF was asked."""
        asked = question_of(block)
        if asked is not None and offered.kept(asked) is None:
            yield "that PySCF has the method is not checked yet: `mlipilot compile` asks it"

    def shards(self, block: BlockValue) -> dict[str, dict[str, Any]]:
        """Parameters of the jobs that label, by their names: the free atoms, and molecules of all sizes in each."""
        method = label_method(block.call("labels"))
        molecules = sorted(chosen(block).molecules, key=lambda m: (-len(m.numbers), m.name))
        number = max(1, -(-len(molecules) // SHARD), min(LEAST_SHARDS, len(molecules) // 2))
        atoms = [_atom(element) for element in _symbols(molecules)]
        still = {"method": method, "displace": {"kind": "none"}, "equilibrium": True, "seed": 0}
        found = {ATOMS: {**still, "molecules": [atom.params() for atom in atoms]}}
        rest = {
            "method": method,
            "displace": _displace(block),
            "equilibrium": block.flag("equilibrium"),
            "seed": block.integer("seed"),
        }
        shards: list[list[dict[str, Any]]] = [[] for _ in range(number)]
        for index, molecule in enumerate(molecules):
            round_, place_ = divmod(index, number)  # to and fro, so that who has the largest also has the smallest
            shards[place_ if round_ % 2 == 0 else number - 1 - place_].append(molecule.params())
        return found | {f"{name}": {**rest, "molecules": share} for name, share in enumerate(shards, 1) if share}

    def facts(self, block: BlockValue) -> Facts:
        """By the geometries."""
        found = chosen(block)
        remedy = "train without it: molecules in vacuum have none"
        lacks = {STRESS.name: remedy}
        seals = block.has("split") and shares_of(block.call("split")).get("sealed", 0) > 0
        if not found.molecules:
            return Facts(isolated_atoms=True, lacks=lacks, seals=seals)
        counts = Counter(found.parts.values())
        each = _geometries(block) if block.has("displace") and block.has("equilibrium") else None
        source = beside(block, place(block, "source"), "the molecules")
        return Facts(
            elements=Elements(_symbols(found.molecules), source),
            frames=None if each is None else {part: counts[part] * each for part in SPLITS},
            trajectories=found.sizes(),
            trajectory=("molecule", "molecules"),
            nearest=Stated(_farthest(found.molecules), source),
            hottest=_hottest(block),
            isolated_atoms=True,
            compositions=independent_compositions(m for m in found.molecules if found.parts[m.name] == "train"),
            lacks=lacks,
            seals=seals,
        )

    def seconds(self, params: Mapping[str, Any]) -> float:
        """Gathering takes a moment; the labels are jobs of their own."""
        return _SECONDS

    def extent(self, params: Mapping[str, Any], split: str) -> Extent:
        """Every atom of a small molecule sees every other."""
        sizes = [len(m["numbers"]) for m in params["molecules"] if m["part"] == split]
        if not sizes:
            return Extent(0, 0.0)
        neighbours = sum(size * (size - 1) for size in sizes) / sum(sizes)
        return Extent(len(sizes) * params["geometries"], sum(sizes) / len(sizes), neighbours)

    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Geometries of the largest molecules that are trained on, of some spread over all, and all elements."""
        trained = [m for m in params["molecules"] if m["part"] == "train"]
        largest = sorted(trained, key=lambda m: (-len(m["numbers"]), m["name"]))[: _PROBED // 2]
        spread = trained[:: max(1, len(trained) // (_PROBED // 2))]
        told = [{name: m[name] for name in ("numbers", "positions")} for m in (*largest, *spread)]
        elements = sorted({number for m in params["molecules"] for number in m["numbers"]})
        return {"op": params["op"], "molecules": told, "elements": elements}


def _belongs(found: Chosen, name: str) -> dict[str, str]:
    """The part of a geometry, and the molecule that it is of where another geometry comes before it."""
    group = found.groups[name]
    return {"part": found.parts[name]} | ({"group": group} if group != name else {})


def _geometries(block: BlockValue) -> int:
    """Of each molecule."""
    return geometries(_displace(block), equilibrium=block.flag("equilibrium"))


def _displace(block: BlockValue) -> dict[str, Any]:
    call = block.call("displace")
    found: dict[str, Any] = {"kind": call.name}
    if "temperatures" in call.arguments:
        items: Any = call.arguments["temperatures"].data
        found |= {"temperatures": [float(item.data) for item in items], "method": fast_method(call)}
    for name in ("width", "duration", "timestep"):
        if name in call.arguments:
            found[name] = float(call.arguments[name].data)  # type: ignore[arg-type]
    return found | {name: call.arguments[name].data for name in ("each",) if name in call.arguments}


def _hottest(block: BlockValue) -> float | None:
    temperatures = _displace(block).get("temperatures") if block.has("displace") else None
    return max(temperatures) if temperatures else None


def _symbols(molecules: Sequence[Molecule]) -> tuple[str, ...]:
    """Their elements, by atomic number."""
    numbers = {number for molecule in molecules for number in molecule.numbers}
    return tuple(ELEMENTS[number - 1] for number in sorted(numbers))


def _atom(element: str) -> Molecule:
    number = ELEMENTS.index(element) + 1
    return Molecule(f"atom/{element}", (number,), ((0.0, 0.0, 0.0),), 0, MULTIPLICITIES.get(element))


@lru_cache(maxsize=8)
def _farthest(molecules: tuple[Molecule, ...]) -> float:
    """The largest distance of an atom to the nearest that it is bonded to, Å."""

    return max((longest(molecule.numbers, molecule.positions) for molecule in molecules), default=0.0)


def _chosen(block: BlockValue) -> Iterator[Diagnostic]:
    if block.incomplete or not block.has("split") or sum(shares_of(block.call("split")).values()) >= 1:
        return
    found = chosen(block)
    for unusable in found.unusable:
        field = "split" if unusable.field == "split" else "source"
        yield _said(block, field, unusable)
    if not found.molecules:
        return
    yield from _untrained(block, found)
    yield from _lone(block, found)
    if not _geometries(block):
        yield about(
            block,
            "MLP0433",
            f"`{block.name}` has no geometry: `equilibrium` is off and `displace` is `none`",
            place(block, "equilibrium"),
            "nothing is labelled",
            help="displace them, or leave `equilibrium` on",
        )


def _untrained(block: BlockValue, found: Chosen) -> Iterator[Diagnostic]:
    """Elements that only molecules have that are not trained on."""
    trained = _symbols([m for m in found.molecules if found.parts[m.name] == "train"])
    seed = None if trained == _symbols(found.molecules) else seed_that_trains_all(block, found)
    remedy = "take more molecules, or name the `elements` of the source"
    if seed is not None:
        remedy = f"write `seed = {seed}` in the split, which trains on all elements; or {remedy}"
    for element in _symbols(found.molecules):
        if element in trained:
            continue
        holders = [m for m in found.molecules if element in m.symbols]
        named = ", ".join(f"`{m.name}`" for m in holders[:3]) + (", …" if len(holders) > 3 else "")
        parts = " and ".join(sorted({found.parts[m.name] for m in holders}))
        yield about(
            block,
            "MLP1008",
            f"no training molecule holds {element}, which {named} of {parts} "
            + ("has" if len(holders) == 1 else "have"),
            place(block, "split"),
            "drawn by lot" if block.call("split").name == "by_molecule" else "by size",
            help=remedy,
        )


def _lone(block: BlockValue, found: Chosen) -> Iterator[Diagnostic]:
    """Atoms that are bonded to none in the geometry of the source."""
    if not found.lone:
        return
    molecule = next(m for m in found.molecules if m.name in found.lone)
    atom = found.lone[molecule.name]
    one = f"{molecule.atom(atom.atom)} of `{molecule.name}`"
    if len(found.lone) == 1:
        headline = f"{one} is bonded to no other atom"
    else:
        headline = (
            f"{len(found.lone)} of {count(len(found.molecules), 'molecule')} have an atom that is bonded to no other, "
            f"such as {one}"
        )
    in_bohr = all(other.is_in_bohr for other in found.lone.values())
    yield about(
        block,
        "MLP1075",
        headline,
        _place(block, "source", "source", molecule.item),
        f"{atom.distance:.2f} Å to the nearest",
        help="read in Bohr, all are bonded: write the positions in Å, 1 Bohr is 0.529 Å"
        if in_bohr
        else "leave it out, unless it is meant; positions are in Å",
    )


def _method(block: BlockValue) -> Iterator[Diagnostic]:
    """Of the label and of the displacements: what means something else, and what PySCF was found not to have."""
    is_sound = True
    for field, call in _methods(block).items():
        for argument, wrong in WRONG.items():
            value = call.arguments[argument]
            found = wrong(value.data.text if isinstance(value.data, Name) else str(value.data))
            if found is not None:
                is_sound = False
                yield _said(block, field, found)
    asked = question_of(block) if is_sound else None
    for lack in () if asked is None else offered.kept(asked) or ():
        yield lacking(block, lack)


def _methods(block: BlockValue) -> dict[str, Applied]:
    """Calls that name a method, by their fields."""
    calls = {field: block.call(field) for field in _METHODS if block.has(field)}
    return {field: call for field, call in calls.items() if set(WRONG) <= set(call.arguments)}


def question_of(block: BlockValue) -> offered.Question | None:
    """What PySCF is to be asked of a block; None where there is nothing, or no PySCF."""
    if block.incomplete or "labels" not in (calls := _methods(block)):
        return None
    methods = {field: _METHODS[field](call) for field, call in calls.items()}
    numbers = {number for molecule in chosen(block).molecules for number in molecule.numbers}
    return offered.question(block, methods, sorted(numbers)) if numbers else None


def lacking(block: BlockValue, lack: offered.Lack) -> Diagnostic:
    """That PySCF does not have something."""
    span = _place(block, lack.field, lack.argument)
    return about(block, "MLP1074", lack.headline, span, "not in PySCF", help=lack.help)


def _temperatures(block: BlockValue) -> Iterator[Diagnostic]:
    """Temperatures that are named twice, which would give each geometry twice."""
    found = _displace(block).get("temperatures", []) if block.has("displace") else []
    if len(set(found)) < len(found):
        headline = f"the temperatures of `{block.name}` repeat"
        yield about(
            block, "MLP0205", headline, _place(block, "displace", "temperatures"), "each has its own geometries"
        )


def _shares(block: BlockValue) -> Iterator[Diagnostic]:
    if not block.has("split"):
        return
    shares = shares_of(block.call("split"))
    if sum(shares.values()) >= 1:
        headline = "the shares of `split` leave nothing to train on"
        yield about(block, "MLP0433", headline, place(block, "split"), "in conflict", help="lower them")
    for part in ("valid", "test"):
        if not shares.get(part):
            yield about(block, "MLP0404", f"`{block.name}` has no {part} molecules", place(block, "split"), "none")


def _said(block: BlockValue, field: str, unusable: Unusable) -> Diagnostic:
    return about(
        block,
        unusable.code,
        unusable.headline,
        _place(block, field, unusable.field, unusable.item),
        "here",
        help=unusable.help,
    )


def _place(block: BlockValue, field: str, argument: str, item: int | None = None) -> Span:
    """Where an argument of a call was written, else the item of its list that is at fault, else the call."""
    call = block.fields[field].data if block.has(field) else None
    value = call.arguments.get(argument) or call.arguments.get(call.name) if isinstance(call, Applied) else None
    if value is not None and item is not None and isinstance(value.data, tuple):
        value = value.data[item]
    return value.span if value is not None and value.span is not None else place(block, field)


SOURCE = _Molecules()

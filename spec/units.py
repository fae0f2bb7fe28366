"""Units as types: what a unit word means, exactly.

A dimension is a product of powers of base quantities; a unit is a dimension and an exact factor to the base
units (eV, Å, fs, K, atom, step, byte). Numbers stay rational until the plan is lowered, so that
`300 meV` and `0.3 eV` are the same value.
"""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction
from functools import cache
from typing import NamedTuple

BASES = ("energy", "length", "time", "temperature", "atom", "step", "byte")

# CODATA 2018; the first two are exact by the definition of the SI.
_ELEMENTARY_CHARGE = Fraction("1.602176634e-19")
_AVOGADRO = Fraction("6.02214076e23")
HARTREE = Fraction("27.211386245988")
"""eV."""
BOHR = Fraction("0.529177210903")
"""Å."""
SECOND = 10**15
"""fs."""


class Dimension(NamedTuple):
    """Integer powers of the base quantities, in the order of `BASES`."""

    powers: tuple[int, ...]

    def __mul__(self, other: Dimension) -> Dimension:  # type: ignore[override]
        return Dimension(tuple(a + b for a, b in zip(self.powers, other.powers, strict=True)))

    def __pow__(self, power: int) -> Dimension:
        return Dimension(tuple(a * power for a in self.powers))

    @property
    def name(self) -> str:
        """The dimension in words, such as `force`."""
        return next((name for name, known in NAMED.items() if known == self), self._formula())

    @property
    def example(self) -> str:
        """A unit that measures it."""
        return EXAMPLES.get(self.name, "")

    def _formula(self) -> str:
        top = [n if p == 1 else f"{n}^{p}" for n, p in zip(BASES, self.powers, strict=True) if p > 0]
        low = [n if p == -1 else f"{n}^{-p}" for n, p in zip(BASES, self.powers, strict=True) if p < 0]
        return "·".join(top or ["1"]) + "".join(f"/{n}" for n in low)


def _dimension(**powers: int) -> Dimension:
    return Dimension(tuple(powers.get(base, 0) for base in BASES))


NAMED: dict[str, Dimension] = {
    "a plain number": _dimension(),
    "energy": _dimension(energy=1),
    "energy per atom": _dimension(energy=1, atom=-1),
    "force": _dimension(energy=1, length=-1),
    "length": _dimension(length=1),
    "volume": _dimension(length=3),
    "time": _dimension(time=1),
    "rate": _dimension(time=-1),
    "temperature": _dimension(temperature=1),
    "pressure": _dimension(energy=1, length=-3),
    "energy drift": _dimension(energy=1, time=-1),
    "energy drift per atom": _dimension(energy=1, atom=-1, time=-1),
    "a number of atoms": _dimension(atom=1),
    "a number of steps": _dimension(step=1),
    "memory": _dimension(byte=1),
}
EXAMPLES: dict[str, str] = {
    "a plain number": "%",
    "energy": "eV",
    "energy per atom": "meV/atom",
    "force": "meV/Å",
    "length": "Å",
    "volume": "Å^3",
    "time": "fs",
    "rate": "ps^-1",
    "temperature": "K",
    "pressure": "GPa",
    "energy drift": "meV/ps",
    "energy drift per atom": "meV/atom/ps",
    "a number of atoms": "atoms",
    "a number of steps": "steps",
    "memory": "GB",
}
USUAL: dict[str, tuple[str, ...]] = {
    "energy": ("eV", "meV", "Hartree", "kcal/mol", "kJ/mol"),
    "energy per atom": ("meV/atom", "eV/atom"),
    "force": ("meV/Å", "eV/Å"),
    "length": ("Å", "nm", "pm", "Bohr"),
    "time": ("fs", "ps", "ns", "s", "min", "h", "d"),
    "temperature": ("K",),
    "pressure": ("GPa", "kbar", "eV/Å^3"),
}
"""Units that people write, by dimension; others are derived from them."""
_OF_FILES: dict[str, tuple[str, ...]] = {
    "energy": ("eV", "Hartree", "kcal/mol", "kJ/mol", "Ry"),
    "force": ("eV/Å", "Hartree/Bohr", "kcal/mol/Å", "Ry/Bohr"),
    "length": ("Å", "Bohr", "nm"),
    "pressure": ("GPa", "kbar", "bar", "eV/Å^3"),
}
"""Units that programs write their results in, by dimension; of others those that people write."""
BASE_UNITS = {
    "energy": "eV",
    "length": "Å",
    "time": "fs",
    "temperature": "K",
    "force": "eV/Å",
    "energy per atom": "eV/atom",
    "energy drift per atom": "eV/atom/fs",
    "pressure": "eV/Å^3",
}
"""Units that bounds of the schema are in, by dimension; a number without a unit is in none."""
PLAIN = NAMED["a plain number"]


class Unit(NamedTuple):
    """A unit word: its dimension, and how many base units it is."""

    dimension: Dimension
    factor: Fraction


def _table() -> dict[str, Unit]:
    energy, length, time = NAMED["energy"], NAMED["length"], NAMED["time"]
    pressure, memory = NAMED["pressure"], NAMED["memory"]
    joule = 1 / _ELEMENTARY_CHARGE
    pascal = joule / Fraction(10) ** 30
    second = Fraction(10) ** 15
    one = Fraction(1)
    table = {
        "%": (PLAIN, Fraction(1, 100)),
        "×": (PLAIN, one),
        "mol": (PLAIN, _AVOGADRO),
        "eV": (energy, one),
        "meV": (energy, Fraction(1, 1000)),
        "keV": (energy, Fraction(1000)),
        "J": (energy, joule),
        "kJ": (energy, 1000 * joule),
        "cal": (energy, Fraction("4.184") * joule),
        "kcal": (energy, 1000 * Fraction("4.184") * joule),
        "Hartree": (energy, HARTREE),
        "mHartree": (energy, HARTREE / 1000),
        "Ry": (energy, HARTREE / 2),
        "Å": (length, one),
        "Bohr": (length, BOHR),
        "nm": (length, Fraction(10)),
        "pm": (length, Fraction(1, 100)),
        "fs": (time, one),
        "ps": (time, Fraction(1000)),
        "ns": (time, Fraction(10) ** 6),
        "µs": (time, Fraction(10) ** 9),
        "ms": (time, second / 1000),
        "s": (time, second),
        "min": (time, 60 * second),
        "h": (time, 3600 * second),
        "d": (time, 86400 * second),
        "K": (NAMED["temperature"], one),
        "Pa": (pressure, pascal),
        "kPa": (pressure, 1000 * pascal),
        "MPa": (pressure, 10**6 * pascal),
        "GPa": (pressure, 10**9 * pascal),
        "bar": (pressure, 10**5 * pascal),
        "kbar": (pressure, 10**8 * pascal),
        "atm": (pressure, 101325 * pascal),
        "atom": (NAMED["a number of atoms"], one),
        "atoms": (NAMED["a number of atoms"], one),
        "step": (NAMED["a number of steps"], one),
        "steps": (NAMED["a number of steps"], one),
        "byte": (memory, one),
        "bytes": (memory, one),
        "kB": (memory, Fraction(10) ** 3),
        "MB": (memory, Fraction(10) ** 6),
        "GB": (memory, Fraction(10) ** 9),
        "TB": (memory, Fraction(10) ** 12),
        "KiB": (memory, Fraction(2) ** 10),
        "MiB": (memory, Fraction(2) ** 20),
        "GiB": (memory, Fraction(2) ** 30),
        "TiB": (memory, Fraction(2) ** 40),
    }
    return {word: Unit(dimension, factor) for word, (dimension, factor) in table.items()}


UNITS = _table()
_SPELLINGS = {"\u212b": "Å", "A\u030a": "Å", "Ang": "Å", "μs": "µs", "us": "µs", "hartree": "Hartree", "bohr": "Bohr"}


def _words() -> dict[str, str]:
    """Names of units in words, in the singular."""
    prefixes = {"": "", "femto": "f", "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "kilo": "k", "giga": "G"}
    prefixes |= {"mega": "M", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi"}
    names = {"second": "s", "electronvolt": "eV", "joule": "J", "calorie": "cal", "pascal": "Pa", "bar": "bar"}
    names |= {"meter": "m", "metre": "m", "hartree": "Hartree", "byte": "B", "rydberg": "Ry", "atmosphere": "atm"}
    made = {f"{prefix}{name}": f"{p}{unit}" for prefix, p in prefixes.items() for name, unit in names.items()}
    return {word: unit for word, unit in made.items() if unit in UNITS} | {"byte": "bytes"}


_MEANT = {
    **dict.fromkeys(("a", "ang", "angs", "angstrom", "angstroms", "ångström", "ångströms"), "Å"),
    **dict.fromkeys(("kelvin", "kelvins"), "K"),
    **dict.fromkeys(("sec", "second", "seconds"), "s"),
    **dict.fromkeys(("minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("percent", "pct"), "%"),
    **dict.fromkeys(("x", "times", "fold"), "×"),
    **dict.fromkeys(("ha", "au"), "Hartree"),
    "a0": "Bohr",
    **{f"{word}{end}": unit for word, unit in _words().items() for end in ("", "s")},
}
"""Words in lower case that are no units here, and the unit that is meant."""
_LETTERS = 3
"""Of a word that another unit's may be a slip for: `m` is no slip for `ms`."""
_SUPERSCRIPTS = str.maketrans({"¹": "1", "²": "2", "³": "3", "⁻": "-"})
_FACTOR = re.compile(r"((?:[^\W\d_¹²³]\u030a?)+|[%×])(?:\^?(-?[0-9]+|⁻?[¹²³]+))?$")
_LARGEST_POWER = 6
_CLEARLY = 20
"""Times that another unit must be nearer than the usual one."""
_MOST_TRIED = 200
"""Combinations of alike units that are looked at for a misspelt one."""


@cache
def unit(word: str) -> Unit | str:
    """The unit of a word such as `meV/atom/ps`, or the part of the word that is no unit."""
    product = Unit(PLAIN, Fraction(1))
    sign = 1
    for part in re.split(r"([/*·])", word):
        if part == "/":
            sign = -1
        elif part in ("*", "·"):
            sign = 1
        else:
            match = _FACTOR.match(part)
            if match is None:
                return part or word
            name = _SPELLINGS.get(match.group(1), match.group(1))
            power = sign * int((match.group(2) or "1").translate(_SUPERSCRIPTS) or "1")
            if name not in UNITS or not 0 < abs(power) <= _LARGEST_POWER:
                return part
            base = UNITS[name]
            product = Unit(product.dimension * base.dimension**power, product.factor * base.factor**power)
            sign = 1
    return product


def usual_units(dimension: str) -> tuple[str, ...]:
    """The units that numbers of a dimension are stored in, the commonest first; one at least."""
    return _OF_FILES.get(dimension) or USUAL.get(dimension) or (EXAMPLES[dimension],)


def in_unit(value: float, word: str) -> float:
    """A value in base units, in a unit."""
    found = unit(word)
    assert isinstance(found, Unit), word
    return value / float(found.factor)


def spelling(word: str) -> str:
    """A unit word with the usual letters for each unit in it: `eV/Ang` is `eV/Å`; other words stay as they are."""
    parts = []
    for part in re.split(r"([/*·])", word):
        match = _FACTOR.match(part)
        name = match.group(1) if match is not None else ""
        parts.append(_SPELLINGS.get(name, name) + part[len(name) :])
    return "".join(parts)


def time_in_words(time: Fraction) -> str:
    """A time in fs as a spec writes it."""
    for word, factor in (("ns", 10**6), ("ps", 1000)):
        if time >= factor and (time / factor * 1000).denominator == 1:
            return f"{float(time / factor):.10g} {word}"
    return f"{float(time):.10g} fs"


def likely(number: Fraction, dimension: Dimension, example: str) -> str:
    """The usual unit in which a number without one comes nearest to an example, such as `2 fs`; or the usual one."""
    shown, _, word = example.partition(" ")
    of_example = unit(word)
    is_of_it = isinstance(of_example, Unit) and of_example.dimension == dimension and word != ""
    choices = list(dict.fromkeys([*([word] if is_of_it else []), *USUAL.get(dimension.name, ())]))
    try:
        expected = abs(Fraction(shown)) * of_example.factor if isinstance(of_example, Unit) else Fraction(0)
    except ValueError:
        expected = Fraction(0)
    if not choices or not expected or not number:
        return choices[0] if is_of_it else dimension.example

    def distance(choice: str) -> float:
        found = unit(choice)
        assert isinstance(found, Unit)
        return abs(math.log(abs(number) * found.factor / expected))

    best = min(choices, key=distance)
    return best if distance(best) + math.log(_CLEARLY) < distance(choices[0]) else choices[0]


def nearest_unit(word: str, dimension: Dimension | None = None) -> str | None:
    """A known unit word that looks like this one; with a dimension, one that measures it."""
    parts = re.split(r"([/*·])", word)
    choices = [(part,) if part in "/*·" or isinstance(unit(part), Unit) else _alike(part) for part in parts]
    for candidate in itertools.islice(itertools.product(*choices), _MOST_TRIED):
        found = unit("".join(candidate))
        if isinstance(found, Unit) and dimension in (None, found.dimension):
            return "".join(candidate)
    return None


def _alike(part: str) -> tuple[str, ...]:
    """Units that a word may be meant for, the likeliest first."""
    import difflib

    if part.lower() in _MEANT:
        return (_MEANT[part.lower()],)
    match = _FACTOR.match(part)
    word = match.group(1) if match is not None else part
    power = part[len(word) :]
    if word.lower() in _MEANT:
        return (f"{_MEANT[word.lower()]}{power}",)
    same = [known for known in UNITS if known.lower() == word.lower()]
    near = difflib.get_close_matches(word, UNITS, n=4) if len(word) >= _LETTERS else []
    return tuple(f"{known}{power}" for known in dict.fromkeys([*same, *near]))

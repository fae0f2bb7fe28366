"""The rows of the seed paper's tables, printed a line each and given as plain values for a data frame."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.paper.caveats import Caveat


@dataclass(frozen=True)
class AccuracyRow:
    """Test accuracies of a method.

    Attributes:
        dataset: name of the data set.
        method: name in `METHODS`.
        dimension: columns of its representation.
        seeds: of the splits.
        accuracies: one a seed, in [0, 1].
        hides: the choices that the numbers depend on.
    """

    dataset: str
    method: str
    dimension: int
    seeds: tuple[int, ...]
    accuracies: tuple[float, ...]
    hides: frozenset[Caveat]

    @property
    def mean(self) -> float:
        """Mean over the seeds, the number that the paper prints."""
        return float(np.mean(self.accuracies))


@dataclass(frozen=True)
class SpectrumRow:
    """Spectrum of an encoding on training rows, un-centred.

    Attributes:
        dataset: name of the data set.
        encoding: name of the encoding.
        dimension: its columns.
        n_rows: training rows that were encoded.
        effective_rank: in [1, dimension].
        condition_number: largest over smallest singular value, at least 1.
        hides: the choices that the numbers depend on.
    """

    dataset: str
    encoding: str
    dimension: int
    n_rows: int
    effective_rank: float
    condition_number: float
    hides: frozenset[Caveat]

    @property
    def log10_condition(self) -> float:
        """Decimal logarithm of the condition number."""
        return float(np.log10(self.condition_number))


@dataclass(frozen=True)
class SimilarityRow:
    """Biased linear CKA of two representations.

    Attributes:
        dataset: name of the data set.
        first: name of a representation.
        second: name of another.
        n_rows: rows of the whole set that both are of.
        cka: in [0, 1] unless a Gram matrix overflowed.
        hides: the choices that the number depends on.
    """

    dataset: str
    first: str
    second: str
    n_rows: int
    cka: float
    hides: frozenset[Caveat]


@dataclass(frozen=True, repr=False)
class PaperTables:
    """What the seed paper prints of a data set.

    Attributes:
        accuracy: one row a method.
        spectra: one row an encoding.
        similarity: one row a pair of representations.
    """

    accuracy: tuple[AccuracyRow, ...]
    spectra: tuple[SpectrumRow, ...]
    similarity: tuple[SimilarityRow, ...]

    def as_dicts(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of each table as plain values, such as for `pandas.DataFrame(tables.as_dicts()["accuracy"])`.

        Besides the fields, accuracies have their `mean` and spectra `log10_condition`; `hides` is sorted text.
        """
        return {field.name: [_plain(row) for row in getattr(self, field.name)] for field in fields(self)}

    def __repr__(self) -> str:
        """A line a row; what the numbers hide is named once, below."""
        dataset = next((row.dataset for row in self.accuracy), "")
        lines = [f"PaperTables of {dataset}", "  method         dimension  mean accuracy"]
        lines += [f"  {row.method:<14} {row.dimension:>9}  {row.mean:.4f}" for row in self.accuracy]
        lines.append("  encoding       dimension  effective rank  log10 condition")
        lines += [
            f"  {row.encoding:<14} {row.dimension:>9}  {row.effective_rank:>14.4g}  {row.log10_condition:.4g}"
            for row in self.spectra
        ]
        lines.append("  representations            CKA")
        lines += [f"  {row.first + ', ' + row.second:<25}  {row.cka:.4f}" for row in self.similarity]
        sets = [row.hides for row in self.accuracy]
        sets += [row.hides for row in self.spectra]
        sets += [row.hides for row in self.similarity]
        hidden = sorted(frozenset[Caveat]().union(*sets))
        lines += ["  what some of the numbers hide, by row in `hides`", *(f"    {of}: {of.meaning}" for of in hidden)]
        return "\n".join(lines)


def _plain(row: AccuracyRow | SpectrumRow | SimilarityRow) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, frozenset):
            value = sorted(caveat.value for caveat in value)
        found[field.name] = list(value) if isinstance(value, tuple) else value
    for name in ("mean", "log10_condition"):
        if hasattr(row, name):
            found[name] = getattr(row, name)
    return found

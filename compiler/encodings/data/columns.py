"""Columns of a table as features, target and groups, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.compiler.encodings.data.table_file import place_of
from mlipilot.spec.numerals import count, whole

if TYPE_CHECKING:
    import numpy as np
    import polars
    from numpy.typing import NDArray

_SHOWN = 5
"""Columns that a message names."""
_FEW_BROKEN = 10
"""Different broken numbers that may still be names of classes."""
_FEW_WHOLE = 20
_MANY = 0.2
"""Different whole numbers, as a part of the rows, that are hardly classes."""
_LONGEST = 40
"""Letters of an entry that a message shows."""
_ENTRY = {"target": ("has no `{name}`", "have no `{name}`"), "group": ("is in no group", "are in no group")}


def without_entry(series: polars.Series, path: Path, part: str) -> Iterator[Fault]:
    """Rows of which the target or the group is missing."""
    rows = _where(_is_missing(series))
    if len(rows) == series.len():
        said = f"the column `{series.name}` of `{path.name}` is empty"
        yield Fault("MLP1203", said, part, f"the {part}", "name another column")
    elif rows:
        one, several = (words.format(name=series.name) for words in _ENTRY[part])
        said = f"{count(len(rows), 'row')} of `{path.name}` {one if len(rows) == 1 else several}: {_first(path, rows)}"
        yield Fault("MLP1203", said, part, f"the {part}", "fill in what is missing, or leave such rows out")


def holes(features: Sequence[polars.Series], path: Path) -> Iterator[Fault]:
    """Features that are missing or not finite in some rows."""
    found = [(series, rows) for series in features if not _is_text(series) if (rows := _where(_is_no_number(series)))]
    if not found:
        return
    series, rows = found[0]
    others = f", and {count(len(found) - 1, 'other column')} neither" if len(found) > 1 else ""
    said = f"`{series.name}` of `{path.name}` is no finite number in {count(len(rows), 'row')}: {_first(path, rows)}"
    if len(rows) == series.len():
        said = f"`{series.name}` of `{path.name}` is empty"
    remedy = f"fill in what is missing, or drop {'these columns' if others else 'the column'} or such rows"
    yield Fault("MLP1204", said + others, "file", "every feature is a finite number", remedy)


def texts(features: Sequence[polars.Series], path: Path) -> Iterator[Fault]:
    """Features that are no numbers: they are to be encoded before, since how is a choice of the user's.

    Numbers with a few words among them, such as `NA`, are another slip than a column of words.
    """
    words = [series for series in features if _is_text(series)]
    for found in ([s for s in words if _is_mostly_numbers(s)], [s for s in words if not _is_mostly_numbers(s)]):
        if found:
            yield _texts(found, path)


def _texts(found: Sequence[polars.Series], path: Path) -> Fault:
    verb, noun = ("is no number", "the column") if len(found) == 1 else ("are no numbers", "these columns")
    said = f"{some_of([series.name for series in found])} of `{path.name}` {verb}: {_word(found[0], path)}"
    remedy = f"write numbers, such as a column of 0 and 1 for each word, drop {noun}, or name it as the `group`"
    if _is_mostly_numbers(found[0]):
        remedy = f"write a number there, or drop {noun} or such rows"
    return Fault("MLP1205", said, "file", "features are numbers", remedy)


def as_numbers(series: polars.Series, path: Path) -> tuple[NDArray[np.float64], SampleFacts] | Fault:
    """A target of numbers; missing ones are faults of their own, and are left out here."""
    if _is_text(series):
        said = f"`{series.name}` of `{path.name}` is no number: {_word(series, path)}"
        return Fault("MLP1206", said, "task", "numbers are to be predicted", "set `task = classes`, or write numbers")
    known = series.filter(~_is_missing(series))
    if (endless := _where(known.cast(float).is_infinite())) and known.len() == series.len():
        said = f"`{series.name}` of `{path.name}` is infinite in {count(len(endless), 'row')}: {_first(path, endless)}"
        return Fault("MLP1203", said, "target", "the target", "write a finite number, or leave such rows out")
    if known.n_unique() == 1:
        return _constant(known, path)
    y = known.cast(float).to_numpy()
    return y, SampleFacts(len(y), 0, "numbers", deviation=float(y.std()) if len(y) else None)


def as_classes(series: polars.Series, path: Path) -> tuple[NDArray[np.int64], SampleFacts] | Fault:
    """A target of classes, in the order of numbers or of the alphabet."""
    import numpy as np

    known = series.filter(~_is_missing(series))
    if known.n_unique() == 1:
        return _constant(known, path)
    if _is_continuous(known):
        said = f"`{series.name}` of `{path.name}` has {whole(known.n_unique())} different numbers in "
        said += f"{count(known.len(), 'row')}, which are no classes"
        return Fault("MLP1207", said, "task", "classes are to be predicted", "set `task = numbers`")
    if not known.dtype.is_numeric():
        known = known.cast(str)
    labels = {_label(value): place for place, value in enumerate(known.unique().sort())}
    y = np.array([labels[_label(value)] for value in known], dtype=np.int64)
    counts = tuple(np.bincount(y, minlength=len(labels)).tolist())
    return y, SampleFacts(len(y), 0, "classes", counts, labels=tuple(labels))


def as_groups(series: polars.Series) -> NDArray[np.int64]:
    """Groups from 0, in the order in which they come."""
    import numpy as np

    seen: dict[Any, int] = {}
    return np.array([seen.setdefault(value, len(seen)) for value in series], dtype=np.int64)


def some_of(names: Sequence[str]) -> str:
    """Some names in a sentence."""
    shown = [f"`{name}`" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        return f"{', '.join(shown)} and {len(names) - _SHOWN} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def _constant(series: polars.Series, path: Path) -> Fault:
    said = f"`{series.name}` of `{path.name}` is `{_label(series[0])}` in every row"
    return Fault("MLP1208", said, "target", "nothing to predict", "name another column, or a file with more classes")


def _is_continuous(series: polars.Series) -> bool:
    """Whether numbers measure something, by how many different ones there are."""
    if not series.dtype.is_numeric():
        return False
    if series.dtype.is_float() and not (series == series.round()).all():
        return series.n_unique() > _FEW_BROKEN
    return series.n_unique() > max(_FEW_WHOLE, _MANY * series.len())


def _label(value: Any) -> str:
    """A class as text: `1` of 1.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_text(series: polars.Series) -> bool:
    """Whether a column holds something besides numbers; one without any entry does not."""
    import polars

    is_number = series.dtype.is_numeric() or series.dtype == polars.Boolean
    return not is_number and series.null_count() < series.len()


def _is_missing(series: polars.Series) -> polars.Series:
    return series.is_null() | series.is_nan() if series.dtype.is_float() else series.is_null()


def _is_no_number(series: polars.Series) -> polars.Series:
    return series.is_null() | ~series.is_finite().fill_null(False) if series.dtype.is_float() else series.is_null()


def _where(mask: polars.Series) -> list[int]:
    return mask.arg_true().to_list()


def _first(path: Path, rows: Sequence[int]) -> str:
    return place_of(path, rows[0]) if len(rows) == 1 else f"the first is {place_of(path, rows[0])}"


def _is_mostly_numbers(series: polars.Series) -> bool:
    import polars

    numbers = series.cast(polars.String).cast(polars.Float64, strict=False)
    return numbers.is_not_null().sum() > 0.5 * series.len()


def _word(series: polars.Series, path: Path) -> str:
    """The first entry that is no number, and where it stands."""
    import polars

    words = series.cast(polars.String)
    is_word = words.is_not_null() & words.cast(polars.Float64, strict=False).is_null()
    row = next(iter(_where(is_word)), 0)  # dates may all look like numbers
    return f"`{str(words[row])[:_LONGEST]}` in {place_of(path, row)}"


__all__ = ["as_classes", "as_groups", "as_numbers", "holes", "some_of", "texts", "without_entry"]

"""A table of the user's own: its features, target and groups, or all that is wrong with it.

The same sentences are a diagnostic of `check` and the failure of a job whose file is another by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.compiler.encodings.data.columns import (
    as_classes,
    as_groups,
    as_numbers,
    holes,
    some_of,
    texts,
    without_entry,
)
from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.compiler.encodings.data.table_file import columns_of, content_of
from mlipilot.spec.suggest import nearest

if TYPE_CHECKING:
    import numpy as np
    import polars
    from numpy.typing import NDArray


class Table(NamedTuple):
    """A table that can be used."""

    X: NDArray[np.float64]
    """(n_samples, n_features)."""
    y: NDArray[Any]
    """Labels from 0, or floats."""
    names: tuple[str, ...]
    """Of the features."""
    facts: SampleFacts
    groups: NDArray[np.int64] | None
    """From 0, one a sample."""


class Wanted(NamedTuple):
    """What a call asks of a file: the columns of the target and of the groups, and the task."""

    target: str
    task: str
    group: str | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Wanted:
        """By the arguments of the call."""
        return cls(arguments["target"], arguments["task"], arguments.get("group"))


class Looked(NamedTuple):
    """What a look at a file gave: what it holds, or what is wrong with it."""

    facts: SampleFacts | None
    faults: tuple[Fault, ...] = ()


def look_at(base: Path, written: str, wanted: Wanted) -> Looked:
    """What a file that is named relative to a folder holds; it is read once while it stays as it is."""
    try:
        status = (base / written).stat()
    except OSError:
        return _look_at.__wrapped__(base, written, wanted, (0, 0, 0))
    return _look_at(base, written, wanted, (status.st_size, status.st_mtime_ns, status.st_ino))


@lru_cache(maxsize=64)
def _look_at(base: Path, written: str, wanted: Wanted, state: tuple[int, int, int]) -> Looked:
    content = content_of(base, written)
    if isinstance(content, Fault):
        return Looked(None, (content,))
    found = read_table(content, base / written, wanted)
    return Looked(found.facts) if isinstance(found, Table) else Looked(None, tuple(found))


def read_table(content: bytes, path: Path, wanted: Wanted) -> Table | list[Fault]:
    """The table of a file of this name with these bytes."""
    columns = columns_of(content, path)
    if isinstance(columns, Fault):
        return [_in_a_line(columns)]
    found = list(_lacking(columns, path.name, wanted)) or _table(columns, path, wanted)
    return found if isinstance(found, Table) else [_in_a_line(fault) for fault in found]


def _in_a_line(fault: Fault) -> Fault:
    """A fault whose sentences have no line breaks of entries that they show."""
    return fault._replace(headline=" ".join(fault.headline.split()), help=" ".join(fault.help.split()))


def _lacking(columns: polars.DataFrame, name: str, wanted: Wanted) -> Iterator[Fault]:
    """Columns that are named and not there, and that none is left for features."""
    for part, column in (("target", wanted.target), ("group", wanted.group)):
        if column is None or column in columns.columns:
            continue
        near = nearest(column, columns.columns)
        remedy = f"did you mean `{near}`?" if near else f"its columns are {some_of(columns.columns)}"
        yield Fault("MLP1202", f"`{name}` has no column `{column}`", part, "no such column", remedy, near)
    if wanted.group == wanted.target:
        remedy = "name another column, or leave `group` out"
        yield Fault("MLP1213", f"`{wanted.target}` is the target, and cannot be the group", "group", help=remedy)
    if not _features(columns, wanted):
        remedy = "add a column for each feature: all columns but the target and the group are features"
        yield Fault("MLP1201", f"`{name}` has no column of a feature", "file", "nothing to encode", remedy)


def _features(columns: polars.DataFrame, wanted: Wanted) -> list[str]:
    return [column for column in columns.columns if column not in (wanted.target, wanted.group)]


def _table(columns: polars.DataFrame, path: Path, wanted: Wanted) -> Table | list[Fault]:
    import numpy as np

    target, features = columns[wanted.target], [columns[column] for column in _features(columns, wanted)]
    faults = [*without_entry(target, path, "target"), *texts(features, path), *holes(features, path)]
    if wanted.group is not None:
        faults += without_entry(columns[wanted.group], path, "group")
    read = as_numbers(target, path) if wanted.task == "numbers" else as_classes(target, path)
    if isinstance(read, Fault):
        return [*faults, read]
    if faults:
        return faults
    y, facts = read
    facts, groups = facts._replace(features=len(features)), None
    if wanted.group is not None:
        groups = as_groups(columns[wanted.group])
        facts = facts._replace(groups=tuple(np.bincount(groups).tolist()))
        if facts.counts is not None:
            within = tuple(len(np.unique(groups[y == label])) for label in range(len(facts.counts)))
            facts = facts._replace(class_groups=within)
    X = np.column_stack([series.cast(float).to_numpy() for series in features])
    return Table(X, y, tuple(series.name for series in features), facts, groups)


__all__ = ["Looked", "Table", "Wanted", "look_at", "read_table"]

"""The data sets that a plan names: carried, generated, from the cache, from a file, or of a data set of frames."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.encodings.data.bundled import BUNDLED
from mlipilot.compiler.encodings.data.folds import fold_faults
from mlipilot.compiler.encodings.data.generated import GENERATED
from mlipilot.compiler.encodings.data.large import LARGE, drawn, missing_files
from mlipilot.compiler.encodings.data.sample_facts import Fault, SampleFacts
from mlipilot.compiler.encodings.data.table import Table, Wanted, read_table
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.datasets.bundled import load_bundled
from mlipilot.runtime.encodings.datasets.cache import DataUnavailableError
from mlipilot.runtime.encodings.datasets.remote import load_remote
from mlipilot.runtime.encodings.datasets.synthetic import SYNTHETIC
from mlipilot.runtime.encodings.datasets.tabular import TabularData
from mlipilot.runtime.foundation.failures import JobFailure

DRAW_SEED = 42
"""Of the rows of a large set: two benchmarks of as many rows have the same."""

Inputs = Mapping[str, Path]
Maker = Callable[[Mapping[str, Any], Inputs], TabularData]


def samples(data: Mapping[str, Any], inputs: Inputs) -> TabularData:
    """The samples of a data set, with their groups where they have any.

    Args:
        data: `kind`, `arguments` and `name`, as a plan has them; a table's `arguments["file"]` is its `name`, `sha256`
            and `path`.
        inputs: of `soap`: the files of the splits of its data set, by the names of the splits; of others nothing.

    Raises `JobFailure`: MLP0814 for a file that is not there, changed or cannot be read; MLP0801 for a package that is
    not installed; what `check` says of the content of a table (MLP12…) for one that is wrong.
    """
    return MAKERS[data["kind"]](data["arguments"], inputs)


def facts_of_samples(data: TabularData) -> SampleFacts:
    """What is in memory, as it is known of a data set before a run."""
    counts = within = groups = deviation = None
    if data.groups is not None:
        groups = tuple(np.bincount(data.groups).tolist())
    if data.task == "numbers":
        deviation = float(data.y.std())
    else:
        counts = tuple(np.bincount(data.y).tolist())
        if data.groups is not None:
            within = tuple(len(np.unique(data.groups[data.y == label])) for label in range(len(counts)))
    return SampleFacts(
        data.n_samples, data.n_features, data.task, counts, groups, deviation, data.unit, class_groups=within
    )


def require_folds(data: TabularData, name: str, protocol: Protocol) -> None:
    """`JobFailure` (MLP1209 to MLP1212), as `check` says it, where a data set has too little for the folds."""
    _raise(fold_faults(facts_of_samples(data), name, protocol))


def _bundled(name: str) -> Maker:
    return lambda given, inputs: load_bundled(name)


def _generated(name: str) -> Maker:
    keywords = GENERATED[name].keywords
    return lambda given, inputs: SYNTHETIC[name](**{keywords.get(key, key): value for key, value in given.items()})


def _large(name: str) -> Maker:
    def make(given: Mapping[str, Any], inputs: Inputs) -> TabularData:
        missing = missing_files(name)
        if missing is not None:
            raise JobFailure("MLP0814", missing.headline, missing.help)
        try:
            data = load_remote(name)
        except (DataUnavailableError, ValueError) as error:
            raise JobFailure("MLP0814", str(error)) from error
        return data if given.get("rows") is None else _some(data, given["rows"])

    return make


def _some(data: TabularData, rows: int) -> TabularData:
    """So many rows, drawn at random in the shares of the classes; they stay in their order."""
    if rows >= data.n_samples:
        return data
    rng = np.random.default_rng(DRAW_SEED)
    kept: list[NDArray[np.intp]] = []
    for label, number in enumerate(drawn(np.bincount(data.y).tolist(), rows)):
        kept.append(rng.choice(np.flatnonzero(data.y == label), number, replace=False))
    chosen = np.sort(np.concatenate(kept))
    source = f"{data.source}; {rows} of its {data.n_samples} rows"
    return TabularData(data.name, data.X[chosen], data.y[chosen], data.task, data.feature_names, source, data.licence)


def _table(given: Mapping[str, Any], inputs: Inputs) -> TabularData:
    file = given["file"]
    path = Path(file["path"])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JobFailure("MLP0814", f"{path} cannot be read: {error.strerror or error}") from error
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise JobFailure("MLP0814", f"{path} has changed since the plan was compiled", "compile again")
    found = read_table(content, path, Wanted.of(given))
    if not isinstance(found, Table):
        _raise(found)
        raise AssertionError("a table that cannot be used has a fault")
    return TabularData(
        name=path.name,
        X=found.X,
        y=found.y,
        task=found.facts.task,
        feature_names=found.names,
        source=f"{file['name']}, SHA-256 {file['sha256']}",
        licence="of its owner",
        groups=found.groups,
    )


def _soap(given: Mapping[str, Any], inputs: Inputs) -> TabularData:
    try:
        import dscribe  # noqa: F401

        from mlipilot.runtime.encodings.datasets.soap import soap
    except ImportError as error:
        raise JobFailure("MLP0801", f"`soap` needs `{error.name}`", 'pip install "mlipilot[encodings]"') from error
    return soap(given, inputs)


def _raise(faults: list[Fault]) -> None:
    """The first fault as a failure."""
    for fault in faults:
        raise JobFailure(fault.code, fault.headline, fault.help)


MAKERS: Mapping[str, Maker] = {
    **{name: _bundled(name) for name in BUNDLED},
    **{name: _generated(name) for name in GENERATED},
    **{name: _large(name) for name in LARGE},
    "table": _table,
    "soap": _soap,
}
"""By kind, as `mlipilot.compiler.encodings.data.kinds` has them."""

__all__ = ["MAKERS", "facts_of_samples", "require_folds", "samples"]

"""Result files, read with their faults as reasons.

A run may have failed half-way or its folder been damaged; the rest of the report must stand all the same, so
whatever goes wrong here is a `NotKnown` that names the file.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlipilot.runtime.report.quantity import NotKnown

Arrays = dict[str, NDArray[Any]]
_FAULTS = (OSError, ValueError, EOFError, zipfile.BadZipFile, pl.exceptions.PolarsError)


def read_json(path: Path, *required: str) -> dict[str, Any]:
    """The JSON object of `path`, which must have the keys `required`."""
    _exists(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except _FAULTS as fault:
        raise NotKnown(f"{path.name} cannot be read ({_words(fault)})") from fault
    if not isinstance(content, dict):
        raise NotKnown(f"{path.name} holds no object")
    _complete(path, required, content.keys())
    return content


def read_table(path: Path, *required: str) -> pl.DataFrame:
    """The Parquet table of `path`, which must have the columns `required` and a row."""
    _exists(path)
    try:
        table = pl.read_parquet(path)
    except _FAULTS as fault:
        raise NotKnown(f"{path.name} cannot be read ({_words(fault)})") from fault
    _complete(path, required, table.columns)
    if table.is_empty():
        raise NotKnown(f"{path.name} has no rows")
    return table


def read_arrays(path: Path, *required: str) -> Arrays:
    """The arrays of an .npz file, which must have the names `required`."""
    _exists(path)
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except _FAULTS as fault:
        raise NotKnown(f"{path.name} cannot be read ({_words(fault)})") from fault
    _complete(path, required, arrays.keys())
    return arrays


def _exists(path: Path) -> None:
    if not path.is_file():
        raise NotKnown(f"{path.name} was not written")


def _complete(path: Path, required: Any, present: Any) -> None:
    missing = [name for name in required if name not in present]
    if missing:
        raise NotKnown(f"{path.name} has no {', '.join(missing)}")


def _words(fault: BaseException) -> str:
    lines = str(fault).splitlines()
    return lines[0] if lines else type(fault).__name__

"""A file of the user's own as columns: CSV or Parquet, by the end of its name; what is no table is a fault."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from mlipilot.compiler.data_paths import look
from mlipilot.compiler.encodings.data.sample_facts import Fault
from mlipilot.compiler.unpacking import packed_name, unpacked

if TYPE_CHECKING:
    import polars

_PARQUET = (".parquet", ".pq")
_SEPARATORS = ";\t"
"""Besides the comma: that of the header, where it has no comma."""
_WRITE = "write a CSV file with a row of names, or a Parquet file"
_BOM = b"\xef\xbb\xbf"


def content_of(base: Path, written: str) -> bytes | Fault:
    """The bytes of a file that is named relative to a folder."""
    path = base / written
    try:
        if path.is_dir():
            return _not_there(written, "is a folder", "name the file inside it")
        if not path.exists():
            return _not_there(written, *look(base, written))
        content = path.read_bytes()
    except OSError as error:
        return _not_there(written, f"cannot be read: {error.strerror or error}", "check its permissions")
    return content or _not_there(written, "is empty", "name a file with a row of names and a row for each sample")


def columns_of(content: bytes, path: Path) -> polars.DataFrame | Fault:
    """The columns of a file of this name with these bytes."""
    try:
        import polars
    except ImportError:
        return _no_table(path.name, "polars, which reads it, is not installed", 'pip install "mlipilot[encodings]"')
    try:
        plain = unpacked(path, io.BytesIO(content)).read()
        if packed_name(path).lower().endswith(_PARQUET):
            columns: polars.DataFrame | Fault = polars.read_parquet(io.BytesIO(plain))
        else:
            columns = _of_text(path.name, plain.removeprefix(_BOM))
    except Exception as error:  # polars and the modules that unpack raise what their parsing ran into
        return _no_table(path.name, f"cannot be read as a table: {_first_line(error)}", _WRITE)
    if isinstance(columns, Fault):
        return columns
    nested = next((series.name for series in columns if series.dtype.is_nested() or series.dtype == polars.Binary), "")
    if nested:
        return _no_table(path.name, f"has no number or word in entries of `{nested}`", "leave the column out")
    if not columns.height:
        return _no_table(path.name, "has no row below its names", "write a row for each sample")
    return columns


def place_of(path: Path, row: int) -> str:
    """Where a row stands, in words: its line in a text file, the row of names being line 1."""
    return f"row {row + 1}" if packed_name(path).lower().endswith(_PARQUET) else f"line {row + 2}"


def _of_text(name: str, text: bytes) -> polars.DataFrame | Fault:
    import polars

    first = text.split(b"\n", 1)[0].decode("utf-8").rstrip("\r")
    separator = next((sign for sign in _SEPARATORS if sign in first and "," not in first), ",")
    header = next(csv.reader([first], delimiter=separator), [])
    twice = next((column for place, column in enumerate(header) if column in header[:place]), None)
    if twice is not None:
        return _no_table(name, f"names two columns `{twice}`", "rename one of them")
    if header and all(map(_is_number, header)):
        return _no_table(name, "has no row of names: its first line is numbers", "put the names of the columns on top")
    return polars.read_csv(io.BytesIO(text), separator=separator, infer_schema_length=None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _not_there(written: str, problem: str, remedy: str) -> Fault:
    return Fault("MLP0306", f"`{written}` {problem}", "file", "data file", remedy)


def _no_table(name: str, problem: str, remedy: str) -> Fault:
    return Fault("MLP1201", f"`{name}` {problem}", "file", "no table", remedy)


__all__ = ["columns_of", "content_of", "place_of"]

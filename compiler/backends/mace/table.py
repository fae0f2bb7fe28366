"""Which options are in force: those of the installed mace-torch, kept in the user's cache; else the bundled ones.

`python -m mlipilot.compiler.backends.mace.table FILE` writes the bundled table from the installed package.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.compiler.backends.mace.options import Option, OptionTable, from_record, to_record
from mlipilot.compiler.backends.mace.reading import UnreadableOptions, read_options

BUNDLED = Path(__file__).parent / "bundled.json"
_PACKAGE = "mace-torch"
_FORMAT = 1
"""Of the cached files: raised when `Option` or the reader changes."""


class Source(NamedTuple):
    """The text that declares an installed package's options."""

    version: str
    parser: str
    keys: str

    @property
    def digest(self) -> str:
        """Names the text and the reader's version."""
        return hashlib.sha256(f"{_FORMAT}\0{self.parser}\0{self.keys}".encode()).hexdigest()[:24]


@functools.cache
def option_table() -> OptionTable:
    """The options of the installed mace-torch, or the bundled ones; nothing of it is imported."""
    source = installed_source()
    options = _kept(source) if source is not None else None
    if source is None or options is None:
        return bundled_table()
    return OptionTable(source.version, True, options)


def installed_source() -> Source | None:
    """The text that declares the installed package's options; None where there is none to read."""
    try:
        found = find_spec("mace")
        release = version(_PACKAGE)
    except (ImportError, ValueError, PackageNotFoundError):
        return None
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        tools = Path(folder) / "tools"
        try:
            keys = tools / "default_keys.py"
            return Source(
                release,
                (tools / "arg_parser.py").read_text(encoding="utf-8"),
                keys.read_text(encoding="utf-8") if keys.is_file() else "",
            )
        except (OSError, UnicodeDecodeError):
            continue
    return None


def bundled_table() -> OptionTable:
    """The options of the release that ships with this package."""
    record = json.loads(BUNDLED.read_text(encoding="utf-8"))
    return OptionTable(record["version"], False, from_record(record["options"]))


def cache_folder() -> Path:
    """Where what can be made again is kept for the next call."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "mlipilot"


def _kept(source: Source) -> tuple[Option, ...] | None:
    """The options of a source, from the cache where it has them."""
    name = f"mace-options-{source.digest}.json"
    try:
        kept = from_record(json.loads((cache_folder() / name).read_text(encoding="utf-8")))
        if kept:
            return kept
    except (OSError, ValueError, TypeError, KeyError, RuntimeError):
        pass
    try:
        options = read_options(source.parser, source.keys)
    except UnreadableOptions:
        return None
    _keep(name, to_record(options))
    return options


def _keep(name: str, record: Any) -> None:
    """Put JSON into the cache; where that cannot be done, the next call makes it again."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(json.dumps(record), encoding="utf-8")
        temporary.replace(folder / name)
    except (OSError, RuntimeError):
        return


def main(arguments: list[str]) -> None:
    """Write the installed package's options to a file, as the bundled table has them."""
    source = installed_source()
    if source is None:
        raise SystemExit(f"{_PACKAGE} is not installed")
    options = ",\n".join(json.dumps(item) for item in to_record(read_options(source.parser, source.keys)))
    text = f'{{"version": {json.dumps(source.version)}, "options": [\n{options}\n]}}\n'
    Path(arguments[0]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

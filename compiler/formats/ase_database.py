"""ASE's databases in one file (`.db`, SQLite): each row is a frame, its key-value pairs are header keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from mlipilot.compiler.formats.format import NO_LINE, Format, FrameFault, ReadFrame

_OLDEST = 5
"""Version of the tables that ASE still reads."""


class _AseDatabase(Format):
    name = "ASE database"
    magic = (b"SQLite format 3\0",)
    may_be_packed = False

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        from ase.db import connect

        _require_version(path)
        # without a lock file: nothing is written beside the user's file
        rows = connect(str(path), type="db", use_lock_file=False, serial=True).select()
        for number, row in enumerate(rows):
            if numbers is None or number in numbers:
                atoms = row.toatoms()
                data = row.data if isinstance(row.data, Mapping) else {}
                atoms.info.update({**data, **row.key_value_pairs})
                yield ReadFrame(number, NO_LINE, atoms)


def _require_version(path: Path) -> None:
    """`FrameFault` for an SQLite file that ASE did not make, or made in a version that this ASE does not read."""
    from ase.db.sqlite import VERSION

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if "systems" not in names:
                raise FrameFault("it is an SQLite file without ASE's table `systems`", 0)
            found = 2
            if "information" in names:
                row = database.execute("SELECT value FROM information WHERE name='version'").fetchone()
                found = int(row[0]) if row else found
    except ValueError:
        raise FrameFault("the database is damaged: its version is not a number", 0) from None
    except sqlite3.Error as error:
        raise FrameFault(f"the database is damaged: {error}", 0) from error
    if found > VERSION:
        message = f"its tables are of version {found}, and the installed ASE reads up to {VERSION}: install a newer ASE"
        raise FrameFault(message, 0)
    if found < _OLDEST:
        message = f"its tables are of version {found}, too old for ASE: convert it with `python -m ase.db.convert`"
        raise FrameFault(message, 0)


FORMAT = _AseDatabase()

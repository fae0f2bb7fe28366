"""What ASE takes a data file for: by its name, then by its first bytes, then by the end of its name; and what follows.

ASE is asked itself where its answer is in doubt; importing it takes longer than all else that `lint` does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from mlipilot.compiler.unpacking import beginning, packed_name

_SCANNED = ("extxyz",)
_OWN_NAMES = (*_SCANNED, "traj")
_NO_OWN_NAMES = ("json", "db", "bundletrajectory")
"""Formats of ASE's that keep no entries of a frame but its own."""
_LOOKED_AT = 50_000
"""Bytes that ASE looks at."""
_PLAIN = re.compile(rb"[ \t]*\d+[ \t]*\r?\n[^\r\n]*(?:Properties|Lattice)=")
IN_NAMES = ("CONFIG", "POSCAR", "CONTCAR", "CENTCAR", "OUTCAR", "XDATCAR")
"""What makes ASE take a file for another format, whatever its name ends with."""
IN_TEXT = (
    b"znucl ",
    b" of ABINIT",
    b"Invoking FHI-aims",
    b"&&&&&&&&",
    b"&system",
    b"&SYSTEM",
    b"Program PWSCF",
    b"GAMESS",
    b"Entering Gaussian System",
    b"  ___ ___ ___ _ _ _",
    b"ITEM: TIMESTEP",
    b"Northwest Computational Chemistry",
    b"Linear-Scaling Ab Initio",
    b"lock species ",
    b"LOCK SPECIES ",
    b"--- INPUT FILE ---",
    b" O   R   C   A ",
    b":simulation xmlns:",
    b"\nANIMSTEPS",
    b"\nCRYSTAL",
    b"\nSLAB",
    b"\nPOLYMER",
    b"\nMOLECULE",
    b"\nATOMS",
)
"""What makes ASE take a file for another format, wherever among its first bytes it stands."""


class Taken(NamedTuple):
    """What ASE takes a file for."""

    scanned: bool
    """Whether it is the one that we check."""
    words: str = ""
    """The format in ASE's words; empty where ASE knows none."""
    readable: bool = True
    """Whether ASE can read it."""
    own_names: bool | None = True
    """Whether frames keep labels under names that are none of ASE's; None where that is not known."""
    looks_plain: bool = False
    """Whether it is extended XYZ all the same."""


def taken_for(path: Path) -> Taken:
    """What ASE takes a file for that exists."""
    try:
        start = beginning(path, _LOOKED_AT)
    except OSError:
        return Taken(True)  # the scan says why it cannot be read
    if start is None:
        return Taken(True)  # as above: damaged
    plain = _PLAIN.match(start) is not None
    suspect = any(word in path.name for word in IN_NAMES) or any(word in start for word in IN_TEXT)
    if plain and not suspect and Path(packed_name(path)).suffix.lower() in (".xyz", ".extxyz"):
        return Taken(True)
    return _asked(path, plain)


def _asked(path: Path, plain: bool) -> Taken:
    from ase.io.formats import UnknownFileTypeError, filetype, ioformats

    try:
        name = filetype(str(path))
    except UnknownFileTypeError:
        return Taken(False, readable=False, looks_plain=plain)
    except Exception:  # damaged data, of which each module says in its own way; a scan names the place
        return Taken(True)
    if name in _SCANNED:
        return Taken(True)
    known = ioformats.get(name)
    if known is None:
        return Taken(False, readable=False, looks_plain=plain)
    own_names = False if name in _NO_OWN_NAMES else name in _OWN_NAMES or None
    return Taken(False, f"{known.description} (`{name}`)", bool(known.can_read), own_names, plain)


__all__ = ["IN_NAMES", "IN_TEXT", "Taken", "taken_for"]

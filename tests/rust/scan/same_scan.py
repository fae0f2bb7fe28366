"""Two scans, value by value."""

from typing import Any

import numpy as np

from mlipilot import _core

OF_THE_FILE = {"path", "size"}
"""What two scans of the same frames do not share."""


def contents(scan: _core.FrameScan) -> dict[str, Any]:
    """All attributes but those of the file."""
    names = [name for name in dir(scan) if not name.startswith("_") and name not in OF_THE_FILE]
    return {name: getattr(scan, name) for name in names}


def assert_same_scan(found: _core.FrameScan, expected: _core.FrameScan) -> None:
    """Every attribute, to the last bit."""
    mine, theirs = contents(found), contents(expected)
    for name, value in theirs.items():
        assert _same(mine[name], value), (name, mine[name], value)
    assert _core.near_duplicates(found, found) == _core.near_duplicates(expected, expected)
    assert _same(_core.work_consistency(found), _core.work_consistency(expected))
    assert _same(_core.work_ratio(found), _core.work_ratio(expected))


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        return list(mine) == list(theirs) and all(_same(mine[key], value) for key, value in theirs.items())
    if isinstance(theirs, np.ndarray):
        is_real = theirs.dtype.kind == "f"
        return mine.dtype == theirs.dtype and np.array_equal(mine, theirs, equal_nan=is_real)
    if isinstance(theirs, tuple):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    if isinstance(theirs, float) and np.isnan(theirs):
        return bool(np.isnan(mine))
    return bool(mine == theirs)

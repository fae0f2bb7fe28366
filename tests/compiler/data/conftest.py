"""The fixture that the tests of this folder share."""

from __future__ import annotations

from asking_frames import asking

__all__ = ["asking"]

"""The holdout: the one job that reads the sealed split, at a campaign's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations.operation import Operation, Role
from mlipilot.compiler.plan import Job, Plan

VERSION = 3


class SealPart(NamedTuple):
    """A job whose result is part of the seal's; others find it by its place among the parts."""

    design: str
    """Whose model it measures or judges: the key of a run."""
    kind: str
    folder: str
    """Of its result, in the seal's; a verdict stands in `sealed.json` alone."""
    version: int
    params: Mapping[str, Any]
    inputs: Mapping[str, Mapping[str, Any]]
    """By role, `{"part": place, "file": file}` of another part, or `{"input": role}` of the seal's own inputs."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return self._asdict()

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> SealPart:
        """From JSON."""
        return cls(**document)


class _Seal(Operation):
    kind = "seal"
    role = Role.HOLDOUT
    resources = "measure"

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """No plan has it: what it takes is set aside for the close of a campaign."""
        return 0.0


OPERATION = _Seal()

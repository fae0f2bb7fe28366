"""The holdout: the one job that reads the sealed split, at a campaign's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations.operation import Operation, Role
from mlipilot.compiler.plan import Job, Plan

VERSION = 2


class SealPart(NamedTuple):
    """A job whose result is part of the seal's."""

    design: str
    """Whose model it measures or judges."""
    job: str
    kind: str
    folder: str
    """Of its result, in the seal's; a verdict stands in `sealed.json` alone."""
    version: int
    params: Mapping[str, Any]
    inputs: Mapping[str, Mapping[str, str]]
    """By role, `{"part": name, "file": file}` of another part, or `{"input": role}` of the seal's own inputs."""

    @property
    def name(self) -> str:
        """Among the parts."""
        return f"{self.design}/{self.job}"

    def document(self) -> dict[str, Any]:
        """As JSON."""
        shown = {name: value for name, value in self._asdict().items() if name not in ("design", "job")}
        return {"name": self.name, **shown}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> SealPart:
        """From JSON; a design's name has no slash."""
        design, _, job = document["name"].partition("/")
        return cls(design, job, **{name: value for name, value in document.items() if name != "name"})


class _Seal(Operation):
    kind = "seal"
    role = Role.HOLDOUT

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """No plan has it: what it takes is set aside for the close of a campaign."""
        return 0.0


OPERATION = _Seal()

"""What speaks against running jobs on an engine, and which of its fields it is about."""

from __future__ import annotations

from typing import NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec


class EngineFault(NamedTuple):
    """Found by asking, before the first job."""

    code: str
    field: str
    """Such as `partition`, or `train.time`; empty where it is about none."""
    headline: str
    help: str

    def diagnostic(self, spec: Spec | None = None) -> Diagnostic:
        """To be shown: at the field, where the spec is there that has it."""
        block = spec.only("engine") if spec is not None else None
        if block is None:
            return Diagnostic(self.code, self.headline, help=self.help)
        kind, _, name = self.field.rpartition(".")
        owner = next((child for child in block.children if child.kind in (kind, name)), block)
        value = owner.fields.get(name)
        span = value.span if value is not None and value.span is not None else owner.span
        return Diagnostic(
            self.code, self.headline, block.source, Annotation(span, "asked of the cluster"), help=self.help
        )

"""A probe's answer: JSON to figures, those of each kind of job read by that kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.measured import Measurement, read_rate, read_seconds
from mlipilot.compiler.operations import probed


def read_measurement(answer: Mapping[str, Any]) -> Measurement | None:
    """A probe's answer; None where it does not have the shape of one."""
    try:
        return Measurement(
            atoms=read_seconds(answer["atoms"]),
            setup=read_seconds(answer["setup"]),
            graph=read_seconds(answer["graph"]),
            steps=tuple(read_rate(rate) for rate in answer["steps"]),
            validation=read_rate(answer["validation"]),
            checkpoint=read_seconds(answer["checkpoint"]),
            evaluation=read_rate(answer["evaluation"]),
            first_call=read_seconds(answer["first_call"]),
            parts={
                operation.kind: tuple(operation.read_answer(part) for part in answer[operation.kind])
                for operation in probed()
            },
            making=(read_seconds(answer["making_step"]), read_seconds(answer["making_label"]))
            if "making_step" in answer
            else None,
            train_bytes=answer["train_bytes"],
            evaluate_bytes=answer["evaluate_bytes"],
            total_bytes=answer["total_bytes"],
            complete=bool(answer["complete"]),
        )
    except (KeyError, TypeError, ValueError):
        return None

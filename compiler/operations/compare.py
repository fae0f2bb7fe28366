"""The comparison that ends an encoding benchmark: verdicts on its pairs, what came of its claims, all its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlipilot.compiler.canonical import canonical_block, digest
from mlipilot.compiler.encodings.benchmark import Benchmark
from mlipilot.compiler.encodings.cells import Factors
from mlipilot.compiler.encodings.claims import ClaimParameters, claim_parameters
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations.encode import PARTS, EncodeParameters, data_label
from mlipilot.compiler.operations.operation import Operation, Role
from mlipilot.compiler.packages import ENCODINGS
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.values import BlockValue

VERSION = 1
_SECONDS = 4.0


@dataclass(frozen=True)
class CompareParameters:
    """Parameters of the job."""

    block: str
    hash: str
    """Of what the block means, its claims among it."""
    data: tuple[str, ...]
    """Names, in order; the label of each stands in the roles of its files."""
    labels: tuple[str, ...]
    factors: Factors
    protocol: Protocol
    candidates: int
    metric: Mapping[str, str]
    rope: Mapping[str, float]
    confidence: float
    family: str
    measure: tuple[str, ...]
    claims: tuple[ClaimParameters, ...]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **{name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()},
            "factors": self.factors.document(),
            "protocol": self.protocol._asdict(),
            "metric": dict(self.metric),
            "rope": dict(self.rope),
            "claims": [claim.document() for claim in self.claims],
        }

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> CompareParameters:
        """From JSON."""
        own = {
            "factors": Factors.read(params["factors"]),
            "protocol": Protocol(**params["protocol"]),
            "claims": tuple(map(ClaimParameters.read, params["claims"])),
        }
        lists = {name: tuple(params[name]) for name in ("data", "labels", "measure")}
        return cls(**dict(params) | lists | own)


class _Compare(Operation):
    kind = "compare"
    role = Role.COMPARISON

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """A moment."""
        return _SECONDS

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """Fields of the block, and its claims."""
        names = [name for name in job.params if name in block.fields]
        found = source_map.fields(block, names)
        for claim in block.claims:
            found[f"claims/{claim.verb} {claim.written}"] = source_map.at(claim.source, claim.span)
        return found


def compare_job(found: Benchmark, measured: Sequence[Job]) -> Job:
    """The job that compares what the other jobs of a block measured."""
    inputs = {}
    for job in measured:
        part = EncodeParameters.read(job.params).part
        inputs[job.target] = Input(job.id, PARTS[part].file)
        inputs[f"{job.target}/data"] = Input(job.id, "data.json")
    params = CompareParameters(
        found.name,
        digest(canonical_block(found.block)),
        tuple(data.name for data in found.data),
        tuple(data_label(found, number) for number in range(len(found.data))),
        found.factors,
        found.protocol,
        found.candidates,
        found.metric,
        found.rope,
        found.confidence,
        found.family,
        found.measure,
        tuple(claim_parameters(found, claim) for claim in found.block.claims),
    )
    return Job(
        id=f"compare/{found.name}",
        kind="compare",
        operation="compare",
        version=VERSION,
        params=params.document(),
        inputs=inputs,
        threads=1,
        device="cpu",
        packages=ENCODINGS,
        block=found.name,
    )


OPERATION = _Compare()

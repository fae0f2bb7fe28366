"""Where jobs run: on this machine, or on a cluster under Slurm."""

from __future__ import annotations

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.dynamics import time
from mlipilot.spec.schema.structure import HERE, BlockSchema, FieldSchema
from mlipilot.spec.schema.types import Choice, Integer, ListOf, Real, Text

DEVICE = FieldSchema("device", Choice(("cpu", "cuda")), "where models are evaluated", "cpu", option="device")

LOCAL = BlockSchema(
    "engine",
    "local",
    "Where jobs run: processes on this machine. Of several engines the first is used, or the one that `--engine` "
    "names.",
    (
        FieldSchema("workers", Integer(1, 1024), "jobs at a time", "1"),
        FieldSchema("threads", Integer(1, 1024), "of each job", "1"),
        DEVICE,
    ),
    offers=(HERE,),
)

RESOURCES = {
    "train": "a training",
    "label": "the labelling of a share of a data set",
    "measure": "a measurement of a model: its errors, dynamics, statics, speed",
    "benchmark": "a cell of an encoding benchmark",
}
"""Kinds of jobs that may need more of a node than others, by the block that says so."""
EVALUATES = ("train", "measure")
"""Those of them that evaluate models."""

_NEED = (
    FieldSchema("cores", Integer(1, 1024), "of a job; absent: `threads` of the engine"),
    FieldSchema(
        "gpus", Integer(0, 64), "of a job; absent: one where it evaluates a model on `device = cuda`, else none"
    ),
    FieldSchema(
        "memory",
        Real("memory", above="0", example="32 GB", plausible=plausible.JOB_MEMORY),
        "of a job; absent: the estimate's with its margin, else what the partition gives",
    ),
    FieldSchema(
        "time",
        time("4 h", plausible.DEVICE_TIME),
        "after which a job is ended; absent: the estimate's with its margin, else what the partition gives",
    ),
    FieldSchema("partition", Text(), "where such jobs run; absent: where the others do"),
)

SLURM = BlockSchema(
    "engine",
    "slurm",
    "Where jobs run: jobs of a Slurm cluster, which outlive the process that submitted them. Every node sees this "
    "folder under the same path.",
    (
        FieldSchema("workers", Integer(1, 10_000), "jobs that wait or run at a time", "50"),
        FieldSchema("threads", Integer(1, 1024), "of each job, and the cores that it asks for", "1"),
        DEVICE,
        FieldSchema("partition", Text(), "where jobs run; absent: the cluster's default"),
        FieldSchema("account", Text(), "that is charged"),
        FieldSchema("qos", Text(), "quality of service"),
        FieldSchema("exclude", ListOf(Text(), 0), "nodes that are not used", "[]"),
        FieldSchema("gpu", Text(), "type of the GPUs, as the cluster names it; absent: any"),
        FieldSchema("gpu_request", Choice(("gres", "gpus")), "the option of `sbatch` that asks for GPUs", "gres"),
        FieldSchema(
            "setup", ListOf(Text(), 0), "lines of Bash that a job runs first, such as `module load cuda`", "[]"
        ),
        FieldSchema("container", Text(), "command that runs what follows it in a container"),
        FieldSchema("python", Text(), "interpreter on the nodes; absent: that of `execute`"),
        FieldSchema("options", ListOf(Text(), 0), "further options of `sbatch`, such as `--constraint=a100`", "[]"),
        FieldSchema(
            "checkpoint",
            time("2 min", plausible.CHECKPOINT),
            "before its time is up, a job is told to save what it has",
            "2 min",
        ),
        FieldSchema(
            "interval",
            time("15 s", plausible.INTERVAL),
            "between two looks at the queue, for all jobs together",
            "15 s",
        ),
        FieldSchema(
            "grace",
            time("5 min", plausible.GRACE),
            "a job that a queue which answers does not show for longer is lost, and submitted again",
            "5 min",
        ),
    ),
    children=tuple(RESOURCES),
)

ENGINES = (
    LOCAL,
    SLURM,
    *(
        BlockSchema(
            name, None, f"What {what} needs of a node, where that is not what others need.", _NEED, label="none"
        )
        for name, what in RESOURCES.items()
    ),
)

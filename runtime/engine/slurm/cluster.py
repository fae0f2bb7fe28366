"""What a cluster has, as its controller says: partitions with their limits and GPUs, and how long arrays may be."""

from __future__ import annotations

import re
from typing import NamedTuple

from mlipilot.runtime.engine.slurm.commands import Commands, Refused, Said, Unheard

_WORKING = ("idle", "mix", "alloc", "comp", "plnd", "resv", "maint", "boot", "pow")
"""How states of nodes begin that take jobs, now or later."""
USUAL_ARRAY = 1001
"""`MaxArraySize` where nothing else was said."""


class Partition(NamedTuple):
    """Where jobs may run."""

    name: str
    is_default: bool
    is_up: bool
    seconds: float | None
    """The longest time limit; None: jobs may run for ever."""
    gpus: tuple[str, ...] = ()
    """Of its nodes, as the cluster says it: `gpu:a100:4`."""
    is_whole: bool = True
    """Whether none of its nodes is down or drained: what it refuses then, it refuses for good."""


class Cluster(NamedTuple):
    """What is known of it."""

    name: str
    version: str
    array_size: int
    has_accounting: bool
    """Whether `sacct` tells how jobs ended."""
    partitions: tuple[Partition, ...]

    def partition(self, name: str) -> Partition | None:
        """A partition by its name, the default one where it is empty; None where it does not exist."""
        return next((one for one in self.partitions if one.name == name or (not name and one.is_default)), None)

    @property
    def longest(self) -> dict[str, float]:
        """The limits of partitions that have one, by name; the default's at ``."""
        found = {one.name: one.seconds for one in self.partitions if one.seconds is not None}
        default = self.partition("")
        return found | ({"": default.seconds} if default is not None and default.seconds is not None else {})


def ask(commands: Commands) -> Cluster | Refused | Unheard:
    """What the controller says of its cluster."""
    answers = []
    for command in (
        ("scontrol", "show", "config"),
        ("scontrol", "show", "partition", "--oneliner"),
        ("sinfo", "--noheader", "--format=%R|%G|%t"),
    ):
        answer = commands.ask(*command)
        if not isinstance(answer, Said):
            return answer
        answers.append(answer.text)
    config, partitions, gres = answers
    settings = dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", config, re.MULTILINE))
    gpus: dict[str, list[str]] = {}
    lacking = set()
    for line in gres.splitlines():
        name, found, state = [*line.split("|"), "", ""][:3]
        gpus.setdefault(name, []).extend(word for word in found.split(",") if word.startswith("gpu"))
        if not state.startswith(_WORKING):
            lacking.add(name)
    size = settings.get("MaxArraySize", "")
    return Cluster(
        settings.get("ClusterName", ""),
        settings.get("SLURM_VERSION", ""),
        int(size) if size.isdigit() else USUAL_ARRAY,
        settings.get("AccountingStorageType", "").endswith("slurmdbd"),
        tuple(_partition(line, gpus, lacking) for line in partitions.splitlines() if line.strip()),
    )


def _partition(line: str, gpus: dict[str, list[str]], lacking: set[str]) -> Partition:
    said = dict(word.partition("=")[::2] for word in line.split())
    name = said.get("PartitionName", "")
    return Partition(
        name,
        said.get("Default") == "YES",
        said.get("State", "UP") == "UP",
        _seconds(said.get("MaxTime", "UNLIMITED")),
        tuple(dict.fromkeys(re.sub(r"\(.*?\)", "", word) for word in gpus.get(name, ()))),
        name not in lacking,
    )


def _seconds(text: str) -> float | None:
    """A time limit, `days-hours:minutes:seconds`."""
    days, _, rest = text.rpartition("-")
    pieces = rest.split(":")
    if not all(piece.isdigit() for piece in pieces) or not (days or "0").isdigit():
        return None
    seconds = 0
    for piece in pieces:
        seconds = 60 * seconds + int(piece)
    return float(86_400 * int(days or 0) + seconds)

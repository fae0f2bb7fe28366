"""What a cluster would refuse, asked of its controller before a job is submitted."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from mlipilot.compiler.estimate import in_words
from mlipilot.runtime.engine.fault import EngineFault
from mlipilot.runtime.engine.slurm.cluster import Cluster, Partition, ask
from mlipilot.runtime.engine.slurm.commands import Commands, Refused, Unheard
from mlipilot.runtime.engine.slurm.need import Need, need_of
from mlipilot.runtime.engine.slurm.refusal import is_for_now
from mlipilot.runtime.engine.slurm.script import sbatch_options
from mlipilot.spec.numerals import count
from mlipilot.spec.suggest import nearest

MOST_SECONDS = 3.0
"""That the cluster is asked for; what was not answered by then is not known, and said to be so."""
_LACKING = "requested node configuration is not available"
"""What is said of what no node has, and of what the nodes have that are up."""
PROGRAMS = ("sbatch", "squeue", "scancel", "scontrol", "sinfo")


def preflight(
    options: Mapping[str, Any],
    requests: Sequence[Mapping[str, Any]],
    commands: Commands | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[EngineFault]:
    """What speaks against running jobs with these requests; each fault once."""
    commands = commands or Commands()
    absent = [name for name in PROGRAMS if shutil.which(name, path=commands.path) is None]
    if absent:
        listed = ", ".join(f"`{name}`" for name in absent)
        help_ = "execute where Slurm's commands are, usually a login node, or on this machine with `--engine local`"
        return [EngineFault("MLP0830", "", f"this machine has no {listed}", help_)]
    until = clock() + MOST_SECONDS
    cluster = ask(commands.within(MOST_SECONDS))
    if isinstance(cluster, Unheard):
        return [_unheard(cluster.why)]
    if isinstance(cluster, Refused):
        help_ = "is this a machine of the cluster, and does `sinfo` answer?"
        return [EngineFault("MLP0831", "", f"the cluster does not answer as Slurm does: {cluster.words}", help_)]
    found: list[EngineFault] = []
    needs: dict[Need, Mapping[str, Any]] = {}
    for request in requests:
        needs.setdefault(need_of(options, request, cluster.longest), request)
    for need, request in needs.items():
        partition = cluster.partition(need.partition)
        if partition is None:
            faults = [_no_partition(options, need, request, cluster)]
        else:
            faults = _by_partition(options, need, request, partition)
            if not faults:
                left = until - clock()
                asked = commands.within(left)
                faults = _by_test(options, need, request, partition, asked) if left > 0 else [_unheard("time is up")]
        found += [fault for fault in faults if fault not in found]
    return found


def _unheard(why: str) -> EngineFault:
    help_ = "try again; `execute` waits for the answer, and submits when it comes"
    return EngineFault("MLP0836", "", f"whether the cluster takes the jobs is not known: {why}", help_)


def _field(options: Mapping[str, Any], request: Mapping[str, Any], name: str) -> str:
    """Where a need was written: in the block of a kind of job, or in the engine's."""
    kind = request.get("resources", "")
    return f"{kind}.{name}" if name in options.get("resources", {}).get(kind, {}) else name


def _no_partition(options: Mapping[str, Any], need: Need, request: Mapping[str, Any], cluster: Cluster) -> EngineFault:
    names = [one.name for one in cluster.partitions]
    meant = nearest(need.partition, names) if need.partition else None
    listed = ", ".join(f"`{name}`" for name in names) or "none"
    help_ = f"did you mean `{meant}`?" if meant else f"there are {listed}"
    what = f"has no partition `{need.partition}`" if need.partition else "has no default partition"
    return EngineFault("MLP0831", _field(options, request, "partition"), f"the cluster {what}", help_)


def _by_partition(
    options: Mapping[str, Any], need: Need, request: Mapping[str, Any], partition: Partition
) -> list[EngineFault]:
    """What Slurm accepts, and never runs; and what it refuses without saying what there is instead."""
    found = []
    if not partition.is_up:
        headline, help_ = f"partition `{partition.name}` is not up", "choose another one, or wait until it is"
        found.append(EngineFault("MLP0831", _field(options, request, "partition"), headline, help_))
    if need.seconds is not None and partition.seconds is not None and need.seconds > partition.seconds:
        asked, most = in_words(need.seconds), in_words(partition.seconds)
        headline = f"partition `{partition.name}` runs jobs for at most {most}, and {asked} is asked for"
        help_ = f"write `time = {ceil(partition.seconds / 60)} min` or less: a training continues in the next job"
        found.append(EngineFault("MLP0831", _field(options, request, "time"), headline, help_))
    if need.gpus:
        found += _gpus(options, need, request, partition)
    return found


def _gpus(
    options: Mapping[str, Any], need: Need, request: Mapping[str, Any], partition: Partition
) -> list[EngineFault]:
    kinds = [gres.split(":")[1] for gres in partition.gpus if gres.count(":") > 1 and not gres.split(":")[1].isdigit()]
    asked = options.get("gpu", "")
    if not partition.gpus:
        headline = f"partition `{partition.name}` has no GPUs, and {count(need.gpus, 'is', 'are')} asked for"
        help_ = "name another `partition`, or write `device = cpu`"
        return [EngineFault("MLP0831", _field(options, request, "partition"), headline, help_)]
    if asked and asked not in kinds:
        listed = ", ".join(f"`{kind}`" for kind in dict.fromkeys(kinds))
        help_ = f"there are {listed}" if kinds else "its GPUs have no type: remove `gpu`"
        return [EngineFault("MLP0831", "gpu", f"partition `{partition.name}` has no GPUs of type `{asked}`", help_)]
    return []


def _by_test(
    options: Mapping[str, Any], need: Need, request: Mapping[str, Any], partition: Partition, commands: Commands
) -> list[EngineFault]:
    """What `sbatch` itself says to such a job, which it does not submit."""
    told = sbatch_options(options, need, "mlipilot-check", Path(tempfile.gettempdir()) / "x", 1)
    answer = commands.ask("sbatch", "--test-only", *told, input="#!/bin/bash\ntrue\n")
    if isinstance(answer, Unheard):
        return [_unheard(answer.why)]
    if isinstance(answer, Refused) and not is_for_now(answer.words):
        if not partition.is_whole and _LACKING in answer.words.lower():
            return [_unheard(f"nodes are down or drained, and without them it says: {answer.words}")]
        kind = request.get("resources", "")
        asked = [f"{count(need.cores, 'core')}"]
        asked += [count(need.gpus, "GPU")] if need.gpus else []
        asked += [f"{need.memory / 1e9:.3g} GB"] if need.memory else []
        headline = f"the cluster refuses `{request['id']}` ({', '.join(asked)}): {answer.words}"
        help_ = "change what the `engine` block asks for; `sinfo` and `sacctmgr show assoc` say what you may use"
        return [EngineFault("MLP0831", kind if kind in options.get("resources", {}) else "", headline, help_)]
    return []


def described_cluster(commands: Commands | None = None) -> list[str]:
    """What the cluster has, a line for itself and one for each partition; nothing where it does not say."""
    cluster = ask((commands or Commands()).within(MOST_SECONDS))
    if not isinstance(cluster, Cluster):
        return []
    lines = [f"cluster `{cluster.name}`, Slurm {cluster.version}, arrays of at most {cluster.array_size} jobs"]
    for partition in cluster.partitions:
        most = "no time limit" if partition.seconds is None else f"at most {in_words(partition.seconds)}"
        gpus = ", ".join(partition.gpus) or "no GPUs"
        state = "" if partition.is_up else ", not up"
        default = ", the default" if partition.is_default else ""
        lines.append(f"  {partition.name:<12} {most}, {gpus}{default}{state}")
    return lines

"""A real Slurm on this machine: one controller and some nodes, under a folder of its own, stopped by their pids.

It needs no systemd, no cgroups and no accounting. Nodes are processes, so that tests can kill them.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "scancel", "sinfo")
PACKAGES = "slurmctld slurmd slurm-client munge slurm-wlm-basic-plugins"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
"""Any character device will do as a GPU."""
READY_SECONDS = 180.0

_CONFIGURATION = """\
ClusterName=mini
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/munge.sock,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobcomp.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=100000,sched_interval=1,bf_interval=1
GresTypes=gpu
ReturnToService=2
SlurmdParameters=config_overrides
MaxArraySize=1001
MinJobAge={age}
KillWait=3
SlurmctldTimeout=10
SlurmdTimeout=10
BatchStartTimeout=10
MessageTimeout=5
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
"""
_PARTITIONS = (
    "PartitionName=main Nodes={nodes} Default=YES MaxTime=60 DefaultTime=10 State=UP PriorityTier=1 "
    "PreemptMode={mode} GraceTime=5\n"
    "PartitionName=high Nodes={nodes} MaxTime=60 DefaultTime=10 State=UP PriorityTier=10 PreemptMode=OFF\n"
)


def lacking() -> list[str]:
    """Programs of Slurm's that are not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return [name for name in PROGRAMS if shutil.which(name, path=path) is None]


class MiniSlurm:
    """The cluster of a folder. As a context it runs."""

    def __init__(
        self,
        folder: Path,
        nodes: Sequence[str] = ("n1",),
        *,
        cpus: int = 4,
        gpus: int = 2,
        age: int = 300,
        hidden: Path | None = None,
    ) -> None:
        """`hidden` is a folder that nodes do not see."""
        self.folder, self.nodes = folder, tuple(nodes)
        self._cpus, self._gpus, self._age, self._hidden = cpus, gpus, age, hidden
        self.port = _free_ports(len(self.nodes) + 1)

    @property
    def environment(self) -> dict[str, str]:
        """What commands need to find this cluster."""
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}

    def __enter__(self) -> MiniSlurm:
        self._configure()
        munge = self.folder / "munge"
        files = {"socket": "munge.sock", "key-file": "munge.key", "pid-file": "munged.pid", "log-file": "munged.log"}
        named = [f"--{name}={munge / file}" for name, file in (files | {"seed-file": "munged.seed"}).items()]
        try:
            self.run("munged", "--force", *named)
            self.start_controller()
            for node in self.nodes:
                self.start_node(node)
            self.wait_for("idle", len(self.nodes))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(subprocess.SubprocessError, OSError):
            self.run("scancel", "--me", seconds=5)
            self._wait_until_empty()
        run = self.folder / "run"
        stop([*run.glob("*.pid"), self.folder / "munge" / "munged.pid"])

    def _configure(self) -> None:
        for name in ("state", "log", "munge", "run", *(f"spool/{node}" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "munge").chmod(0o711)
        key = self.folder / "munge" / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        user, host = subprocess.check_output(["id", "-un"], text=True).strip(), socket.gethostname().partition(".")[0]
        lines = [_CONFIGURATION.format(host=host, port=self.port, user=user, folder=self.folder, age=self._age)]
        gpus = []
        for number, node in enumerate(self.nodes, 1):
            gres = f" Gres=gpu:{self._gpus}" if self._gpus else ""
            lines.append(
                f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={self.port + number} CPUs={self._cpus} "
                f"Sockets=1 CoresPerSocket={self._cpus} ThreadsPerCore=1 RealMemory=16000{gres} State=UNKNOWN\n"
            )
            gpus += [f"NodeName={node} Name=gpu File={device}\n" for device in DEVICES[: self._gpus]]
        lines.append(_PARTITIONS.format(nodes=",".join(self.nodes), mode="REQUEUE"))
        (self.folder / "slurm.conf").write_text("".join(lines))
        (self.folder / "gres.conf").write_text("".join(gpus))

    # -- daemons --

    def start_controller(self) -> None:
        """Start the controller."""
        self.run("slurmctld")

    def start_node(self, node: str) -> None:
        """Start the daemon of a node."""
        if self._hidden is None:
            self.run("slurmd", "-N", node)
        else:
            mounted = f"mount -t tmpfs none '{self._hidden}' && exec slurmd -N {node}"
            self.run("unshare", "--mount", "sh", "-c", mounted)

    def pid(self, daemon: str) -> int:
        """Of `slurmctld` or of `slurmd-<node>`."""
        return int((self.folder / "run" / f"{daemon}.pid").read_text())

    def kill(self, daemon: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a daemon a signal."""
        os.kill(self.pid(daemon), number)
        if number is signal.SIGKILL:
            _wait_gone(self.pid(daemon))

    def wait_for(self, state: str, number: int) -> None:
        """Until so many nodes are in a state."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(subprocess.SubprocessError):
                shown = self.run("sinfo", "--noheader", "-p", "main", "-N", "-o", "%t", seconds=10).split()
                if shown.count(state) == number:
                    return
            time.sleep(0.05)
        logs = [path.read_text(errors="replace")[-800:] for path in (self.folder / "log").glob("*.log")]
        raise RuntimeError("the cluster is not ready: " + "\n".join(logs))

    def _wait_until_empty(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.run("squeue", "--me", "-h", "-t", "R,CG", seconds=5).strip():
            time.sleep(0.1)

    def run(self, *command: str, seconds: float = 180) -> str:
        """What a command prints."""
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
            cwd=self.folder / "log",
            env={**os.environ, **self.environment},
        ).stdout


def _free_ports(number: int) -> int:
    """The first of some free ports in a row, below those that the system hands out by itself."""
    import random

    for _ in range(200):
        first = random.randrange(12_000, 30_000)
        with suppress(OSError):
            taken = [socket.create_server(("127.0.0.1", first + offset)) for offset in range(number)]
            for one in taken:
                one.close()
            return first
    raise RuntimeError("no free ports")


def stop(files: Iterable[Path]) -> None:
    """End the processes of pid files, at last by force."""
    pids = []
    for path in files:
        with suppress(OSError, ValueError):
            pids.append(int(path.read_text()))
            os.kill(pids[-1], signal.SIGTERM)
    for pid in pids:
        if not _wait_gone(pid):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def _wait_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except OSError:
            return True
        time.sleep(0.05)
    return False

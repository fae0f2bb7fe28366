"""What this machine has for experiments: packages, processor, memory, card; and what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from collections.abc import Iterator
from typing import NamedTuple

from mlipilot.runtime.foundation.hardware import fingerprint
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

DISTRIBUTION = "mlipilot"
EXTRAS = {
    "": "checking and compiling",
    "run": "running experiments",
    "pilot": "language models",
    "labels": "labelling molecules",
    "smiles": "molecules from SMILES",
    "encodings": "benchmarks of encodings",
}
"""The parts of an installation, and what they are for."""
OPTIONAL = ("labels", "smiles", "encodings")
"""Parts that most specs do without, so that nothing is missing without them."""
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)([<>=!~0-9.,]*)\s*(?:;\s*extra\s*==\s*['\"](\w+)['\"])?")


class Package(NamedTuple):
    """A package that is needed."""

    name: str
    extra: str
    """The part of the installation that it belongs to; empty: the whole."""
    wanted: str
    """The versions that will do: `>=2.8,<3`."""
    version: str | None
    """The one that is here; None where there is none."""

    @property
    def is_missing(self) -> bool:
        """Whether it is absent, or of a version that will not do."""
        return self.version is None or not _is_within(self.version, self.wanted)

    def __repr__(self) -> str:
        return in_a_line(
            "Package", self.name, self.version or "missing", f"(needs {self.wanted})" if self.is_missing else ""
        )


class Equipment(NamedTuple):
    """What was found."""

    python: str
    system: str
    packages: tuple[Package, ...]
    processor: str
    cores: int
    memory: int | None
    """Bytes; None where it cannot be told."""
    gpu: str
    """The first card and its driver, or `none`."""
    cuda: bool | None
    """Whether torch can use it; None without torch."""

    @property
    def missing(self) -> tuple[Package, ...]:
        """What has to be installed."""
        return tuple(package for package in self.packages if package.is_missing and package.extra not in OPTIONAL)

    def lacks(self, extra: str) -> bool:
        """Whether anything of a part is absent."""
        return any(package.is_missing for package in self.packages if package.extra == extra)

    @property
    def install(self) -> str:
        """The command that installs what is missing; empty where nothing is."""
        extras = sorted({package.extra for package in self.missing if package.extra})
        if not self.missing:
            return ""
        wanted = "all" if len(extras) > 1 else "".join(extras)
        return self.command(wanted) if wanted else f"pip install --upgrade {DISTRIBUTION}"

    @staticmethod
    def command(extra: str) -> str:
        """The command that installs a part."""
        return f'pip install "{DISTRIBUTION}[{extra}]"'

    def __repr__(self) -> str:
        missing = ", ".join(package.name for package in self.missing)
        lacks = f"missing {missing}" if missing else "nothing missing"
        return in_a_line("Equipment", f"Python {self.python}, {count(self.cores, 'core')}, card {self.gpu};", lacks)


def equipment() -> Equipment:
    """Look at this machine; torch is imported where it is installed."""
    found = fingerprint("cuda")
    return Equipment(
        platform.python_version(),
        f"{platform.system()} {platform.release()} {platform.machine()}",
        tuple(_packages()),
        str(found["processor"]),
        int(found["cores"]),
        _memory(),
        str(found["gpu"]),
        _cuda(),
    )


def _packages() -> Iterator[Package]:
    """What the installation says that it needs."""
    try:
        required = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for line in required:
        found = _REQUIREMENT.match(line)
        if found is not None and found[1] != DISTRIBUTION and (found[3] or "") in EXTRAS:
            yield Package(found[1], found[3] or "", found[2], _version(found[1]))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _is_within(version: str, wanted: str) -> bool:
    """Whether a version lies within bounds of `>=` and `<`, by its numbers; other signs are not looked at."""
    for bound in filter(None, wanted.split(",")):
        if bound.startswith(">=") and _numbers(version) < _numbers(bound[2:]):
            return False
        if bound.startswith("<") and not bound.startswith("<=") and _numbers(version) >= _numbers(bound[1:]):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])[:3]]
    return (*numbers, *[0] * (3 - len(numbers)))


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _cuda() -> bool | None:
    try:
        import torch
    except (ImportError, OSError):
        return None
    return bool(torch.cuda.is_available())

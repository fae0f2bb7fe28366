"""ASE's own trajectories (`.traj`), binary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from mlipilot.compiler.formats.format import NO_LINE, Format, FrameFault, ReadFrame


class _AseTrajectory(Format):
    name = "ASE trajectory"
    magic = (b"- of UlmASE-Trajectory", b"AFFormatASE-Trajectory")
    may_be_packed = False

    def read(self, path: Path, numbers: Collection[int] | None, types: Sequence[str]) -> Iterator[ReadFrame]:
        """As in `Format`."""
        from ase.io.trajectory import TrajectoryReader

        number = 0
        try:
            with TrajectoryReader(str(path)) as reader:
                for number in range(len(reader)):
                    if numbers is None or number in numbers:
                        yield ReadFrame(number, NO_LINE, reader[number])
        except Exception as error:  # a damaged file shows in many ways
            raise FrameFault(f"the trajectory is damaged or cut off: {error}", number) from error


FORMAT = _AseTrajectory()

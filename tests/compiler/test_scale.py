"""Long specs: the time to check one grows with its length, not with its square."""

from __future__ import annotations

import time

import pytest
from copper import TEXT, diagnosed

NAMES = ("cu", "potential", "fit", "warm", "hot")
BODY = TEXT[TEXT.index("dataset cu") : TEXT.index("scorecard copper")]


def long_spec(copies: int, body: str = BODY) -> str:
    """The example's blocks many times, each copy under names of its own."""
    parts = ['edition "2026"\n']
    for number in range(copies):
        part = body.replace("cu.test", f"cu{number}.test").replace("= cu\n", f"= cu{number}\n")
        for name in NAMES:
            part = part.replace(f"dataset {name} ", f"dataset {name}{number} ").replace(
                f"model {name} ", f"model {name}{number} "
            )
            part = part.replace(f"training {name} ", f"training {name}{number} ")
            part = part.replace(f"dynamics {name} ", f"dynamics {name}{number} ")
            part = part.replace(f"= {name}\n", f"= {name}{number}\n").replace(f"= {name},", f"= {name}{number},")
        parts.append(part)
    return "".join(parts)


def seconds(text: str, faults: int) -> float:
    """Processor time of one check."""
    before = time.process_time()
    found = diagnosed(text)
    after = time.process_time()
    assert len(found) == faults
    return after - before


@pytest.mark.parametrize(
    ("body", "faults"),
    [(BODY, 0), (BODY.replace("4.5 Å", "4.5 A").replace("= [1]", "= [1"), 2)],
    ids=["right", "wrong"],
)
def test_time_grows_with_length(body: str, faults: int) -> None:
    seconds(long_spec(2, body), 2 * faults)
    short = seconds(long_spec(15, body), 15 * faults)
    long = seconds(long_spec(60, body), 60 * faults)
    assert long < 4 * short * 2  # twice the linear growth; a square would be four times


def test_a_long_list_is_read_in_time_that_grows_with_it() -> None:
    def spec(length: int) -> str:
        return f'edition "2026"\nmodel m : mace {{ radial_mlp = [{", ".join(["64"] * length)}] }}'

    seconds(spec(10), 0)
    assert seconds(spec(4000), 0) < 8 * max(seconds(spec(1000), 0), 0.01)

"""Mutated specs: no text makes the checker, a renderer or the formatter fail, and every place lies in the text.

`make fuzz` looks at many more; what it finds is kept in `cases/` and looked at here ever after.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from mutation import examine, mutant

CASES = sorted((Path(__file__).parent / "cases").glob("*.mlp"))
ROUNDS = 2400


@pytest.mark.parametrize("part", range(4))
def test_no_mutation_makes_the_checker_fail(part: int) -> None:
    for number in range(ROUNDS // 4):
        examine(mutant(part, number), number)


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_spec_that_once_made_the_checker_fail_does_so_no_more(case: Path) -> None:
    examine(case.read_bytes().decode("utf-8"), 0)

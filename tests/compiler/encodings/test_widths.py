"""Features of encodings as they are known before a run, against the encoders; what does not fit is said before."""

from __future__ import annotations

import numpy as np
import pytest
from encoding_blocks import factors_of, spec_of

from mlipilot.compiler.check import check
from mlipilot.compiler.encodings.cells import cells, pairs
from mlipilot.compiler.encodings.widths import cell_width, needed_bytes, width
from mlipilot.runtime.encodings.benchmark.cells import Arms
from mlipilot.runtime.encodings.benchmark.folds import Samples

WRITTEN = (
    "amplitude, amplitude(norm = append), amplitude(norm = append_log), angle, angle(axis = z), "
    "angle(map = product), angle(axis = x, map = product), angle(map = projected), dense_angle, basis(bits = 3), "
    "basis(code = gray), basis(code = thermometer), basis(code = onehot), iqp, iqp(form = iqp)"
)


def samples(features: int) -> Samples:
    rng = np.random.default_rng(0)
    return Samples(rng.random((12, features)), np.arange(12) % 2, "classes")


@pytest.mark.parametrize("features", [1, 2, 3, 5, 8])
def test_widths_are_those_of_the_encoders(features: int) -> None:
    arms = Arms(factors_of(WRITTEN, "same_head(raw)"), samples(features))
    for encoding in arms.factors.encodings:
        assert width(encoding, features) == arms.dimension(encoding), encoding.name


def test_widths_of_cells_are_those_of_their_arms() -> None:
    factors = factors_of("angle, basis", "same_head(raw, fourier, polynomial(degree = 3)), same_kernel(rbf)")
    given = samples(5)
    arms = Arms(factors, given)
    for name in cells(pairs(factors)):
        model = arms.made(name).arm.model
        if name.head == "linear":
            made = model[:-2].fit_transform(given.X, given.y).shape[1]
            assert cell_width(name, factors, 5) == (made + 1 if name.arm.startswith("poly") else made), name
        else:
            assert needed_bytes(name, factors, 1000, 5) == 8 * 1000 * 1000


FIELDS = """
    data = [moons(n = 8000), parity(features = 40)], encodings = [angle, angle(map = product)]
    controls = [same_head(raw), same_kernel(rbf)]
"""


def test_what_does_not_fit_is_said_once_for_each_data_set_before_it_runs() -> None:
    (found,) = check(spec_of(FIELDS))
    assert found.code == "MLP1260"
    assert "1 cell of `parity(features = 40)` will be left out: `angle(map = product)`" in found.headline


def test_a_claim_of_what_does_not_fit_is_refused_and_one_of_its_kernel_is_not() -> None:
    claim = 'require better(angle(map = product), raw, data = parity) because "…"'
    assert {found.code for found in check(spec_of(FIELDS + claim))} == {"MLP1258", "MLP1260"}
    claim = 'require better(angle(map = product), rbf, data = moons) because "…"'
    assert {found.code for found in check(spec_of(FIELDS + claim))} == {"MLP1260"}

"""The border to Python: no copies, no casts, errors that name the argument, frozen and printable records."""

import inspect
import json
import threading
import time

import numpy as np
import pytest

from mlipilot import _core

RECORDS = [
    _core.energy_errors(np.ones(2), np.zeros(2), np.ones(2, dtype=np.int64)),
    _core.bootstrap(np.arange(4.0), np.arange(4), resamples=100),
    _core.median_bounds(np.arange(3.0)),
    _core.drift(np.arange(10.0), np.arange(10.0)),
    _core.drift_bounds(1.0, 0.1),
    _core.death(
        np.full((1, 1, 3), np.nan), np.eye(3), np.ones(3, bool), np.ones(1), target_temperature=1, training_minimum=1
    ),
    _core.judge("<=", 1.0, 0.5, 0.4, 0.6),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_are_frozen_comparable_and_printable(record: object) -> None:
    fields = record.as_dict()
    assert json.loads(json.dumps(fields, allow_nan=False)) == fields
    assert repr(record) == f"{type(record).__name__}({', '.join(f'{k}={v!r}' for k, v in fields.items())})"
    assert all(getattr(record, name) == value for name, value in fields.items())
    assert record == record  # noqa: PLR0124
    assert record != next(other for other in RECORDS if other is not record)
    with pytest.raises(AttributeError):
        setattr(record, next(iter(fields)), 0)
    with pytest.raises(TypeError):
        type(record)()


@pytest.mark.parametrize("dtype", [np.float32, np.int64, ">f8"])
def test_a_wrong_dtype_is_refused_not_cast(dtype: str) -> None:
    with pytest.raises(TypeError, match="values"):
        _core.median_bounds(np.arange(6).astype(dtype))


def test_a_list_or_a_wrong_dimension_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="values"):
        _core.median_bounds([1.0, 2.0])
    with pytest.raises(TypeError, match="reference"):
        _core.force_errors(np.zeros((2, 3)), np.zeros(6))
    with pytest.raises(TypeError, match="groups"):
        _core.bootstrap(np.zeros(4), np.zeros(4))
    with pytest.raises(TypeError, match="pbc"):
        _core.minimum_distance(np.zeros((1, 3)), np.eye(3), np.ones(3), 1.0)


def test_an_array_that_is_not_contiguous_is_refused_by_name() -> None:
    wide = np.zeros((4, 6))
    with pytest.raises(ValueError, match="predicted: must be C-contiguous"):
        _core.force_errors(wide[:, ::2], np.zeros((4, 3)))
    with pytest.raises(ValueError, match="reference: must be C-contiguous"):
        _core.force_errors(np.zeros((4, 3)), np.asfortranarray(np.zeros((4, 3))))


def test_an_array_that_is_not_aligned_is_refused_by_name() -> None:
    buffer = np.zeros(6 * 8 + 1, dtype=np.uint8)
    unaligned = buffer[1:].view(np.float64)
    with pytest.raises(ValueError, match="values"):
        _core.median_bounds(unaligned)


def test_a_read_only_array_is_accepted_and_no_input_is_changed() -> None:
    values = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    values.setflags(write=False)
    assert _core.median_bounds(values).estimate == 3.0
    assert values.tolist() == [3.0, 1.0, 2.0, 5.0, 4.0]


def test_other_threads_run_while_a_kernel_works() -> None:
    rng = np.random.default_rng(0)
    values, groups = rng.normal(size=20_000), np.arange(20_000)
    worker = threading.Thread(target=_core.bootstrap, args=(values, groups, "rmse", None, 0.95, 4000))
    worker.start()
    ticks, started = 0, time.perf_counter()
    while worker.is_alive() and time.perf_counter() - started < 20:
        time.sleep(0.001)
        ticks += 1
    worker.join()
    assert ticks > 5


def test_every_name_is_documented_and_has_a_signature() -> None:
    items = {name: getattr(_core, name) for name in _core.__all__}
    functions = [name for name, item in items.items() if inspect.isbuiltin(item)]
    assert len(functions) > 10
    assert [name for name in functions if not inspect.signature(items[name]).parameters] == []
    assert [name for name, item in items.items() if callable(item) and not item.__doc__] == []

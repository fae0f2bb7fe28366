"""States equal those of PennyLane and Qiskit, kernels those of their states, and what is turned back the samples."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pennylane as qml
import pytest
from qiskit.circuit.library import zz_feature_map
from qiskit.quantum_info import Statevector

from mlipilot.encodings import AmplitudeEncoder, AngleEncoder, BasisEncoder, DenseAngleEncoder, IQPEncoder

QUBITS = 4
EQUAL = 1e-12


@pytest.fixture(scope="module")
def X() -> Any:
    return np.random.default_rng(7).uniform(-2.0, 2.0, (6, QUBITS))


def of_pennylane(embed: Callable[[Any], object], X: Any, wires: int = QUBITS) -> Any:
    """States of a circuit, its first wire most significant."""

    @qml.qnode(qml.device("default.qubit", wires=wires))  # type: ignore[untyped-decorator]
    def circuit(x: Any) -> Any:
        embed(x)
        return qml.state()

    return np.array([circuit(x) for x in X])


def apart(one: Any, other: Any) -> float:
    """The largest difference once a global phase is taken out of each sample."""
    overlap = (one.conj() * other).sum(axis=1)
    return float(abs(one * (overlap / abs(overlap))[:, None] - other).max())


@pytest.mark.parametrize("features", [3, 4, 5])
def test_amplitudes_are_those_of_pennylane(features: int) -> None:
    X = np.random.default_rng(1).normal(size=(5, features))
    encoder = AmplitudeEncoder().fit(X)
    wires = range(encoder.n_qubits_)
    theirs = of_pennylane(
        lambda x: qml.AmplitudeEmbedding(x, wires=wires, pad_with=0.0, normalize=True), X, encoder.n_qubits_
    )
    assert apart(encoder.states(X) + 0j, theirs) < EQUAL


def test_amplitudes_with_a_constant_pad_are_those_of_pennylane() -> None:
    X = np.random.default_rng(1).normal(size=(5, 3))
    theirs = of_pennylane(lambda x: qml.AmplitudeEmbedding(x, wires=range(2), pad_with=0.7, normalize=True), X, 2)
    assert apart(AmplitudeEncoder(pad=0.7).fit(X).states(X) + 0j, theirs) < EQUAL


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_product_states_are_those_of_pennylane(axis: Any, X: Any) -> None:
    def embed(x: Any) -> None:
        for wire in range(QUBITS if axis == "z" else 0):
            qml.Hadamard(wire)
        qml.AngleEmbedding(x, wires=range(QUBITS), rotation=axis.upper())

    encoder = AngleEncoder(map="product", axis=axis, interval=None, bandwidth=1 / np.pi).fit(X)
    assert apart(encoder.states(X) + 0j, of_pennylane(embed, X)) < EQUAL


def test_the_other_bit_order_reverses_the_qubits(X: Any) -> None:
    big, little = (AngleEncoder(map="product", bit_order=order).fit(X).states(X) for order in ("big", "little"))  # type: ignore[arg-type]
    turned = little.reshape(-1, *[2] * QUBITS).transpose(0, *range(QUBITS, 0, -1)).reshape(len(X), -1)
    assert abs(big - turned).max() < EQUAL


@pytest.mark.parametrize("layers", [1, 3])
def test_iqp_states_are_those_of_pennylane(layers: int, X: Any) -> None:
    theirs = of_pennylane(lambda x: qml.IQPEmbedding(x, wires=range(QUBITS), n_repeats=layers), X)
    assert apart(IQPEncoder(form="iqp", layers=layers).fit(X).states(X), theirs) < EQUAL


@pytest.mark.parametrize("pairs", ["full", "linear", "circular"])
@pytest.mark.parametrize("layers", [1, 2])
def test_zz_states_are_those_of_qiskit(layers: int, pairs: Any, X: Any) -> None:
    circuit = zz_feature_map(QUBITS, reps=layers, entanglement=pairs)
    theirs = np.array([Statevector(circuit.assign_parameters(x)).data for x in X])
    assert apart(IQPEncoder(layers=layers, pairs=pairs, bit_order="little").fit(X).states(X), theirs) < EQUAL


def test_dense_angles_are_their_definition_written_out(X: Any) -> None:
    encoder = DenseAngleEncoder(interval=None).fit(X)
    written = []
    for a, f, b, g in np.pi * X:
        qubits = [[np.cos(angle), np.exp(2j * phase) * np.sin(angle)] for angle, phase in ((a, f), (b, g))]
        written.append(np.kron(*qubits))
    assert abs(encoder.states(X) - np.array(written)).max() < EQUAL


def test_an_odd_feature_has_a_qubit_of_its_own() -> None:
    X = np.random.default_rng(2).random((4, 3))
    states = DenseAngleEncoder().fit(X).states(X)
    assert states.shape == (4, 4)
    assert abs((abs(states) ** 2).sum(axis=1) - 1).max() < EQUAL


ENCODERS = [
    AmplitudeEncoder(),
    AmplitudeEncoder(pad=0.5),
    AngleEncoder(map="product"),
    AngleEncoder(map="product", axis="x", bandwidth=0.3),
    AngleEncoder(map="product", axis="z", bandwidth=0.3),
    DenseAngleEncoder(),
    IQPEncoder(),
]


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
@pytest.mark.parametrize("zeta", [1.0, 1.5, 2.0, 4.0])
def test_a_kernel_is_that_of_its_states(encoder: Any, zeta: float) -> None:
    draw = np.random.default_rng(11)
    X, Y = draw.normal(size=(40, 6)), draw.normal(size=(300, 6))
    encoder.fit(X)
    for other in (None, Y):
        overlap = encoder.states(X) @ encoder.states(X if other is None else other).conj().T
        keeps_sign = not np.iscomplexobj(overlap) and zeta.is_integer()
        if getattr(encoder, "axis", "y") in "xz":
            overlap, keeps_sign = abs(overlap), False
        expected = overlap**zeta if keeps_sign else abs(overlap) ** zeta
        found = encoder.kernel(X, other, zeta=zeta)
        found = found if keeps_sign else abs(found)
        assert abs(found - expected).max() < EQUAL


@pytest.mark.parametrize("map_", ["additive", "projected"])
def test_the_kernel_of_an_additive_map_is_its_inner_product_over_the_features(map_: Any) -> None:
    X = np.random.default_rng(4).normal(size=(30, 5))
    encoder = AngleEncoder(map=map_).fit(X)
    features = encoder.transform(X)
    assert abs(encoder.kernel(X, zeta=1.0) - features @ features.T / 5).max() < EQUAL
    assert abs(np.diag(encoder.kernel(X)) - 1).max() < EQUAL


@pytest.mark.parametrize(("code", "most"), [("binary", 15), ("gray", 15), ("thermometer", 35), ("onehot", 5)])
def test_the_kernel_of_a_code_is_its_inner_product_over_the_largest(code: Any, most: int) -> None:
    draw = np.random.default_rng(5)
    X, Y = draw.normal(size=(50, 5)), draw.normal(size=(70, 5))
    encoder = BasisEncoder(code=code, bits=3).fit(X)
    assert abs(encoder.kernel(X, Y) - encoder.transform(X) @ encoder.transform(Y).T / most).max() < EQUAL


def test_the_kernel_of_basis_states_says_whether_all_levels_are_equal() -> None:
    X = np.array(list(product((0.0, 1.0), repeat=3)))
    encoder = BasisEncoder(bits=1).fit(X)
    assert np.array_equal(encoder.state_kernel(X), np.eye(8))


def test_a_kernel_of_a_hundred_features_needs_no_states() -> None:
    X = np.random.default_rng(8).random((60, 100))
    encoder = AngleEncoder(map="product", bandwidth=0.3).fit(X)
    gram = encoder.kernel(X)
    angles = encoder.angles(X)
    written = np.cos((angles[:, None] - angles[None]) / 2).prod(axis=2) ** 2
    assert abs(gram / written - 1).max() < EQUAL
    assert np.array_equal(gram, gram.T)


@pytest.mark.parametrize("features", [1, 2, 3, 4, 5, 7, 8, 10])
@pytest.mark.parametrize("axis", ["y", "z"])
def test_a_kernel_is_the_same_in_any_blocks_and_against_other_samples(features: int, axis: Any) -> None:
    X = np.random.default_rng(10).random((601, features))
    encoder = AngleEncoder(map="product", axis=axis, n_jobs=2).fit(X)
    half = encoder.angles(X) / 2
    written = np.cos(half[:, None] - half[None]).prod(axis=2)
    for zeta in (1.0, 2.0, 3.0, 1.5):
        gram = encoder.kernel(X, zeta=zeta)
        assert abs(gram - written**zeta).max() < EQUAL
        assert np.array_equal(gram, gram.T)
        assert abs(encoder.kernel(X[:300], X, zeta=zeta) - gram[:300]).max() < EQUAL


def test_at_small_bandwidth_the_fidelity_is_a_gaussian() -> None:
    X = np.random.default_rng(9).random((30, 6))
    encoder = AngleEncoder(map="product", bandwidth=0.02).fit(X)
    angles = encoder.angles(X)
    squared = ((angles[:, None] - angles[None]) ** 2).sum(axis=2)
    assert abs(encoder.kernel(X) - np.exp(-squared / 4)).max() < 1e-5


def test_both_ends_of_a_turn_are_one_state_and_of_half_a_turn_are_not() -> None:
    X = np.array([[0.0], [1.0]])
    whole = AngleEncoder(map="product", interval=(-1.0, 1.0)).fit(X)
    half = AngleEncoder(map="product").fit(X)
    assert whole.kernel(X)[0, 1] == pytest.approx(1.0)
    assert half.kernel(X)[0, 1] == pytest.approx(0.0)


# -- what is turned back --


@pytest.mark.parametrize(
    "encoder",
    [
        AmplitudeEncoder(norm="append"),
        AmplitudeEncoder(norm="append_log"),
        AmplitudeEncoder(pad=2.0),
        AngleEncoder(),
        AngleEncoder(map="projected"),
        AngleEncoder(map="product"),
        AngleEncoder(map="product", axis="x"),
        AngleEncoder(map="product", bit_order="little", bandwidth=0.5),
    ],
    ids=repr,
)
def test_an_injective_map_is_turned_back(encoder: Any) -> None:
    X = np.random.default_rng(6).normal(size=(30, 4))
    assert abs(encoder.fit(X).inverse_transform(encoder.transform(X)) - X).max() < 1e-7


@pytest.mark.parametrize("output", ["dense", "sparse", "packed"])
@pytest.mark.parametrize("bins", ["uniform", "quantile"])
@pytest.mark.parametrize("code", ["binary", "gray", "thermometer", "onehot"])
def test_bits_are_turned_back_to_their_levels(code: Any, bins: Any, output: Any) -> None:
    X = np.random.default_rng(6).normal(size=(30, 4))
    encoder = BasisEncoder(code=code, bins=bins, output=output, bits=3).fit(X)
    back = encoder.inverse_transform(encoder.transform(X))
    assert np.array_equal(encoder.levels(back), encoder.levels(X))


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (AmplitudeEncoder(), "the length of each sample was dropped: encode with `norm = 'append'`"),
        (AngleEncoder(interval=(-1.0, 1.0)), "does not tell all angles from -3.14 to 3.14 apart"),
        (AngleEncoder(map="projected", bandwidth=2.0), "does not tell all angles from 0 to 6.28 apart"),
        (AngleEncoder(map="product", axis="z"), "choose 'y' or 'x'"),
    ],
    ids=repr,
)
def test_a_map_that_is_not_injective_says_so(encoder: Any, message: str) -> None:
    X = np.random.default_rng(6).normal(size=(30, 4))
    with pytest.raises(ValueError, match=message):
        encoder.fit(X).inverse_transform(encoder.transform(X))


# -- edges --


@pytest.mark.parametrize("scale", [1e200, 1e-200, 1e-320])
def test_amplitudes_of_any_size_are_unit_vectors(scale: float) -> None:
    X = scale * np.array([[3.0, 4.0], [0.0, 2.0]])
    assert abs(AmplitudeEncoder().fit(X).states(X) - [[0.6, 0.8], [0.0, 1.0]]).max() < 1e-2
    if scale > 1e-300:
        assert abs(AmplitudeEncoder().fit(X).states(X) - [[0.6, 0.8], [0.0, 1.0]]).max() < EQUAL


@pytest.mark.parametrize(("zero", "expected"), [("first", [1, 0, 0, 0]), ("uniform", [0.5] * 4), ("nan", [np.nan] * 4)])
def test_a_sample_of_zeros_has_the_state_that_is_asked_for(zero: Any, expected: list[float]) -> None:
    X = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    assert np.array_equal(AmplitudeEncoder(zero=zero).fit(X).states(X)[1], expected, equal_nan=True)


def test_a_sample_of_zeros_can_be_an_error_that_names_its_row() -> None:
    X = np.array([[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match=r"row 1 of X is all 0 .* give a `pad`"):
        AmplitudeEncoder(zero="error").fit(X).states(X)


def test_the_length_that_amplitudes_lose_is_the_last_feature() -> None:
    X = np.array([[3e200, 4e200], [0.0, 0.0]])
    kept = AmplitudeEncoder(norm="append").fit(X).transform(X)
    assert kept[:, -1] == pytest.approx([5e200, 0.0])
    logarithms = AmplitudeEncoder(norm="append_log").fit(X).transform(X)[:, -1]
    assert logarithms[0] == pytest.approx(np.log(5) + 200 * np.log(10))
    assert np.isfinite(logarithms[1])


@pytest.mark.parametrize(
    ("beyond", "expected"), [("clip", [0.0, 1.0, 1.0]), ("wrap", [0.5, 1.0, 0.25]), ("extrapolate", [-0.5, 1.0, 1.25])]
)
def test_values_beyond_a_range_become_what_is_asked_for(beyond: Any, expected: list[float]) -> None:
    encoder = AngleEncoder(beyond=beyond).fit(np.array([[0.0], [4.0]]))
    found = encoder.angles(np.array([[-2.0], [4.0], [5.0]]))[:, 0] / np.pi
    assert found == pytest.approx(expected)


def test_a_range_whose_width_overflows_is_scaled() -> None:
    encoder = AngleEncoder().fit(np.array([[-1.7e308], [1.7e308]]))
    assert encoder.angles(np.array([[0.0]]))[0, 0] == pytest.approx(np.pi / 2)


@pytest.mark.parametrize(("code", "expected"), [("binary", 8), ("gray", 1), ("thermometer", 1)])
def test_a_step_over_the_middle_changes_as_many_bits_as_the_code_says(code: Any, expected: int) -> None:
    X = np.arange(256.0)[:, None]
    bits = BasisEncoder(code=code, bits=8).fit(X).transform(X)
    assert abs(bits[127] - bits[128]).sum() == expected


def test_the_squared_distance_of_thermometer_codes_is_that_of_levels() -> None:
    X = np.random.default_rng(2).normal(size=(40, 3))
    encoder = BasisEncoder(code="thermometer", bits=4).fit(X)
    bits, levels = encoder.transform(X), encoder.levels(X).astype(int)
    squared = ((bits[:, None] - bits[None]) ** 2).sum(axis=2)
    assert np.array_equal(squared, abs(levels[:, None] - levels[None]).sum(axis=2))

"""The scan of a file against ASE and NumPy: labels, distances, fingerprints, near duplicates, work."""

import os
import signal
import threading
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms, units
from ase.build import bulk, make_supercell, molecule
from ase.calculators.emt import EMT
from ase.md.verlet import VelocityVerlet
from ase.neighborlist import neighbor_list
from ase.stress import voigt_6_to_full_3x3_stress
from hypothesis import given, settings
from hypothesis import strategies as st

from mlipilot import _core

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that each example writes anew."""
    return tmp_path_factory.mktemp("scan") / "frames.xyz"


def scan(
    path: Path, images: list[Atoms] | None = None, r_max: float | None = None, search: float = 12.0
) -> _core.ExtxyzScan:
    """The scan of a file, which is written first where images are given."""
    if images is not None:
        ase.io.write(path, images, format="extxyz")
    return _core.scan_extxyz(path, energy="E", forces="F", stress="S", r_max=r_max, search=search)


def scan_text(path: Path, text: str) -> _core.ExtxyzScan:
    path.write_text(text, encoding="utf-8")
    return scan(path)


def labelled(atoms: Atoms, energy: float, forces: object, stress: object = None) -> Atoms:
    atoms = Atoms(atoms.symbols, atoms.positions, cell=atoms.cell, pbc=atoms.pbc, info={"E": energy})
    atoms.new_array("F", np.asarray(forces, dtype=float))
    if stress is not None:
        atoms.info["S"] = np.asarray(stress, dtype=float)
    return atoms


@st.composite
def structures(draw: st.DrawFn) -> Atoms:
    """Atoms in and out of a skewed cell, any mixture of periodic directions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 8))
    cell = np.diag(rng.uniform(2.0, 12.0, size=3)) + draw(st.sampled_from([0.0, 0.5, 1.5])) * rng.normal(size=(3, 3))
    if abs(np.linalg.det(cell)) < 20.0:
        cell = np.diag(np.abs(np.diag(cell))) + 2 * np.eye(3)
    positions = rng.uniform(-1, 2, size=(n, 3)) @ cell
    pbc = [draw(st.booleans()) for _ in range(3)]
    return Atoms(rng.choice(["H", "C", "Cu"], size=n), positions=positions, cell=cell, pbc=pbc)


# --- the table --------------------------------------------------------------------------------------------------------


def test_the_table_says_what_is_in_each_frame(path: Path) -> None:
    water, copper = molecule("H2O"), bulk("Cu", "fcc", a=3.59)
    lone = Atoms("H", info={"config_type": "IsolatedAtom", "trajectory": 7})
    wrong = Atoms("H", info={"config_type": "isolated_atom", "trajectory": "md 1"})
    found = scan(path, [water, copper, lone, wrong, copper * 2], r_max=3.0)
    assert found.frames == 5
    assert found.faults == []
    assert found.path == str(path)
    assert found.size == path.stat().st_size
    assert found.elements == ["H", "O", "Cu"]
    assert found.composition.tolist() == [[2, 1, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 8]]
    assert found.atoms.tolist() == [3, 1, 1, 1, 8]
    assert found.lines.tolist() == [1, 6, 9, 12, 15]
    assert found.numbers.tolist() == [0, 1, 2, 3, 4]
    assert found.periodic.tolist() == [[False] * 3, [True] * 3, [False] * 3, [False] * 3, [True] * 3]
    assert found.has_cell.tolist() == [False, True, False, False, True]
    assert found.volume[1] == pytest.approx(3.59**3 / 4)
    assert np.isnan(found.volume[0])
    assert found.isolated.tolist() == [False, False, True, False, False]
    assert found.config_types == [None, None, "IsolatedAtom", "isolated_atom", None]
    assert found.trajectories == [None, None, "7", "md 1", None]
    assert found.neighbours[1] == found.neighbours[4] == 12.0


def test_arrays_have_one_row_a_frame_and_cannot_be_changed(path: Path) -> None:
    found = scan(path, [molecule("H2O"), molecule("CH4")])
    names = [name for name in dir(found) if isinstance(getattr(found, name), np.ndarray)]
    assert names
    for name in names:
        array = getattr(found, name)
        assert array.shape[0] == 2
        assert not array.flags.writeable
        assert array is getattr(found, name)


def test_keys_are_listed_once_with_the_frames_that_carry_them(path: Path) -> None:
    found = scan_text(
        path,
        '1\nProperties=species:S:1:pos:R:3:f:R:3:id:S:1:on:L:1 e=1 Lattice="9 0 0 0 9 0 0 0 9" note="a b" pbc=T\n'
        "H 0 0 0 1 1 1 x T\n"
        '1\nProperties=species:S:1:pos:R:3:q:R:1 note=b done ok=T v="1 2" m="_JSON [[1, 2]]" o="_JSON {}"\nH 0 0 0 1\n',
    )
    summary = [(key.name, key.frames, key.kind, key.shape, key.place, key.line) for key in found.keys]
    assert summary == [
        ("e", 1, "number", (), "header", 2),
        ("note", 2, "text", (), "header", 2),
        ("f", 1, "vector", (3,), "column", 2),
        ("id", 1, "text", (), "column", 2),
        ("on", 1, "logical", (), "column", 2),
        ("done", 1, "flag", (), "header", 5),
        ("ok", 1, "logical", (), "header", 5),
        ("v", 1, "vector", (2,), "header", 5),
        ("m", 1, "array", (1, 2), "header", 5),
        ("o", 1, "text", (), "header", 5),
        ("q", 1, "number", (), "column", 5),
    ]


def test_frames_that_cannot_be_read_have_no_row_and_faults_are_counted_beyond_those_kept(path: Path) -> None:
    good, bad = "1\nProperties=species:S:1:pos:R:3 E=1\nH 0 0 0\n", "1\nProperties=species:S:1:pos:R:3\nH 0 0 x\n"
    found = scan_text(path, (good + bad) * 30)
    assert found.frames == 30
    assert found.numbers.tolist() == list(range(0, 60, 2))
    assert found.lines.tolist() == list(range(1, 180, 6))
    assert found.fault_count == 30
    assert [fault.line for fault in found.faults] == list(range(6, 126, 6))


# --- labels -----------------------------------------------------------------------------------------------------------


@steady
@given(structures(), st.integers(0, 2**32))
def test_good_labels_are_read_to_the_last_digit(path: Path, atoms: Atoms, seed: int) -> None:
    rng = np.random.default_rng(seed)
    energy, forces, stress = rng.normal(), rng.normal(size=(len(atoms), 3)).round(8), rng.normal(size=6)
    full = voigt_6_to_full_3x3_stress(stress)
    found = scan(path, [labelled(atoms, energy, forces, stress), labelled(atoms, energy, forces, full.ravel())])
    assert found.energy.tolist() == [energy] * 2
    assert found.energy_state.tolist() == found.forces_state.tolist() == found.stress_state.tolist() == [1, 1]
    assert found.force_max == pytest.approx(np.linalg.norm(forces, axis=1).max())
    assert found.force_rms == pytest.approx(np.sqrt(np.mean(forces**2)))
    assert found.net_force == pytest.approx(np.linalg.norm(forces.sum(axis=0)), abs=1e-12)
    assert np.array_equal(found.stress, [stress, stress])
    assert found.stress_asymmetry.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("key", "value", "state"),
    [
        ("E", "1", 1), ("E", "-2.5e3", 1), ("E", "_JSON [3]", 1), ("E", "nan", 2), ("E", "-inf", 2), ("E", "1 2", 3),
        ("E", "x", 3), ("E", "T", 3), ("E", "", 3), ("F", "1 2 3 4 5 6", 1), ("F", "1 2 3 4 5 nan", 2),
        ("F", "1 2 3", 3), ("S", "1 2 3 4 5 6", 1), ("S", "1 2 3 2 5 6 3 6 inf", 2), ("S", "1 2 3", 3), ("S", "x", 3),
    ],
)  # fmt: skip
def test_a_header_label_is_good_or_named_for_what_is_wrong(path: Path, key: str, value: str, state: int) -> None:
    found = scan_text(path, f'2\n{key}="{value}"\nH 0 0 0\nH 0 0 1\n')
    states = {"E": found.energy_state, "F": found.forces_state, "S": found.stress_state}
    assert {name: states[name][0] for name in states} == {"E": 0, "F": 0, "S": 0, key: state}
    if state != 1:
        assert np.isnan([found.energy[0], found.force_max[0], found.force_rms[0], found.net_force[0]]).all()
        assert np.isnan(found.stress).all()


@pytest.mark.parametrize(
    ("column", "first", "second", "state"),
    [
        ("F:R:3", "1 0 0", "0 2 0", 1),
        ("F:I:3", "1 0 0", "0 2 0", 1),
        ("F:R:3", "1 0 nan", "0 2 0", 2),
        ("F:R:2", "1 0", "0 2", 3),
        ("F:S:3", "1 0 0", "0 2 0", 3),
    ],
)
def test_a_column_label_is_good_or_named_for_what_is_wrong(
    path: Path, column: str, first: str, second: str, state: int
) -> None:
    found = scan_text(path, f"2\nProperties=species:S:1:pos:R:3:{column}\nH 0 0 0 {first}\nH 0 0 1 {second}\n")
    assert found.forces_state.tolist() == [state]
    if state == 1:
        assert found.force_max.tolist() == [2.0]
        assert found.net_force == pytest.approx(np.sqrt(5))


def test_a_stress_that_is_not_symmetric_says_by_how_much(path: Path) -> None:
    found = scan_text(path, '1\nS="1 2 3 2.5 5 6 3 6 9"\nH 0 0 0\n')
    assert found.stress.tolist() == [[1.0, 5.0, 9.0, 6.0, 3.0, 2.25]]
    assert found.stress_asymmetry.tolist() == [0.5]


def test_labels_that_are_not_asked_for_are_absent(path: Path) -> None:
    ase.io.write(path, labelled(molecule("H2O"), 1.0, np.ones((3, 3))), format="extxyz")
    found = _core.scan_extxyz(path, energy=None, forces=None, stress=None)
    assert (found.energy_state[0], found.forces_state[0], found.stress_state[0]) == (0, 0, 0)


# --- distances --------------------------------------------------------------------------------------------------------


@steady
@given(structures(), st.floats(1.0, 6.0), st.floats(2.0, 9.0))
def test_distances_agree_with_ase(path: Path, atoms: Atoms, r_max: float, search: float) -> None:
    found = scan(path, [atoms], r_max, search)
    atoms = ase.io.read(path, format="extxyz")  # the digits that the file holds
    first, distance = neighbor_list("id", atoms, search)
    nearest = [distance[first == atom].min(initial=np.inf) for atom in range(len(atoms))]
    assert found.shortest[0] == pytest.approx(min(nearest), abs=1e-9)
    assert found.loneliest[0] == pytest.approx(max(nearest), abs=1e-9)
    assert found.neighbours[0] == pytest.approx(len(neighbor_list("i", atoms, r_max)) / len(atoms))


def test_a_lone_atom_has_no_neighbour_and_a_periodic_one_has_itself(path: Path) -> None:
    found = scan(path, [Atoms("H"), bulk("Cu", "fcc", a=3.59), Atoms("H2", positions=[[0, 0, 0], [0, 0, 13]])])
    assert found.shortest == pytest.approx([np.inf, 3.59 / np.sqrt(2), np.inf])
    assert found.loneliest == pytest.approx([np.inf, 3.59 / np.sqrt(2), np.inf])
    assert np.isnan(found.neighbours).all()


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ('1\npbc="T T T"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="1 0 0 1 0 0 0 0 1"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="0 0 0 0 0 0 0 0 0"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="9 0 0 0 9 0 0 0 1e-3"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="9 0 0 9 1e-3 0 0 0 9"\nH 0 0 0\n', "cell", 2),
        ('1\nLattice="nan 0 0 0 9 0 0 0 9"\nH 0 0 0\n', "cell", 2),
        ("2\n\nH 0 0 0\nH 0 0 nan\n", "positions", 4),
        ("2\n\nH 0 0 1e300\nH 0 0 0\n", "positions", 3),
    ],
)
def test_a_frame_without_sound_geometry_keeps_its_row_without_distances(
    path: Path, text: str, kind: str, line: int
) -> None:
    found = scan_text(path, text)
    assert [(fault.kind, fault.line, fault.frame) for fault in found.faults] == [(kind, line, 0)]
    assert found.frames == 1
    assert np.isnan([found.shortest[0], found.loneliest[0]]).all()
    assert _core.near_duplicates(found, found) == []


def test_a_cell_matters_only_where_it_is_periodic(path: Path) -> None:
    found = scan_text(path, '2\nLattice="0 0 0 0 0 0 0 0 0" pbc="F F F"\nH 0 0 0\nH 0 0 1.5\n0\nE=1\n')
    assert found.faults == []
    assert found.shortest[0] == 1.5
    assert found.volume[0] == 0.0
    assert np.isnan(found.shortest[1])


@pytest.mark.parametrize("name", ["r_max", "search"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_a_distance_without_sense_is_refused_by_name(path: Path, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name}: must be positive"):
        _core.scan_extxyz(path, energy=None, forces=None, stress=None, **{name: value})


def test_a_file_that_cannot_be_read_is_an_os_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        scan(tmp_path / "none.xyz")
    assert Path(raised.value.filename) == tmp_path / "none.xyz"
    assert raised.value.strerror == "No such file or directory"


def test_a_scan_can_be_interrupted(tmp_path: Path) -> None:
    pipe = tmp_path / "endless.xyz"
    os.mkfifo(pipe)
    interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    def feed() -> None:
        with pipe.open("w") as file:
            file.write("1\n\nH 0 0 0\n" * 100)
            file.flush()
            while not interrupted.wait(0.1):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            scan(pipe)
    finally:
        interrupted.set()
        feeder.join()
        signal.signal(signal.SIGUSR1, before)


# --- fingerprints -----------------------------------------------------------------------------------------------------


@steady
@given(structures(), st.integers(0, 2**32))
def test_a_fingerprint_sees_neither_order_nor_periods_nor_noise_but_a_moved_atom(
    path: Path, atoms: Atoms, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    atoms.positions = atoms.positions.round(5)
    atoms.cell = atoms.cell.array.round(5)
    same = atoms[rng.permutation(len(atoms))]
    same.positions += (rng.integers(-2, 3, size=(len(atoms), 3)) * atoms.pbc) @ atoms.cell.array
    same.positions += rng.uniform(-1e-9, 1e-9, size=(len(atoms), 3))
    moved, strained, other = atoms.copy(), atoms.copy(), atoms.copy()
    moved.positions[rng.integers(len(atoms)), rng.integers(3)] += 3e-4
    strained.cell = atoms.cell.array * (1 + 1e-3)
    other.symbols[0] = "He"
    found = scan(path, [atoms, same, moved, strained, other]).fingerprint.tolist()
    assert found[0] == found[1]
    assert found[0] not in {found[2], found[4]}
    assert (found[0] == found[3]) == (not any(atoms.pbc))


# --- near duplicates --------------------------------------------------------------------------------------------------

few = settings(steady, max_examples=20)


def displacement(a: Atoms, b: Atoms) -> float:
    """The root mean square displacement by brute force over images."""
    shifts = np.array([[i, j, k] for i in range(-4, 5) for j in range(-4, 5) for k in range(-4, 5)]) * a.pbc
    delta = (b.positions - a.positions)[:, None, :] + shifts @ a.cell.array
    return float(np.sqrt(np.mean(np.sum(delta**2, axis=-1).min(axis=1))))


@few
@given(structures(), st.integers(0, 2**32), st.sampled_from([0.02, 0.2, 1.0]), st.booleans())
def test_near_duplicates_are_those_of_brute_force(
    path: Path, atoms: Atoms, seed: int, tolerance: float, strained: bool
) -> None:
    rng = np.random.default_rng(seed)
    images = []
    for scale in rng.choice([0.0, 0.01, 0.1, 0.5], size=12):
        image = atoms.copy()
        image.positions += rng.normal(scale=scale, size=(len(atoms), 3))
        image.positions += (rng.integers(-1, 2, size=(len(atoms), 3)) * atoms.pbc) @ atoms.cell.array
        if strained and rng.random() < 0.5:
            image.cell = atoms.cell.array * 1.01
        images.append(image)
    images.append(Atoms("H", positions=[[0, 0, 0]], info={"config_type": "IsolatedAtom"}))
    images.append(images[-1].copy())
    half = scan(path, images[:6])
    whole = scan(path, images)
    images = ase.io.read(path, index=":", format="extxyz")
    alike = {
        (i, j): displacement(images[i], images[j])
        for i in range(12)
        for j in range(12)
        if not (any(atoms.pbc) and images[i].cell[0, 0] != images[j].cell[0, 0])
    }
    edge = 1e-4  # single precision, and the rounding of the file
    found = {(i, j): d for i, j, d in _core.near_duplicates(whole, whole, tolerance)}
    assert set(found) >= {(i, j) for (i, j), d in alike.items() if i < j and d < tolerance - edge}
    assert all(i < j and d == pytest.approx(alike[i, j], abs=edge) for (i, j), d in found.items())
    across = {(i, j) for i, j, _ in _core.near_duplicates(half, whole, tolerance)}
    assert across >= {(i, j) for (i, j), d in alike.items() if i < 6 and d < tolerance - edge}
    assert all(i < 6 and alike[i, j] < tolerance + edge for i, j in across)


def test_near_duplicates_need_the_same_elements_in_the_same_order(path: Path) -> None:
    water = molecule("H2O")
    other = water[[0, 2, 1]]
    found = scan(path, [water, other, water[[1, 0, 2]], Atoms("OCH", positions=water.positions)])
    assert [(i, j) for i, j, _ in _core.near_duplicates(found, found, 5.0)] == [(0, 1)]


def test_near_duplicates_end_at_a_thousand_and_come_in_order(path: Path) -> None:
    found = scan(path, [molecule("H2O")] * 60)
    pairs = [(i, j) for i, j, _ in _core.near_duplicates(found, found)]
    assert len(pairs) == 1000
    assert pairs == [(i, j) for i in range(60) for j in range(i + 1, 60)][:1000]


def test_a_tolerance_without_sense_is_refused(path: Path) -> None:
    found = scan(path, [molecule("H2O")])
    for tolerance in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="tolerance: must be positive"):
            _core.near_duplicates(found, found, tolerance)


# --- work -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def motion() -> list[Atoms]:
    """Copper in motion, with EMT's labels, the atoms wrapped at times, so that they jump through the cell."""
    atoms = make_supercell(bulk("Cu", "fcc", a=3.59), [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    atoms.calc = EMT()
    atoms.set_velocities(np.random.default_rng(0).normal(scale=0.03, size=(8, 3)))
    dynamics = VelocityVerlet(atoms, 5 * units.fs)
    images = []
    for _ in range(30):
        images.append(labelled(atoms, atoms.get_potential_energy(), atoms.get_forces()))
        images[-1].wrap()
        dynamics.run(1)
    return images


def test_sane_forces_do_the_work_and_forces_of_the_wrong_sign_do_not(path: Path, motion: list[Atoms]) -> None:
    steps, correlation = _core.work_consistency(scan(path, motion))
    assert steps == 29
    assert correlation > 0.999
    turned = [labelled(atoms, atoms.info["E"], -atoms.arrays["F"]) for atoms in motion]
    steps, correlation = _core.work_consistency(scan(path, turned))
    assert steps == 29
    assert correlation < -0.999


@pytest.mark.parametrize("unit", [1.0, 23.06, 1 / 51.42, -1.0])
def test_the_ratio_of_energy_to_work_is_that_of_their_units(path: Path, motion: list[Atoms], unit: float) -> None:
    images = [labelled(atoms, atoms.info["E"], unit * atoms.arrays["F"]) for atoms in motion]
    assert _core.work_ratio(scan(path, images)) * unit == pytest.approx(1.0, rel=0.01)


def test_steps_join_only_frames_of_one_trajectory_with_labels(path: Path, motion: list[Atoms]) -> None:
    images = [labelled(atoms, atoms.info["E"], atoms.arrays["F"]) for atoms in motion[:12]]
    for index, atoms in enumerate(images):
        atoms.info["trajectory"] = f"run {index // 4}"
    del images[5].info["E"]
    images[9] = labelled(images[9] * (2, 1, 1), 0.0, np.zeros((16, 3)))
    steps, correlation = _core.work_consistency(scan(path, images))
    assert steps == 3 + 1 + 1
    assert correlation > 0.99


def test_steps_too_short_or_too_long_prove_nothing(path: Path, motion: list[Atoms]) -> None:
    steps, correlation = _core.work_consistency(scan(path, [motion[0]] * 5))
    assert (steps, np.isnan(correlation)) == (0, True)
    far = [labelled(atoms, atoms.info["E"], atoms.arrays["F"]) for atoms in motion[:5]]
    for index, atoms in enumerate(far):
        atoms.positions += 0.3 * index
    assert _core.work_consistency(scan(path, far))[0] == 0


# --- real data --------------------------------------------------------------------------------------------------------


def test_the_scan_of_real_frames_agrees_with_ase(data: Path) -> None:
    file = data / "solvent" / "train_53_outliers.xyz"
    images = ase.io.read(file, index=":", format="extxyz")
    found = _core.scan_extxyz(file, energy="energy_xtb", forces="forces_xtb", stress=None, r_max=4.5)
    assert found.faults == []
    assert found.frames == len(images)
    assert np.array_equal(found.energy, [atoms.info["energy_xtb"] for atoms in images])
    assert found.force_max == pytest.approx([np.linalg.norm(a.arrays["forces_xtb"], axis=1).max() for a in images])
    assert found.isolated.tolist() == [atoms.info.get("config_type") == "IsolatedAtom" for atoms in images]
    for row, atoms in enumerate(images):
        if len(atoms) > 1:
            first, distance = neighbor_list("id", atoms, 4.5)
            assert found.shortest[row] == pytest.approx(distance.min(), abs=1e-9)
            assert found.neighbours[row] == pytest.approx(len(first) / len(atoms))
    assert len(set(found.fingerprint.tolist())) == len(images)


def test_real_dynamics_has_sane_forces(data: Path) -> None:
    found = _core.scan_extxyz(data / "solvent" / "md_stable.xyz", energy="energy", forces="forces", stress=None)
    steps, correlation = _core.work_consistency(found)
    assert steps > 50
    assert correlation > 0.8

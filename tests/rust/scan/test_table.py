"""The scan of a file: what is in each frame, and what is no frame."""

import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule
from scanning import scan, scan_text


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

"""A spec's data files: findings at the values they are about, fixes that mend, and files that are counted once."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clusters import frame, write_splits
from copper import ROOT, TEXT, compiled

from mlipilot import _core
from mlipilot.compiler.compile import check_file, compile_file
from mlipilot.compiler.data_paths import look
from mlipilot.compiler.model_cost import FIRST_EPOCH_SECONDS, SETUP_SECONDS
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.spec.diagnostics import Applicability, Diagnostic, with_edits

MODEL = "model m : mace { r_max = 5 Å, channels = 8, max_L = 0 }\n"
TRAINING = "training fit { model = m, data = d, batch = 4, stage main { epochs = 3 } }\n"
ONE_LINE = 'dataset d : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"] }\n'
OTHER_KEYS = ONE_LINE.replace(" }", ', energy = "energy", forces = "forces" }')
"""With keys that the files do not have."""
MANY_LINES = """\
dataset d : files {      # ours
    train = [
        "train.xyz",
    ]
    valid = ["valid.xyz"]  # picks
    test  = ["test.xyz"]
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of sound files under the keys `energy_dft` and `forces_dft`."""
    write_splits(tmp_path)
    for path in tmp_path.glob("*.xyz"):
        text = path.read_text().replace("REF_energy", "energy_dft").replace("REF_forces", "forces_dft")
        path.write_text(text)
    return tmp_path


def write(folder: Path, data: str, rest: str = MODEL + TRAINING) -> Path:
    path = folder / "spec.mlp"
    path.write_text(f'edition "2026"\n{data}{rest}')
    return path


def marked(diagnostic: Diagnostic) -> str:
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    return diagnostic.source.slice(diagnostic.primary.span)


def mend(path: Path, found: list[Diagnostic]) -> None:
    """Apply the fixes of all diagnostics: which key is meant is for someone to look at."""
    assert all(d.fix is None or d.fix.applicability is not Applicability.SAFE for d in found)
    edits = [e for d in found if d.fix for e in d.fix.edits]
    path.write_text(with_edits(path.read_text(), edits))


@pytest.mark.parametrize("data", [ONE_LINE, MANY_LINES], ids=["one line", "many lines"])
def test_keys_that_no_field_names_are_found(folder: Path, data: str) -> None:
    path = write(folder, data)
    assert check_file(path).diagnostics == []
    params = plan(path).plan.job("dataset/d").params
    assert (params["energy"], params["forces"]) == ("energy_dft", "forces_dft")


@pytest.mark.parametrize("data", [ONE_LINE, MANY_LINES], ids=["one line", "many lines"])
def test_a_field_that_is_missing_is_added_by_a_fix(tmp_path: Path, data: str) -> None:
    write_splits(tmp_path)
    atom = (
        frame(60, ("Cu",)).replace("Properties=", "config_type=free Properties=").replace('pbc="T T T"', 'pbc="F F F"')
    )
    (tmp_path / "train.xyz").write_text(atom + (tmp_path / "train.xyz").read_text())
    path = write(tmp_path, data)
    (found,) = (d for d in check_file(path).diagnostics if d.code == "MLP1025")
    assert marked(found) == "dataset d : files"
    mend(path, [found])
    assert 'isolated = "free"' in path.read_text()
    assert "MLP1025" not in [d.code for d in check_file(path).diagnostics]
    assert path.read_text().count("# ours") == data.count("# ours")


def test_wrong_keys_are_replaced_by_a_fix(folder: Path) -> None:
    path = write(folder, ONE_LINE.replace(" }", ', energy = "energy", forces = "forces" }'))
    found = check_file(path).diagnostics
    assert [marked(d) for d in found] == ['"energy"', '"forces"']
    mend(path, found)
    assert check_file(path).diagnostics == []


def sound(folder: Path) -> Path:
    write_splits(folder)
    return write(folder, ONE_LINE)


def test_findings_stand_at_the_values_they_are_about(tmp_path: Path) -> None:
    write_splits(tmp_path)
    (tmp_path / "more.xyz").write_text(frame(60) + frame(61, forces=None))
    data = ONE_LINE.replace('"test.xyz"', '"test.xyz", "more.xyz"')
    model = "model m : mace { r_max = 1 Å, e0 = values(Au = 1 eV) }\n"
    found = check_file(write(tmp_path, data, model + TRAINING.replace("batch = 4", "batch = 40"))).diagnostics
    assert {(d.code, marked(d)) for d in found} == {
        ("MLP1004", '"more.xyz"'),
        ("MLP1022", "values(Au = 1 eV)"),
        ("MLP1023", "values(Au = 1 eV)"),
        ("MLP1041", "1 Å"),
        ("MLP1045", "40"),
    }


def test_two_trainings_on_one_data_set_repeat_nothing(folder: Path) -> None:
    path = write(folder, OTHER_KEYS, MODEL + TRAINING + TRAINING.replace("fit", "again"))
    assert [d.code for d in check_file(path).diagnostics] == ["MLP1003", "MLP1003"]


def test_a_data_set_that_nothing_is_trained_on_is_looked_at_too(folder: Path) -> None:
    assert [d.code for d in check_file(write(folder, OTHER_KEYS, "")).diagnostics] == ["MLP1003", "MLP1003"]


def test_a_missing_file_is_the_only_thing_said_of_what_it_would_decide(tmp_path: Path) -> None:
    path = sound(tmp_path)
    (tmp_path / "test.xyz").write_text(frame(60, ("Au", "Au", "Au", "Au")) + frame(61))
    (tmp_path / "train.xyz").unlink()
    assert [d.code for d in check_file(path).diagnostics] == ["MLP0306"]


def test_a_missing_test_file_hides_nothing_of_the_others(folder: Path) -> None:
    path = write(folder, OTHER_KEYS)
    (folder / "test.xyz").unlink()
    assert sorted(d.code for d in check_file(path).diagnostics) == ["MLP0306", "MLP1003", "MLP1003"]


def test_files_are_scanned_once_in_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sound(tmp_path)
    scanned = []
    scan = _core.scan_extxyz

    def counting(path: str, **keys: Any) -> _core.FrameScan:
        if keys["most"] is None:  # the beginnings, which tell the keys, are no matter of the files' size
            scanned.append(path)
        return scan(path, **keys)

    monkeypatch.setattr(_core, "scan_extxyz", counting)
    for _ in range(2):
        compiled, _ = compile_file(path)
        assert compiled is not None
    assert sorted(Path(name).name for name in scanned) == ["test.xyz", "train.xyz", "valid.xyz"]


def test_a_file_that_changes_is_scanned_again(tmp_path: Path) -> None:
    path = sound(tmp_path)
    assert check_file(path).diagnostics == []
    (tmp_path / "test.xyz").write_text(frame(60) + frame(61, energy=None))
    assert [d.code for d in check_file(path).diagnostics] == ["MLP1004"]


def large(folder: Path) -> None:
    """Make the data files old enough and large enough for answers about them to be kept."""
    for data in folder.glob("*.xyz"):
        data.write_text(data.read_text().replace("Properties=", f'note="{"x" * 100_000}" Properties='))
        os.utime(data, (1e9, 1e9))


def kept(folder: Path) -> Path:
    """The file that keeps the answer about a spec."""
    path = sound(folder)
    large(folder)
    assert check_file(path).diagnostics == []
    (found,) = (folder / ".mlipilot" / "scans").iterdir()
    return found


ELSEWHERE = """
import json, sys
from pathlib import Path
from mlipilot import _core
from mlipilot.compiler.compile import check_file
scan, scanned = _core.scan_extxyz, []
_core.scan_extxyz = lambda path, **keys: (keys["most"] or scanned.append(path)) and 0 or scan(path, **keys)
said = [diagnostic.headline for diagnostic in check_file(Path(sys.argv[1])).diagnostics]
print(json.dumps([said, len(scanned)]))
"""


def checked_elsewhere(path: Path) -> tuple[list[str], int]:
    """What another process says of a spec, and how many files it scans for that."""
    command = [sys.executable, "-c", ELSEWHERE, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said, scanned = json.loads(done.stdout)
    return said, scanned


def test_answers_are_kept_for_other_processes(tmp_path: Path) -> None:
    kept(tmp_path)
    assert checked_elsewhere(tmp_path / "spec.mlp") == ([], 0)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"key": 1}', "cut", "altered"])
def test_a_damaged_answer_is_no_answer(tmp_path: Path, damage: str) -> None:
    path = kept(tmp_path)
    text = path.read_text()
    damaged = {"cut": text[:-20], "altered": text.replace("12", "13")}.get(damage, damage)
    assert damaged != text
    path.write_text(damaged)
    assert checked_elsewhere(tmp_path / "spec.mlp") == ([], 3)
    assert path.read_text() == text


def test_a_kept_answer_says_the_same_again(tmp_path: Path) -> None:
    path = write(tmp_path, ONE_LINE.replace(" }", ', energy = "energy" }'))
    write_splits(tmp_path)
    large(tmp_path)
    first = [diagnostic.headline for diagnostic in check_file(path).diagnostics]
    assert first
    assert checked_elsewhere(path) == (first, 0)


def test_small_files_leave_nothing_behind(tmp_path: Path) -> None:
    check_file(sound(tmp_path))
    assert not (tmp_path / ".mlipilot").exists()


def plan(path: Path) -> Compiled:
    found, diagnostics = compile_file(path)
    assert found is not None, diagnostics
    return found


def test_the_estimate_counts_frames_and_atoms(tmp_path: Path) -> None:
    path = sound(tmp_path)
    few = plan(path)
    (tmp_path / "train.xyz").write_text("".join(frame(seed) for seed in range(100, 220)))
    many = plan(path)
    job = "train/fit/seed-1"
    start = SETUP_SECONDS + FIRST_EPOCH_SECONDS
    assert many.estimate["seconds"][job] - start > 4 * (few.estimate["seconds"][job] - start)
    assert many.estimate["factor"] == compiled(TEXT).estimate["factor"]


def test_keys_do_not_depend_on_what_was_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = plan(sound(tmp_path))
    monkeypatch.setattr("mlipilot.compiler.compile.sizes", lambda spec: {})
    uncounted = plan(tmp_path / "spec.mlp")
    assert uncounted.estimate != counted.estimate
    assert uncounted.plan.hash == counted.plan.hash
    assert job_keys(uncounted.plan) == job_keys(counted.plan)


def test_numpy_is_only_imported_for_files(tmp_path: Path) -> None:
    copper = ROOT / "tests" / "compiler" / "copper.mlp"
    program = (
        "import sys, pathlib; from mlipilot.compiler.compile import check_file;"
        f"check_file(pathlib.Path({str(copper)!r})); sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


SOLVENT = """\
dataset solvent : files {{
    train = ["{train}"]
    valid = ["valid.xyz"]
    test  = ["{test}"]{keys}
}}
model m : mace {{ r_max = 5 Å }}
training fit {{ model = m, data = solvent, stage main {{ epochs = 1 }} }}
"""
KEYS = '\n    energy = "energy_xtb"\n    forces = "forces_xtb"'


def solvent(folder: Path, data: Path, train: str = "train_50.xyz", keys: str = KEYS) -> list[Diagnostic]:
    """What is said of the solvent data, half of whose test frames pick the checkpoint."""
    lines = (data / "solvent" / "test.xyz").read_text().splitlines(keepends=True)
    starts, at = [], 0
    while at < len(lines):
        starts.append(at)
        at += int(lines[at]) + 2
    middle = starts[len(starts) // 2]
    (folder / "valid.xyz").write_text("".join(lines[:middle]))
    (folder / "test.xyz").write_text("".join(lines[middle:]))
    text = SOLVENT.format(train=data / "solvent" / train, test="test.xyz", keys=keys)
    return check_file(write(folder, text, "")).diagnostics


def test_keys_of_real_files_are_found(tmp_path: Path, data: Path) -> None:
    assert solvent(tmp_path, data, keys="") == []
    found = plan(tmp_path / "spec.mlp").plan.job("dataset/solvent").params
    solvent(tmp_path, data)
    named = plan(tmp_path / "spec.mlp").plan.job("dataset/solvent").params
    assert (named["energy"], named) == ("energy_xtb", found)


def test_of_real_files_exactly_the_two_exploded_frames_are_named(tmp_path: Path, data: Path) -> None:
    (finding,) = solvent(tmp_path, data, train="train_53_outliers.xyz")
    assert finding.code == "MLP1032"
    assert finding.primary is not None
    assert finding.primary.label.startswith("frames 54 (line 1600) and 55 (line 1614);")


@pytest.mark.parametrize(("element", "said"), [("Cu", []), ("H", ["MLP0517"])])
def test_a_timestep_is_held_against_the_lightest_element_of_the_files(
    tmp_path: Path, element: str, said: list[str]
) -> None:
    write_splits(tmp_path)
    for path in tmp_path.glob("*.xyz"):
        path.write_text(path.read_text().replace("\nCu ", f"\n{element} "))
    run = (
        "dynamics hot : nve { potential = fit, start = d.test, temperature = 9 K, timestep = 4 fs, duration = 1 ps }\n"
    )
    path = write(tmp_path, ONE_LINE, MODEL + TRAINING + run)
    assert [d.code for d in check_file(path).diagnostics if d.code < "MLP1000"] == said


@pytest.mark.parametrize(("element", "said"), [("Cu", []), ("N", ["MLP0506"])])
def test_an_error_is_measured_over_an_element_of_the_files(tmp_path: Path, element: str, said: list[str]) -> None:
    write_splits(tmp_path)
    card = f'scorecard s {{ judges = fit, require force_rmse(d.test, element = {element}) <= 60 meV/Å because "x" }}\n'
    found = check_file(write(tmp_path, ONE_LINE, MODEL + TRAINING + card)).diagnostics
    assert [d.code for d in found] == said
    assert [marked(d) for d in found] == [element] * len(said)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("runs/tset.xyz", "`runs/test.xyz`"),
        ("runs/trian.extxyz", "`runs/train.xyz`"),
        ("runs/other.xyz", ""),
        ("zzz/test.xyz", "`zzz`"),
        ("runs/old/test.xyz", "`runs/old`"),
        ("runs/t*.xyz", "not expanded"),
    ],
)
def test_a_path_that_leads_nowhere_is_led_where_it_may_have_meant(tmp_path: Path, written: str, meant: str) -> None:
    (tmp_path / "runs").mkdir()
    write_splits(tmp_path / "runs")
    problem, remedy = look(tmp_path, written)
    assert problem
    assert meant in remedy
    assert bool(meant) or "did you mean" not in remedy


def test_packed_files_whose_name_does_not_say_so_are_named_and_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, ONE_LINE)
    write_splits(tmp_path)
    (tmp_path / "train.xyz").write_bytes(gzip.compress((tmp_path / "train.xyz").read_bytes()))
    (found,) = check_file(path).diagnostics
    assert found.code == "MLP0306"
    assert "gzip" in found.headline
    assert "`train.xyz.gz`" in found.help


PACKERS = {"gz": gzip, "bz2": bz2, "xz": lzma}


@pytest.mark.parametrize("end", PACKERS)
def test_compressed_files_are_checked_as_the_plain_ones_are(tmp_path: Path, end: str) -> None:
    write_splits(tmp_path)
    plain, nothing = compile_file(write(tmp_path, ONE_LINE))
    text = (tmp_path / "train.xyz").read_bytes()
    (tmp_path / f"train.xyz.{end}").write_bytes(PACKERS[end].compress(text))
    packed, said = compile_file(write(tmp_path, ONE_LINE.replace("train.xyz", f"train.xyz.{end}")))
    assert nothing == said == []
    assert plain is not None
    assert packed is not None
    assert job_keys(packed.plan) != job_keys(plain.plan)  # other bytes
    assert packed.estimate["seconds"] == plain.estimate["seconds"]
    broken = text.replace(b"REF_energy=", b"REF_energy=x", 1)
    (tmp_path / f"train.xyz.{end}").write_bytes(PACKERS[end].compress(broken))
    (found,) = check_file(tmp_path / "spec.mlp").diagnostics
    assert found.code == "MLP1007"


@pytest.mark.parametrize("end", PACKERS)
def test_compressed_files_that_are_damaged_are_named_with_the_frame(tmp_path: Path, end: str) -> None:
    write_splits(tmp_path)
    packed = PACKERS[end].compress((tmp_path / "train.xyz").read_bytes())
    (tmp_path / f"train.xyz.{end}").write_bytes(packed[:-30])
    (found,) = check_file(write(tmp_path, ONE_LINE.replace("train.xyz", f"train.xyz.{end}"))).diagnostics
    assert found.code == "MLP1001"
    assert "cut off" in found.headline
    assert marked(found) == f'"train.xyz.{end}"'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("train.xyz.zst", b"\x28\xb5\x2f\xfd rest", "zstd"),
        ("train.zip", b"PK\x03\x04 rest", "zip archive"),
        ("train.traj.gz", gzip.compress(b"- of UlmASE-Trajectory rest"), "compressed ASE trajectory"),
        ("train.db.xz", lzma.compress(b"SQLite format 3\0 rest"), "compressed ASE database"),
        ("train.cif", b"data_Cu\n_cell_length_a 3.6\n", "no format that is read"),
        ("train.h5", b"\x89HDF\r\n", "HDF5"),
        ("train.xyz.gz", gzip.compress(gzip.compress(b"1\n\nH 0 0 0\n")), "twice"),
        ("train.tar.xz", lzma.compress(bytes(257) + b"ustar" + bytes(300)), "tar archive"),
        ("train.xyz.gz", b"", "empty"),
        ("train.xyz.bz2", bz2.compress(b""), "empty"),
    ],
    ids=["zstd", "zip", "traj", "db", "cif", "hdf5", "twice", "tar", "empty", "of nothing"],
)
def test_files_of_another_form_are_named_and_not_read(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    write_splits(tmp_path)
    (tmp_path / name).write_bytes(content)
    (found,) = check_file(write(tmp_path, ONE_LINE.replace("train.xyz", name))).diagnostics
    assert found.code == "MLP0306"
    assert kind in found.headline
    assert found.help


def test_a_part_of_a_file_cannot_be_named(tmp_path: Path) -> None:
    write_splits(tmp_path)
    (found,) = check_file(write(tmp_path, ONE_LINE.replace("train.xyz", "train.xyz@-5:"))).diagnostics
    assert found.code == "MLP0306"
    assert "part of a file" in found.help

"""Values that are not known: a file of the command line takes their place, and only what hangs on them is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from crystals import Crystal
from linting import lint, marked

from mlipilot.compiler.lint import DataFiles

REST = "--valid_file valid.xyz --E0s average --batch_size 4"
NAMED = f"mace_run_train --name cu --train_file gaps.xyz {REST}"
UNLABELLED = "MLP1004"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a training file of which one frame has no energy, and good ones."""
    (tmp_path / "gaps.xyz").write_text(Crystal(seed=1, unlabelled=(7,)).text())
    (tmp_path / "whole.xyz").write_text(Crystal(seed=2).text())
    (tmp_path / "valid.xyz").write_text(Crystal(4, seed=3).text())
    return tmp_path


def codes(command: str, folder: Path, data: DataFiles | None = None) -> list[str]:
    return [diagnostic.code for diagnostic in lint(f"#!/bin/bash\n{command}\n", folder, "run.sh", data).diagnostics]


@pytest.mark.parametrize("value", ["$1", '"$SCRATCH/cu/train.xyz"', "$(ls *.xyz)"])
def test_a_file_of_the_command_line_takes_the_place_of_one_that_only_the_shell_knows(value: str, folder: Path) -> None:
    command = f"mace_run_train --name cu --train_file={value} {REST}"

    assert codes(command, folder) == []
    assert codes(command, folder, DataFiles(train=folder / "gaps.xyz")) == [UNLABELLED]
    assert codes(command, folder, DataFiles(train=folder / "whole.xyz")) == []


def test_validation_and_test_files_of_the_command_line_take_the_place_of_unknown_ones(folder: Path) -> None:
    command = f'mace_run_train --name cu --train_file "$1" --valid_file $2 --test_file=$3 {REST[23:]}'
    data = DataFiles(folder / "whole.xyz", folder / "valid.xyz", folder / "whole.xyz")

    assert "MLP1011" in codes(command, folder, data)  # the test file is the training file
    linted = lint(f"{command}\n", folder, "run.sh", data._replace(test=folder / "valid.xyz"))
    assert not any("may still be given" in remark or "not known:" in remark for remark in linted.remarks)


@pytest.mark.parametrize("option", ["--seed $ID", "--seed ${ID}", "--seed $(date +%s)", "--seed=$ID", '--seed "$ID"'])
def test_a_variable_as_a_value_is_this_value_alone(option: str, folder: Path) -> None:
    assert codes(f"{NAMED} {option}", folder) == [UNLABELLED]
    assert codes(f"{NAMED} {option} --max_L 2 --max_ell 1", folder) == [UNLABELLED, "MLP1120"]


@pytest.mark.parametrize("more", ['$EXTRA "$@"', '"$@"', "${OPTIONS[@]}", '--seed "$@"'])
def test_data_are_read_where_options_may_still_be_given(more: str, folder: Path) -> None:
    command = f"mace_run_train --name cu --E0s average {more}"

    assert codes(command, folder, DataFiles(train=folder / "gaps.xyz")) == [UNLABELLED]
    linted = lint(f"{command}\n", folder, "run.sh", DataFiles(train=folder / "whole.xyz"))
    assert linted.diagnostics == []
    assert any("`r_max`" in remark and "may still be given" in remark for remark in linted.remarks)


@pytest.mark.parametrize(
    "option", ["--r_max=$R", "--batch_size $B", "--stress_weight=$W", "--loss $L", "--E0s=$E", "--foundation_model $M"]
)
def test_an_unknown_value_leaves_the_checks_of_labels_on(option: str, folder: Path) -> None:
    found = codes(f"mace_run_train --name cu --train_file gaps.xyz --valid_file valid.xyz {option}", folder)

    assert {"MLP1004", "MLP1005"} & set(found)


def test_an_unknown_key_takes_back_only_what_is_said_of_its_label(folder: Path) -> None:
    (folder / "gaps.xyz").write_text(Crystal(seed=1, energy="energy_dft", forces="forces_dft").text())

    assert codes(NAMED, folder) == ["MLP1003", "MLP1003"]
    assert codes(f"{NAMED} --energy_key=$K", folder) == ["MLP1003"]
    broken = Crystal(seed=1, energy="energy_dft", broken=2)
    (folder / "gaps.xyz").write_text(broken.text())
    assert codes(f"{NAMED} --energy_key=$K", folder) == ["MLP1006"]


@pytest.mark.parametrize(("option", "code"), [("--forces_weigth=10", "MLP1102"), ("--loss=energy", "MLP1106")])
def test_an_option_that_is_an_error_leaves_the_data_check_on(option: str, code: str, folder: Path) -> None:
    assert sorted(codes(f"{NAMED} {option}", folder)) == [UNLABELLED, code]


LISTS = {
    "for": "for f in whole.xyz gaps.xyz; do TRAIN $f; done",
    "for over lines": "for f in whole.xyz \\\n    gaps.xyz\ndo\n  TRAIN $f\ndone",
    "for in a for": "for s in 1 2; do for f in whole.xyz gaps.xyz; do TRAIN $f --seed $s; done; done",
    "for with a part of the name": "for n in whole gaps; do TRAIN $n.xyz; done",
    "for of a variable": 'for n in whole gaps; do F="$n.xyz"; TRAIN "$F"; done',
    "for of an array": 'FILES=(whole.xyz gaps.xyz); for f in "${FILES[@]}"; do TRAIN "$f"; done',
    "an array": "FILES=(whole.xyz gaps.xyz)\nTRAIN ${FILES[$SLURM_ARRAY_TASK_ID]}",
    "an array, counted from 1": 'FILES=(whole.xyz gaps.xyz)\nTRAIN "${FILES[$((SLURM_ARRAY_TASK_ID-1))]}"',
    "an element": "FILES=(whole.xyz gaps.xyz)\nTRAIN ${FILES[1]}",
    "an element by number of for": "FILES=(whole.xyz gaps.xyz)\nfor i in 0 1; do TRAIN ${FILES[$i]}; done",
    "for in a text": "bash -c 'for f in whole.xyz gaps.xyz; do TRAIN $f; done'",
}
TRAIN = f"mace_run_train --name cu {REST} --train_file"


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_each_value_of_a_literal_list_is_read(text: str, folder: Path) -> None:
    linted = lint(text.replace("TRAIN", TRAIN) + "\n", folder, "run.sh")

    assert [diagnostic.code for diagnostic in linted.diagnostics] == [UNLABELLED]
    assert not any("only the shell knows" in remark for remark in linted.remarks)
    good = text.replace("TRAIN", TRAIN).replace("gaps", "whole")
    assert lint(f"{good}\n", folder, "run.sh").diagnostics == []


@pytest.mark.parametrize(
    "text",
    [
        "for f in $(ls); do TRAIN $f; done",
        "for f in *.xyz; do TRAIN $f; done",
        "for f in gaps.xyz $1; do TRAIN $f; done",
        "FILES=(gaps.xyz $MORE)\nTRAIN ${FILES[$I]}",
        "declare -A FILES=([a]=gaps.xyz [b]=whole.xyz)\nTRAIN ${FILES[$I]}",
        "FILES=(gaps.xyz)\nTRAIN ${FILES[3]}",
    ],
)
def test_a_list_that_is_not_literal_is_not_guessed(text: str, folder: Path) -> None:
    linted = lint(text.replace("TRAIN", TRAIN) + "\n", folder, "run.sh")

    assert linted.diagnostics == []
    assert any("only the shell knows" in remark for remark in linted.remarks)


def test_a_fault_of_one_value_is_found_among_others(folder: Path) -> None:
    text = "for r in 4.0 5.0 -6.0; do for l in huber hubr; do TRAIN whole.xyz --r_max=$r --loss $l; done; done\n"

    assert sorted(codes(text.replace("TRAIN", TRAIN), folder)) == ["MLP1106", "MLP1109"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (DataFiles(train=Path("gaps.xyz")), "gaps.xyz"),
        (DataFiles(train=Path("whole.xyz"), valid=Path("gaps.xyz")), "gaps.xyz"),
        (DataFiles(train=Path("whole.xyz"), test=Path("whole.xyz")), "whole.xyz"),
        (DataFiles(valid=Path("plain.txt")), "plain.txt"),
    ],
)
def test_a_finding_about_a_file_of_the_command_line_names_it_and_underlines_nothing(
    data: DataFiles, expected: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "plain.txt").write_text(Crystal(4, seed=5).text())
    monkeypatch.chdir(folder)
    options = (
        "name: cu\ntrain_file: whole.xyz\nvalid_file: valid.xyz\ntest_file: valid.xyz\nE0s: average\nbatch_size: 4\n"
    )
    (diagnostic,) = (d for d in lint(options, Path(), data=data).diagnostics if "valid.xyz" not in d.headline)

    assert diagnostic.source is not None
    assert diagnostic.source.name == expected
    assert (diagnostic.primary, diagnostic.secondary) == (None, ())


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ('"$DATA/gaps.xyz"', '"$DATA/gaps.xyz"'),
        ("${DATA}/gaps.xyz", "${DATA}/gaps.xyz"),
        ("$FILE", "$FILE"),
        ("${OTHER:-gaps.xyz}", "gaps.xyz"),
        ("gaps.xyz", "gaps.xyz"),
    ],
)
@pytest.mark.parametrize("sign", ["=", " "])
def test_a_value_made_of_variables_is_underlined_where_the_option_is_written(
    value: str, place: str, sign: str, folder: Path
) -> None:
    text = f"DATA=${{HERE:-.}}\nFILE=gaps.xyz\nmace_run_train --name cu {REST} --train_file{sign}{value}\n"
    (diagnostic,) = lint(text, folder, "run.sh").diagnostics

    assert diagnostic.code == UNLABELLED
    assert marked(diagnostic) in (place, value)
    assert any("gaps.xyz" in text for text in (marked(diagnostic), *diagnostic.notes))


@pytest.mark.parametrize(("option", "flag"), [("train_file", "data"), ("valid_file", "valid"), ("test_file", "test")])
def test_the_flag_that_replaces_a_missing_file_is_that_of_its_split(option: str, flag: str, folder: Path) -> None:
    (diagnostic,) = lint(f"name: cu\n{option}: elsewhere/data.h\n", folder).diagnostics
    assert f"`--{flag} FILE`" in diagnostic.help

    mended = lint(
        f"name: cu\n{option}: elsewhere/data.h\n",
        folder,
        data=DataFiles(**{{"data": "train"}.get(flag, flag): folder / "whole.xyz"}),
    )
    assert not any(diagnostic.code == "MLP1113" for diagnostic in mended.diagnostics)


def test_what_is_not_known_of_one_command_is_said_with_its_line(folder: Path) -> None:
    text = f'{NAMED}\nbash -c "mace_run_train --name b --train_file=$1"\nmace_run_train --config /dev/stdin\n'
    linted = lint(text, folder, "run.sh")

    assert [diagnostic.code for diagnostic in linted.diagnostics] == [UNLABELLED]
    unchecked = [remark for remark in linted.remarks if "the data were not checked" in remark]
    assert [remark.partition(":")[0] for remark in unchecked] == ["lines 2, 3"]
    assert any(
        remark.startswith("line 3: ") and "`what comes through /dev/stdin`" in remark for remark in linted.remarks
    )
    alone = lint(text.splitlines()[1] + "\n", folder, "run.sh")
    assert not any(remark.startswith("line") for remark in alone.remarks)

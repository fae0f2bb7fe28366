"""Scripts: the training commands in them, their arguments as the shell would pass them, and what only it knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from crystals import Crystal
from linting import codes, found, lint, marked, mended

GOOD = "mace_run_train --name x --train_file t.xyz"


def script(arguments: str) -> str:
    return f"#!/bin/bash\n{GOOD} {arguments}\n"


@pytest.mark.parametrize(
    ("arguments", "expected", "place"),
    [
        ("--max_num 5", "MLP1107", "--max_num"),
        ("--max_num=5", "MLP1107", "--max_num"),
        ("--lr=fast", "MLP1105", "fast"),
        ("--lr 'very fast'", "MLP1105", "very fast"),
        ("--ema true", "MLP1104", "true"),
        ("--ema=true", "MLP1104", "--ema=true"),
        ("--lr", "MLP1104", "--lr"),
        ("--lr --ema", "MLP1104", "--lr"),
        ("-lr 0.1", "MLP1104", "-lr"),
        ("stray", "MLP1104", "stray"),
        ("--correlations 2", "MLP1102", "--correlations"),
        ("--freeze -1", "MLP1110", "-1"),
        ("--lr 0.01 --lr 0.02", "MLP1103", "--lr"),
        ("--lr 0.1 --lr 0.1", "MLP1111", "--lr"),
        ("--lr 0.1\n  --r_max 6.0 \\\n --loss huber", "MLP1114", "--r_max"),
        ("\\\n  --loss \\\n  hubr", "MLP1106", "hubr"),
        ("--loss=hu''br", "MLP1106", "hu''br"),
        ("--amsgrad --loss hubr # --lr fast", "MLP1106", "hubr"),
        ("--loss hubr > log 2>&1", "MLP1106", "hubr"),
        ("--loss hubr && echo --lr fast", "MLP1106", "hubr"),
        ("--loss hubr | tee --lr", "MLP1106", "hubr"),
    ],
)
def test_a_fault_is_found_at_its_place(arguments: str, expected: str, place: str, tmp_path: Path) -> None:
    (diagnostic,) = found(script(arguments), tmp_path, "run.sh")

    assert diagnostic.code == expected
    assert marked(diagnostic).strip("'") == place


@pytest.mark.parametrize(
    "command",
    [
        "srun python -u $(which mace_run_train) --name x --train_file t.xyz --loss hubr",
        "torchrun --nproc 4 /opt/mace/mace/cli/run_train.py --name x --train_file t.xyz --loss hubr",
        "python -m mace.cli.run_train --name x --train_file t.xyz --loss hubr",
        "if true; then CUDA_VISIBLE_DEVICES=0 mace_run_train --name x --train_file t.xyz --loss hubr; fi",
        "LOSS=hubr\nmace_run_train --name x --train_file t.xyz --loss $LOSS",
        'export LOSS="hubr"\nmace_run_train --name x --train_file t.xyz --loss="${LOSS}"',
        "mace_run_train --name x --train_file t.xyz --loss ${LOSS:-hubr}",
        "mace_run_train --name a --train_file t.xyz; mace_run_train --name x --train_file t.xyz --loss hubr",
    ],
)
def test_a_command_is_found_however_it_is_called(command: str, tmp_path: Path) -> None:
    assert codes(command + "\n", tmp_path, "run.sh") == ["MLP1106"]


@pytest.mark.parametrize(
    "text",
    [
        "# mace_run_train --nonsense\n" + GOOD,
        "cat <<END\nmace_run_train --nonsense\nEND\n" + GOOD,
        "echo mace_run_train --nonsense\n" + GOOD,
        "which mace_run_train\n" + GOOD,
        script("--lr $LR --loss $(pick loss) --max_num_epochs `pick epochs`"),
        script('--freeze "$N"'),
        "if true; then LR=fast; else LR=0.1; fi\n" + script("--lr $LR"),
        script('--E0s "{29: 3.5}" --config_type_weights \'{"Default": 1.0}\''),
        'ARGS=($(count) --nonsense)\nmace_run_train "${ARGS[1]}"',
        'mace_run_train "$@"',
        "mace_run_train $ARGS --name x",
    ],
)
def test_what_is_no_fault_or_not_known_is_left_alone(text: str, tmp_path: Path) -> None:
    assert codes(text + "\n", tmp_path, "run.sh") == []


def test_a_blank_after_a_backslash_is_one_fault_and_is_taken_out(tmp_path: Path) -> None:
    text = GOOD + " \\  \n  --lr 0.1 \\\n  --loss huber\n"

    (diagnostic,) = found(text, tmp_path, "run.sh")

    assert diagnostic.code == "MLP1114"
    assert mended(diagnostic) == GOOD + " \\\n  --lr 0.1 \\\n  --loss huber\n"
    assert codes(mended(diagnostic), tmp_path, "run.sh") == []


def test_line_ends_of_windows_cut_a_command_off(tmp_path: Path) -> None:
    text = GOOD + " \\\n  --lr 0.1 \\\n  --loss huber\n"

    assert codes(text, tmp_path, "run.sh") == []
    assert codes(text.replace("\n", "\r\n"), tmp_path, "run.sh") == ["MLP1114"]


@pytest.mark.parametrize("text", [script(""), f"#!/bin/bash\n\n{GOOD}", f"{GOOD}\n", f"A=(\n{GOOD}\n)\n" + '"${A[@]}"'])
def test_line_ends_of_windows_are_one_fault_without_joined_lines_too(text: str, tmp_path: Path) -> None:
    assert codes(text, tmp_path, "run.sh") == []
    assert codes(text.replace("\n", "\r\n"), tmp_path, "run.sh") == ["MLP1114"]


def test_a_dictionary_whose_quotes_the_shell_takes_off_is_not_read(tmp_path: Path) -> None:
    assert codes(script("--config_type_weights={'Default':1.0}"), tmp_path, "run.sh") == ["MLP1110"]
    assert codes(script("--config_type_weights='{\"Default\":1.0}'"), tmp_path, "run.sh") == []


def test_arguments_that_only_the_shell_knows_are_admitted(tmp_path: Path) -> None:
    assert any("shell" in remark for remark in lint('mace_run_train "$@"\n', tmp_path, "run.sh").remarks)
    assert not any("shell" in remark for remark in lint(script(""), tmp_path, "run.sh").remarks)


def test_a_rule_whose_other_option_may_still_come_is_silent(tmp_path: Path) -> None:
    assert codes(script("--max_L 2 --max_ell 1"), tmp_path, "run.sh") == ["MLP1120"]
    assert codes(script("--max_L 2 --max_ell 1 $MORE"), tmp_path, "run.sh") == []


def test_data_are_not_judged_by_keys_that_may_still_be_given(tmp_path: Path) -> None:
    (tmp_path / "t.xyz").write_text(Crystal(energy="energy_dft").text())

    assert codes(script("--E0s average --batch_size 4"), tmp_path, "run.sh") == ["MLP1003", "MLP1142"]
    linted = lint(script("--E0s average --batch_size 4 $KEYS"), tmp_path, "run.sh")
    assert linted.diagnostics == []
    assert any("`energy_key`" in remark and "not checked" in remark for remark in linted.remarks)
    assert not linted.scanned


def test_options_that_mace_needs_are_missed(tmp_path: Path) -> None:
    assert codes("mace_run_train --lr 0.1\n", tmp_path, "run.sh") == ["MLP1108", "MLP1108"]


def test_the_file_of_a_config_option_counts_and_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "mace.yaml").write_text("name: x\ntrain_file: t.xyz\nmax_L: 2\nmax_ell: 1\nlr: fast\n")

    diagnostics = found("mace_run_train --config mace.yaml --lr 0.1\n", tmp_path, "run.sh")
    assert [diagnostic.code for diagnostic in diagnostics] == ["MLP1120"]
    assert diagnostics[0].source is not None
    assert diagnostics[0].source.name.endswith("mace.yaml")

    (diagnostic,) = found("mace_run_train --config=mace.yaml --lr 0.1 --max_ell 0\n", tmp_path, "run.sh")
    assert diagnostic.source is not None
    assert diagnostic.source.name.endswith("run.sh")
    assert diagnostic.secondary[0].source is not None
    assert diagnostic.secondary[0].source.name.endswith("mace.yaml")


def test_a_config_file_that_is_not_here_is_named_and_silences_what_it_may_say(tmp_path: Path) -> None:
    diagnostics = lint("mace_run_train --config absent.yaml --max_L 2\n", tmp_path, "run.sh").diagnostics

    assert [diagnostic.code for diagnostic in diagnostics] == ["MLP1113"]


def test_a_script_without_a_training_is_refused(tmp_path: Path) -> None:
    assert codes("#!/bin/bash\necho hello\n", tmp_path, "run.sh") == ["MLP1101"]


def test_a_script_is_known_by_what_it_says_where_its_name_does_not_tell(tmp_path: Path) -> None:
    assert codes(script("--loss hubr"), tmp_path, "job") == ["MLP1106"]
    assert codes("loss: hubr\n", tmp_path, "options") == ["MLP1106"]

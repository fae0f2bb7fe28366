"""Job scripts: a training is read in whatever it is wrapped, or said not to be; nothing is read that is not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import found, lint, marked, mended

ARGUMENTS = "--name x --train_file t.xyz --loss hubr"
TRAINS = f"mace_run_train {ARGUMENTS}"
GOOD = "mace_run_train --name x --train_file t.xyz"
WRAPPED = {
    "srun": f"srun -J mace_run_train -n 1 --gpus=1 {TRAINS}",
    "torchrun": f"torchrun --standalone --nproc_per_node=4 $(which mace_run_train) {ARGUMENTS}",
    "mpirun of a module": f"mpirun -np 4 python -m mace.cli.run_train {ARGUMENTS}",
    "accelerate": f"accelerate launch --num_processes 2 -m mace.cli.run_train {ARGUMENTS}",
    "apptainer": f"apptainer exec --nv img.sif {TRAINS}",
    "apptainer of a shell": f"apptainer exec --nv img.sif bash -c '{TRAINS}'",
    "singularity of a shell": f'singularity exec img.sif bash -lc "cd /work && {TRAINS} --seed $SEED"',
    "ssh": f'ssh host "{TRAINS}"',
    "env": f"env OMP_NUM_THREADS=1 {TRAINS}",
    "time": f"time -p {TRAINS}",
    "nohup": f"nohup {TRAINS} > log 2>&1 &",
    "conda": f"conda run -n mace {TRAINS}",
    "command": f"command {TRAINS}",
    "a condition": f"if ! {TRAINS}; then exit 1; fi",
    "a loop": f"until {TRAINS}; do sleep 1; done",
    "a case": f"case $1 in a) {TRAINS};; esac",
    "a subshell": f"(cd x && {TRAINS})",
    "a pipe": f"{TRAINS} 2>&1 | tee log",
    "a function": f'train() {{\n  {TRAINS} --seed "$1"\n}}\ntrain 1',
    "a function of Korn's": f"function train {{ {TRAINS}; }}; train",
    "a substitution": f"OUT=$({TRAINS})\necho $OUT",
    "a substitution in quotes": f'echo "done: $({TRAINS})"',
    "backticks": f"OUT=`{TRAINS}`",
    "a here-document": f"bash <<EOF\n{TRAINS}\nEOF",
    "a submitted here-document": f"sbatch <<'EOF'\n#!/bin/bash\n#SBATCH -n 1\n{TRAINS} --seed $SEED\nEOF",
    "a written script": f"cat > job.sh <<EOF\n#!/bin/bash\n{TRAINS} --seed \\$SEED\nEOF\nsbatch job.sh",
    "sbatch --wrap": f'sbatch -n 1 --wrap="{TRAINS}"',
    "sbatch --wrap apart": f"sbatch --wrap '{TRAINS}'",
    "an array": 'ARGS=(\n  --name x  # its name\n  --train_file t.xyz\n  --loss hubr\n)\nmace_run_train "${ARGS[@]}"',
    "an array that grows": 'A=(--name x)\nA+=(--train_file t.xyz --loss hubr)\nmace_run_train "${A[@]}"',
    "an array of all": f'CMD=({TRAINS})\nsrun "${{CMD[@]}}"',
    "a variable": f'ARGS="{ARGUMENTS}"\nmace_run_train $ARGS',
    "a variable that grows": 'A="--name x"\nA="$A --train_file t.xyz"\nA+=" --loss hubr"\nmace_run_train ${A}',
    "a variable of all": f'CMD="{TRAINS}"\n$CMD',
    "an evaluated variable": f'CMD="{TRAINS}"\neval "$CMD"',
    "a name in a variable": f"MACE=mace_run_train\n$MACE {ARGUMENTS}",
    "quotes of C": "mace_run_train --name $'x' --train_file t.xyz --loss hubr",
    "the last of two values": "L=huber\nL=hubr\nmace_run_train --name x --train_file t.xyz --loss $L",
    "options of a here-document": "cat > m.yaml <<EOF\nname: x\ntrain_file: t.xyz\nloss: hubr\nEOF\n"
    "mace_run_train --config m.yaml",
    "options of tee": "tee m.yaml <<EOF\nname: x\ntrain_file: t.xyz\nlr: $LR\nloss: hubr\nEOF\n"
    "srun mace_run_train --config=m.yaml",
}
UNREAD = {
    "python": "python -c 'from mace.cli.run_train import main; main()'",
    "xargs": f"echo 1 2 | xargs -n1 {TRAINS} --seed",
    "parallel": f"parallel {TRAINS} --seed {{}} ::: 1 2",
    "an alias": f"alias m='{TRAINS}'\nm",
    "a text for a shell": f"echo '{TRAINS}' | bash",
    "a text for a file": f"echo '{TRAINS}' > job.sh",
    "a here-document of Python": f"python <<EOF\nrun('{TRAINS}'.split())\nEOF",
    "a here-string": f"bash <<< '{TRAINS}'",
    "a program of one's own": f"runit '{TRAINS}'",
    "a trap": f"trap '{TRAINS}' EXIT",
}
KNOWN_TO_THE_SHELL = {
    "$seed": f"seed=a\nfor seed in $(seq 2); do {GOOD} --seed $seed; done",
    "$X": f'X=a\nread X\n{GOOD} --seed "$X"',
    "$i": f"for ((i=0; i<3; i++)); do {GOOD} --seed $i; done",
    "{1..3}": f"{GOOD} --seed {{1..3}}",
    "--E0s={29:1,8:2}": f"{GOOD} --E0s={{29:1,8:2}}",
    "*.xyz": "mace_run_train --name x --train_file *.xyz",
    "<(echo name: x)": f"{GOOD} --config <(echo name: x)",
    "what it writes to m.yaml": f"sed s/a/b/ template > m.yaml\n{GOOD} --config m.yaml",
    "$MORE": f"MORE='--lr 1'\nif true; then MORE='--lr fast'; fi\n{GOOD} $MORE",
    "${A[@]}": f'A=(--lr 1)\n[ -n "$1" ] && A+=(--nonsense)\n{GOOD} "${{A[@]}}"',
}


def said(text: str, folder: Path) -> list[str]:
    diagnostics = found(f"#!/bin/bash\n{text}\n", folder, "run.sh")
    return [diagnostic.code for diagnostic in diagnostics if diagnostic.code != "MLP1113"]


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_a_training_is_read_in_its_wrapper(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("nonsense: 1\n")
    diagnostics = found(f"#!/bin/bash\n{text}\n", tmp_path, "run.sh")
    (diagnostic,) = (diagnostic for diagnostic in diagnostics if diagnostic.code != "MLP1113")
    assert diagnostic.code == "MLP1106"
    assert "hubr" in diagnostic.headline
    if "$L" not in text:
        assert marked(diagnostic).strip("'\"") == "hubr"
    assert not [remark for remark in lint(text, tmp_path, "run.sh").remarks if "not read" in remark]


@pytest.mark.parametrize("text", UNREAD.values(), ids=UNREAD)
def test_a_training_that_is_not_read_is_said_to_be_so(text: str, tmp_path: Path) -> None:
    alone = lint(f"{text}\n", tmp_path, "run.sh")
    assert [diagnostic.code for diagnostic in alone.diagnostics] == ["MLP1101"]
    assert "not read" in alone.diagnostics[0].headline
    beside = lint(f"{GOOD}\n{text}\n", tmp_path, "run.sh")
    assert all(diagnostic.code == "MLP1113" for diagnostic in beside.diagnostics)
    assert any(remark.startswith("line ") and "not read" in remark for remark in beside.remarks)
    assert not beside.scanned


@pytest.mark.parametrize("shown", KNOWN_TO_THE_SHELL)
def test_what_only_the_shell_knows_is_named_and_nothing_is_made_of_it(shown: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("nonsense: 1\n")
    text = KNOWN_TO_THE_SHELL[shown]
    assert said(text, tmp_path) == []
    remarks = lint(text, tmp_path, "run.sh").remarks
    assert any("only the shell knows" in remark and f"`{shown}`" in remark for remark in remarks), remarks


@pytest.mark.parametrize(
    "text",
    [
        f"grep mace_run_train log\n{GOOD}",
        f"pip install mace_run_train\n{GOOD}",
        f": <<'END'\nmace_run_train --nonsense\nEND\n{GOOD}",
        f"module load mace\ncommand -v mace_run_train || exit 1\n{GOOD}",
        f"NEVER=mace_run_train\n{GOOD}",
    ],
)
def test_what_only_speaks_of_a_training_is_none(text: str, tmp_path: Path) -> None:
    assert said(text, tmp_path) == []
    assert not [remark for remark in lint(text, tmp_path, "run.sh").remarks if "not read" in remark]


@pytest.mark.parametrize("comment", ["\\ # the rate", "\\  # the rate", "\\\t# the rate", "\\ #the rate"])
def test_a_comment_after_a_backslash_cuts_the_command_off(comment: str, tmp_path: Path) -> None:
    text = f"{GOOD} --lr 0.1 {comment}\n  --loss hubr\n"
    (diagnostic,) = (d for d in found(text, tmp_path, "run.sh") if d.code != "MLP1113")
    assert diagnostic.code == "MLP1114"
    assert "comment" in diagnostic.headline
    assert marked(diagnostic) == "\\"


@pytest.mark.parametrize("comment", ["# --ema", "# --ema \\", "   # the rest"])
def test_a_comment_between_joined_lines_cuts_the_command_off(comment: str, tmp_path: Path) -> None:
    text = f"{GOOD} \\\n  --lr 0.1 \\\n{comment}\n  --loss huber\n"
    assert said(text, tmp_path) == ["MLP1114"]


def test_a_fix_of_an_option_in_a_variable_is_made_where_it_was_written(tmp_path: Path) -> None:
    text = 'ARGS="--name x --train_file t.xyz --max_num 5"\nmace_run_train $ARGS\n'
    (diagnostic,) = (d for d in found(text, tmp_path, "run.sh") if d.code != "MLP1113")
    assert mended(diagnostic) == text.replace("--max_num ", "--max_num_epochs ")


def test_a_fix_of_an_option_in_a_here_document_leaves_the_script_whole(tmp_path: Path) -> None:
    text = "cat > m.yaml <<'EOF'\nname: x\ntrain_file: t.xyz\nmax_num_epoch: 5\nEOF\nmace_run_train --config m.yaml\n"
    diagnostics = [d for d in found(text, tmp_path, "run.sh") if d.code != "MLP1113"]
    assert [mended(diagnostic) for diagnostic in diagnostics] == [text.replace("epoch:", "epochs:")]

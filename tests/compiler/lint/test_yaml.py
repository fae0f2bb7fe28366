"""Files of options: each fault at its place, with a fix where one is safe; nothing that MACE takes is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import codes, found, lint, marked, mended

from mlipilot.compiler.lint import lint_file
from mlipilot.spec.diagnostics import Applicability, Diagnostic


def one(text: str, folder: Path) -> Diagnostic:
    (diagnostic,) = found(text, folder)
    return diagnostic


def test_a_misspelt_option_of_a_public_tutorial_is_named_and_mended(data: Path, tmp_path: Path) -> None:
    text = (data / "lint" / "tutorial-01.yml").read_text()

    diagnostic = one(text, tmp_path)

    assert diagnostic.code == "MLP1102"
    assert marked(diagnostic) == "correlations"
    assert codes(mended(diagnostic), tmp_path) == []


def test_nothing_is_said_of_the_value_of_an_option_that_was_only_guessed(tmp_path: Path) -> None:
    assert codes("correlaton: two\n", tmp_path) == ["MLP1102"]
    assert codes("trian_file: 7\nnmae: x\n", tmp_path) == ["MLP1102", "MLP1102"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cutoff: 6.0", "r_max: 6.0"),
        ("dtype: float32", "default_dtype: float32"),
        ("learning_rate: 0.01", "lr: 0.01"),
        ("epochs: 10", "max_num_epochs: 10"),
        ("hidden_channels: 64", "num_channels: 64"),
        ("device: gpu", "device: cuda"),
        ("default_dtype: double", "default_dtype: float64"),
    ],
)
def test_the_words_of_other_tools_lead_to_those_of_mace(written: str, meant: str, tmp_path: Path) -> None:
    diagnostic = one(written + "\n", tmp_path)
    assert mended(diagnostic) == meant + "\n"
    assert diagnostic.fix is not None
    assert diagnostic.fix.applicability is Applicability.SAFE


def test_the_value_of_an_option_under_another_name_is_checked(tmp_path: Path) -> None:
    assert codes("cutoff: six\n", tmp_path) == ["MLP1102", "MLP1105"]


@pytest.mark.parametrize("text", ["cutoff: 6.0\nr_max: 5.0\n", "r_max: 5.0\ncutoff: 6.0\n", "r_mx: 6.0\nr_max: 5.0\n"])
def test_an_unknown_option_is_not_taken_for_one_that_is_given(text: str, tmp_path: Path) -> None:
    diagnostic = one(text, tmp_path)
    assert (diagnostic.code, diagnostic.fix) == ("MLP1102", None)


def test_a_key_that_stands_twice_is_shown_at_both_places(tmp_path: Path) -> None:
    diagnostic = one("lr: 0.1\nr_max: 5.0\nlr: 0.01\n", tmp_path)

    assert diagnostic.code == "MLP1103"
    assert diagnostic.source is not None
    assert diagnostic.source.location(diagnostic.secondary[0].span.start).line == 1
    assert diagnostic.primary is not None
    assert diagnostic.source.location(diagnostic.primary.span.start).line == 3


def test_a_key_that_stands_twice_with_one_value_is_a_warning(tmp_path: Path) -> None:
    assert one("lr: 0.1\nlr: 0.1\n", tmp_path).code == "MLP1111"
    assert codes("swa_lr: 0.1\nstage_two_lr: 0.1\nswa: true\n", tmp_path) == ["MLP1111"]


def test_two_names_of_one_option_are_one_option(tmp_path: Path) -> None:
    assert codes("start_swa: 5\nstart_stage_two: 6\nmax_num_epochs: 9\n", tmp_path) == ["MLP1103"]


_HEADS = "heads:\n  a: {E0s: average}\n  b: {E0s: average}\n"


FAULTS = [
    ("model:\n  r_max: 5.0\n", "MLP1104", "model", None),
    ("training:\n  lr: 0.1\n", "MLP1104", "training", None),
    ("train_file: [a.xyz, b.xyz]\n", "MLP1104", "[a.xyz, b.xyz]", None),
    ("radial_MLP: [64, 64]\n", "MLP1104", "[64, 64]", 'radial_MLP: "[64, 64]"\n'),
    ("batch_size: 5.0\n", "MLP1105", "5.0", "batch_size: 5\n"),
    ("lr: fast\n", "MLP1105", "fast", None),
    ("ema: maybe\n", "MLP1105", "maybe", None),
    ("compute_forces: 2\n", "MLP1105", "2", None),
    ("loss: hubr\n", "MLP1106", "hubr", "loss: huber\n"),
    ("scheduler: ReduceLrOnPlateau\n", "MLP1106", "ReduceLrOnPlateau", "scheduler: ReduceLROnPlateau\n"),
    ("max_num: 5\n", "MLP1107", "max_num", "max_num_epochs: 5\n"),
    ("swa_: 5\n", "MLP1102", "swa_", None),
    ("dry: true\n", "MLP1102", "dry", "dry_run: true\n"),
    ("5: lr\n", "MLP1102", "5", None),
    ("lr:\n", "MLP1110", "lr", None),
    ("train_file:\n", "MLP1108", "train_file", None),
    ("device: gpu\n", "MLP1106", "gpu", "device: cuda\n"),
    ("lr: 0.1\nema = true\nseed: 1\n", "MLP1101", " = ", "lr: 0.1\nema: true\nseed: 1\n"),
    ("lr = 0.1\nseed: 1\n", "MLP1101", " = ", "lr: 0.1\nseed: 1\n"),
    ("heads:\n  a: {E0s: average}\n  b: {E0: average}\n", "MLP1102", "E0", _HEADS),
    ("E0s: {Cu: 3.5}\n", "MLP1140", "{Cu: 3.5}", "E0s: {29: 3.5}\n"),
    ("E0s: avrage\n", "MLP1140", "avrage", "E0s: average\n"),
]


@pytest.mark.parametrize(("text", "code", "place", "after"), FAULTS)
def test_a_fault_is_marked_and_mended(text: str, code: str, place: str, after: str | None, tmp_path: Path) -> None:
    diagnostic = one(text, tmp_path)

    assert diagnostic.code == code
    assert marked(diagnostic) == place
    assert diagnostic.notes, "each says what MACE does"
    assert (mended(diagnostic) if diagnostic.fix else None) == after


@pytest.mark.parametrize("mended", [after for *_, after in FAULTS if after is not None])
def test_a_mended_file_has_no_fault(mended: str, tmp_path: Path) -> None:
    assert codes(mended, tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        "plot: off\nema: yes\nswa: 0\n",
        "E0s: {1: -13.6, 8: -432.5}\n",
        "E0s: '{1: -13.6}'\n",
        "E0s: Average\n",
        "E0s: energies.json\n",
        "lr: 1e-3\nclip_grad: None\n",
        "--lr: 0.1\n",
        "radial_MLP: '[64, 64, 64]'\nhidden_irreps: 32x0e + 32x1o\n",
        "config_type_weights: {Default: 1.0, bulk: 2.0}\n",
        "huber_delta: 0.01\nloss: weighted\nlauncher: slurm\n",
        "max_num_epochs: 11\neval_interval: 5\n",
        "gate: None\ndistance_transform: None\n",
        "wandb_log_hypers: [lr, max_L]\nwandb: true\n",
    ],
    ids=lambda text: text.split(":")[0],
)
def test_what_mace_means_well_is_not_refused(text: str, tmp_path: Path) -> None:
    assert [code for code in codes(text, tmp_path) if code != "MLP1112"] == []


def test_a_merge_key_brings_its_options_and_the_files_own_win(tmp_path: Path) -> None:
    text = "? &base {lr: fast, r_max: near}\n: 0\n"
    assert codes(text, tmp_path) == ["MLP1102"]
    assert codes("E0s: &e {29: 3.5}\nr_max: 5.0\n<<: {r_max: near, lr: slow}\n", tmp_path) == ["MLP1105"]


WRONG = ["", "# nothing\n", "- a\n- b\n", "lr 0.1\n", "lr: 0.1\n  r_max: 5\n", "a: b: c\n", "lr: [1\n", "\t"]
WRONG += ["lr: \x01\n", "--- 1\n--- 2\n", "a: *b\n", "[" * 5000, "{" * 3000, "lr: !!python/object:os.system {}\n"]
WRONG += ["lr: 2001-99-99\n", "lr: " + "9" * 5000 + "\n", "<<: 3\n", "? [a]\n: 1\n"]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_no_file_of_options_is_refused_without_a_traceback(text: str, tmp_path: Path) -> None:
    assert lint(text, tmp_path).failed


def test_windows_line_ends_and_a_byte_order_mark_move_no_place(tmp_path: Path) -> None:
    (tmp_path / "mace.yaml").write_bytes("\ufeffname: Kupfer\u00e4\r\nlr: fast\r\n".encode())

    (diagnostic,) = lint_file(tmp_path / "mace.yaml").diagnostics

    assert marked(diagnostic) == "fast"
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    assert diagnostic.source.location(diagnostic.primary.span.start) == (2, 5)

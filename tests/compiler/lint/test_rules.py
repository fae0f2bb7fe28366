"""Rules over options: what they say, that defaults are silent, and that what is not known is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from linting import codes, found, lint, mended

from mlipilot.compiler.backends.mace.options import OptionTable
from mlipilot.compiler.backends.mace.table import bundled_table, option_table
from mlipilot.compiler.lint.rules import environment


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bool], None]:
    """Pretends that another release is in force."""

    def pretend(version: str, installed: bool = True) -> None:
        monkeypatch.setattr(
            "mlipilot.compiler.lint.files.option_table",
            lambda: OptionTable(version, installed, bundled_table().options),
        )

    return pretend


@pytest.fixture(autouse=True)
def every_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule here depends on what is installed."""
    monkeypatch.setattr(environment, "find_spec", lambda name: object())


def test_every_default_written_out_is_silent(tmp_path: Path) -> None:
    lines = []
    for option in option_table().options:
        unsaid = option.is_flag and option.default is True  # a default that only silence gives
        if option.default is not None and not option.many and not unsaid:
            value = str(option.default).lower() if isinstance(option.default, bool) else option.default
            lines.append(f"{option.name}: {value!r}" if isinstance(value, str) else f"{option.name}: {value}")
    text = "\n".join(line for line in lines if not line.startswith("compute_")) + "\n"

    assert codes(text, tmp_path) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lr: 0.0", "MLP1109"),
        ("lr: .nan", "MLP1109"),
        ("lr: -0.1", "MLP1109"),
        ("clip_grad: 0", "MLP1109"),
        ("clip_grad: -1.0", "MLP1109"),
        ("config_type_weights: {bulk: -1.0}", "MLP1109"),
        ("config_type_weights: {bulk: heavy}", "MLP1109"),
        ("compute_forces: false", "MLP1146"),
        ("stress_key: virial_stress", "MLP1147"),
        ("stress_key: sigma\nstress_weight: 10", "MLP1147"),
        ("compute_stress: true", "MLP1147"),
        ("error_table: PerAtomRMSEstressvirials", "MLP1147"),
        ("error_table: PerAtomMAEstressvirials\nloss: universal\nstress_weight: 0", "MLP1147"),
        ("virials_key: virials\nloss: stress", "MLP1147"),
        ("dipole_key: mu", "MLP1147"),
        ("energy_key: E\nloss: forces_only", "MLP1147"),
        ("forces_key: F\nforces_weight: 0", "MLP1147"),
        ("compute_forces: false\nloss: universal", "MLP1146"),
        ("batch_size: 0", "MLP1109"),
        ("start_swa: -5\nmax_num_epochs: 9", "MLP1109"),
        ("eval_interval: 0", "MLP1109"),
        ("valid_fraction: 1.0", "MLP1109"),
        ("energy_weight: 0\nforces_weight: 0", "MLP1109"),
        ("hidden_irreps: 32x0e + 32x1o + 32x2e\nmax_ell: 1", "MLP1120"),
        ("hidden_irreps: 32x0e + 16x1o", "MLP1121"),
        ("hidden_irreps: 32", "MLP1121"),
        ("radial_MLP: 64", "MLP1121"),
        ("model: ScaleShiftMACE\nstd: 1.0", "MLP1122"),
        ("model: BOTNet", "MLP1123"),
        ("loss: dipole", "MLP1124"),
        ("model: EnergyDipolesMACE\nloss: energy_forces_dipole", "MLP1124"),
        ("swa: false\nstart_swa: 5\nmax_num_epochs: 9", "MLP1134"),
        ("eval_interval: 3\nmax_num_epochs: 12", "MLP1137"),
        ("E0s: foundation", "MLP1140"),
        ("E0s: average\nfoundation_model: medium", "MLP1140"),
        ("E0s: {29: yes}", "MLP1140"),
        ("E0s: []", "MLP1104"),
        ("E0s: '{29: 1'", "MLP1140"),
    ],
)
def test_a_fault_has_its_code(text: str, expected: str, tmp_path: Path) -> None:
    assert codes(text + "\n", tmp_path) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "huber_delta: 0.1",
        "stress_weight: 10",
        "loss: stress\nvirials_weight: 10",
        "stage_two_energy_weight: 10",
        "start_swa: 5\nmax_num_epochs: 9\nswa_stress_weight: 3",
        "ema_decay: 0.5",
        "scheduler: ExponentialLR\nlr_factor: 0.5",
        "lr_scheduler_gamma: 0.5",
        "distributed: false\nlauncher: mpi",
        "lora_rank: 8",
        "valid_file: v.xyz\nvalid_fraction: 0.2",
        "enable_cueq: true\nenable_oeq: true",
        "foundation_model: my.model\nr_max: 6.0",
        "foundation_model: my.model\nnum_samples_pt: 5",
        "foundation_model: medium\nlr: 0.001",
        "foundation_model: medium\nloss: huber",
        "foundation_model: medium\npt_train_file: pt.xyz",
        "num_samples_pt: 5",
        "foundation_model_readout: true",
        "freeze: -2",
        "hidden_irreps: 32x0e\nnum_channels: 64",
        "hidden_irreps: 32x0e\nnum_channels: 64\nmax_L: 0",
        "interaction_first: RealAgnosticDensityResidualInteractionBlock",
        "mean: 1.0",
        "loss: ef",
    ],
)
def test_an_option_without_effect_is_named_once(text: str, tmp_path: Path) -> None:
    assert codes(text + "\n", tmp_path) == ["MLP1110"]


def test_options_that_one_other_idles_are_named_together(tmp_path: Path) -> None:
    (diagnostic,) = found("foundation_model: my.model\nr_max: 6.0\nmax_ell: 2\nnum_channels: 8\n", tmp_path)

    assert diagnostic.code == "MLP1110"
    assert all(f"`{name}`" in diagnostic.headline for name in ("r_max", "max_ell", "num_channels"))


@pytest.mark.parametrize(("name", "near"), [("smal", "small"), ("medum-0b3", "medium-0b3"), ("my.model", None)])
def test_a_foundation_model_is_a_name_or_a_file(name: str, near: str | None, tmp_path: Path) -> None:
    text = f"foundation_model: {name}\n"

    (diagnostic,) = lint(text, tmp_path).diagnostics

    assert diagnostic.code == "MLP1113"
    assert (mended(diagnostic) if diagnostic.fix else None) == (f"foundation_model: {near}\n" if near else None)
    (tmp_path / name).touch()
    assert lint(text, tmp_path).diagnostics == []
    assert lint("foundation_model: small\n", tmp_path).diagnostics == []


@pytest.mark.parametrize(
    "text",
    [
        "loss: huber\nhuber_delta: 0.1",
        "loss: universal\nstress_weight: 10",
        "swa: true\nstage_two_energy_weight: 10",
        "start_stage_two: 5\nmax_num_epochs: 9\nstage_two_lr: 0.0001",
        "loss: universal\nstart_swa: 5\nmax_num_epochs: 9\nswa_stress_weight: 3",
        "ema: true\nema_decay: 0.5",
        "loss: ef\nforces_weight: 1",
        "max_L: 2\nmax_ell: 1\nnum_interactions: 1",
        "max_L: 3\nmax_ell: 3",
        "foundation_model: my.model\nE0s: foundation",
        "foundation_model: medium\nmultiheads_finetuning: false\nlr: 0.001\nE0s: average",
        "foundation_model: medium\nforce_mh_ft_lr: true\nlr: 0.001\nE0s: estimated",
        "model: ScaleShiftMACE\nscaling: no_scaling\nmean: -1.0",
        "model: ScaleShiftMACE\nscaling: std_scaling",
        "model: AtomicDipolesMACE\nloss: dipole\nerror_table: DipoleRMSE",
        "patience: 5000",
        "freeze: 5",
        "swa: true\nmax_num_epochs: 100\neval_interval: 9",
        "hidden_irreps: 32x0e + 32x1o\nMLP_irreps: 8x0e + 8x0e",
    ],
)
def test_what_works_is_left_alone(text: str, tmp_path: Path) -> None:
    assert codes(text + "\n", tmp_path) == []


@pytest.mark.parametrize("text", ["max_L: 2\nmax_ell: low", "start_swa: late\nmax_num_epochs: 3\nloss: huber"])
def test_a_faulty_value_brings_no_second_diagnostic(text: str, tmp_path: Path) -> None:
    assert codes(text + "\n", tmp_path) == ["MLP1105"]


@pytest.mark.parametrize(
    ("version", "dead"), [("0.3.14", False), ("0.3.15", True), ("0.3.16", True), ("0.3.17", False)]
)
def test_patience_is_named_where_the_release_ignores_it(
    version: str, dead: bool, release: Callable[[str, bool], None], tmp_path: Path
) -> None:
    release(version, True)

    assert codes("patience: 50\n", tmp_path) == (["MLP1138"] if dead else [])
    assert codes("patience: 50\ndistributed: true\n", tmp_path) == []


def test_an_option_of_a_newer_release_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = tuple(option for option in bundled_table().options if option.name != "use_edge_irreps_first")
    monkeypatch.setattr("mlipilot.compiler.lint.files.option_table", lambda: OptionTable("0.3.15", True, older))

    (diagnostic,) = found("use_edge_irreps_first: true\n", tmp_path)

    assert diagnostic.code == "MLP1102"
    assert "0.3.15 is installed" in diagnostic.help
    assert diagnostic.fix is None


def test_packages_are_looked_for_only_where_mace_is_installed(
    release: Callable[[str, bool], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    release("0.3.16", True)
    assert codes("optimizer: schedulefree\n", tmp_path) == ["MLP1112"]
    assert codes("enable_cueq: true\n", tmp_path) == ["MLP1112"]
    assert not lint("wandb: true\n", tmp_path).failed, "another machine may train"
    release("0.3.16", False)
    assert codes("optimizer: schedulefree\n", tmp_path) == []


def test_a_restart_is_compared_with_what_is_there(tmp_path: Path) -> None:
    text = "name: cu\nrestart_latest: true\nnum_channels: 32\nr_max: 5\n"
    assert codes(text, tmp_path) == []
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "logs").mkdir()
    (tmp_path / "checkpoints" / "cu_run-123_epoch-7.pt").touch()
    log = "DEBUG: Configuration: Namespace(name='cu', r_max=5.0, hidden_irreps=32x0e+32x1o, num_channels=32, max_L=1)\n"
    (tmp_path / "logs" / "cu_run-123_debug.log").write_text(log.replace("=32,", "=64,") + log)

    assert codes(text, tmp_path) == []
    assert codes(text + "work_dir: .\nmax_L: 0\n", tmp_path) == ["MLP1150"]
    assert codes(text.replace("32", "64"), tmp_path) == ["MLP1150"]
    assert codes(text.replace("name: cu", "name: copper"), tmp_path) == ["MLP1151"]
    assert codes(text + "seed: 1\n", tmp_path) == ["MLP1151"]
    assert codes(text.replace("true", "false") + "seed: 1\n", tmp_path) == []

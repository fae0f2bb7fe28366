"""What is known of MACE's options beyond their declaration: what is enforced late, and what does nothing.

Read in the source of mace-torch 0.3.16 (`cli/run_train.py`, `tools/arg_parser_tools.py`, `tools/scripts_utils.py`,
`tools/model_script_utils.py`, `tools/multihead_tools.py`), and tried out where it says so in `docs/mace-failures.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.compiler.backends.mace.losses import STRESS_LOSSES
from mlipilot.spec.schema.options import OPTION_TYPES
from mlipilot.spec.schema.types import Integer

DICTIONARIES = frozenset(
    "E0s heads config_type_weights embedding_specs foundation_model_kwargs lr_params_factors fixedpoint_update_config "
    "field_readout_config".split()
)
"""Options whose text MACE evaluates as a dictionary; YAML may write one out."""
SAMPLES: Mapping[str, str] = {
    "radial_MLP": "[64, 64, 64]",
    "atomic_numbers": "[1, 8]",
    "field_feature_widths": "[1.0]",
    "field_feature_norms": "[1.0]",
}
"""Options whose text MACE evaluates as a list, each with an example."""
LISTS = frozenset(SAMPLES)
IRREPS = ("hidden_irreps", "MLP_irreps", "edge_irreps")
"""Options whose text is a sum of irreducible representations."""


class LateChoice(NamedTuple):
    """Values that MACE enforces after it has begun."""

    words: tuple[str, ...]
    consequence: str


LATE_CHOICES: Mapping[str, LateChoice] = {
    "scheduler": LateChoice(
        ("ReduceLROnPlateau", "ExponentialLR"), "MACE stops after it has loaded the data and built the model"
    ),
    "log_level": LateChoice(
        ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "NOTSET"), "MACE stops with a traceback before it loads data"
    ),
}


class Bounds(NamedTuple):
    """The numbers that make sense for an option, and what MACE does with others."""

    low: float | None
    high: float | None
    consequence: str
    low_too: bool = True
    """Whether the lower bound itself will do."""
    high_too: bool = True

    def hold(self, number: float) -> bool:
        """Whether a number is inside."""
        above = self.low is None or number > self.low or (self.low_too and number == self.low)
        below = self.high is None or number < self.high or (self.high_too and number == self.high)
        return above and below

    @property
    def words(self) -> str:
        """The bounds as a message says them."""
        low = None if self.low is None else f"{'at least' if self.low_too else 'above'} {self.low:g}"
        high = None if self.high is None else f"{'at most' if self.high_too else 'below'} {self.high:g}"
        return " and ".join(word for word in (low, high) if word)


_CRASH = "MACE stops with a traceback after it has loaded the data"
_NAN = "MACE trains to NaN, exits with 0 and leaves a model of NaN"
_RATE = "0 trains nothing, below it MACE stops, far above 1 it trains to NaN, exits with 0 and leaves a model of NaN"
_REWARD = "the loss rewards errors"


def _of_schema(option: str, consequence: str, is_high_enforced: bool = False) -> Bounds:
    """The bounds that the language has too; MACE itself enforces few of the upper ones."""
    type_ = OPTION_TYPES[option]
    if isinstance(type_, Integer):
        return Bounds(type_.minimum, type_.maximum if is_high_enforced else None, consequence)
    low, high = type_.minimum or type_.above, (type_.maximum or type_.below) if is_high_enforced else None
    return Bounds(
        None if low is None else float(low),
        None if high is None else float(high),
        consequence,
        low_too=type_.above is None,
        high_too=type_.below is None,
    )


BOUNDS: Mapping[str, Bounds] = {
    "lr": _of_schema("lr", _RATE, is_high_enforced=True),
    "start_swa": Bounds(0, None, "Stage Two begins at once: the first stage is never trained"),
    "swa_lr": _of_schema("swa_lr", _RATE, is_high_enforced=True),
    "max_num_epochs": _of_schema("max_num_epochs", "MACE trains nothing, saves the untrained model and exits with 0"),
    "batch_size": _of_schema("batch_size", _CRASH),
    "valid_batch_size": _of_schema("valid_batch_size", _CRASH),
    "eval_interval": Bounds(1, None, "MACE divides by it after the first epoch"),
    "r_max": _of_schema("r_max", "no atom has a neighbour: " + _NAN),
    "num_channels": _of_schema("num_channels", "MACE stops with a traceback before it loads data"),
    "max_L": _of_schema("max_L", "MACE stops with a traceback before it loads data"),
    "max_ell": _of_schema("max_ell", _CRASH),
    "correlation": _of_schema("correlation", _CRASH),
    "num_interactions": _of_schema("num_interactions", _CRASH),
    "num_radial_basis": _of_schema("num_radial_basis", _CRASH),
    "num_cutoff_basis": _of_schema("num_cutoff_basis", "the cutoff function is no longer smooth"),
    "ema_decay": _of_schema("ema_decay", _CRASH, is_high_enforced=True)._replace(low_too=True, high_too=True),
    "lr_factor": _of_schema("lr_factor", "the learning rate falls to nothing, or MACE stops", is_high_enforced=True),
    "lr_scheduler_gamma": _of_schema(
        "lr_scheduler_gamma",
        "the learning rate becomes zero or negative, or grows with each epoch",
        is_high_enforced=True,
    ),
    "huber_delta": _of_schema("huber_delta", _CRASH),
    "weight_decay": _of_schema("weight_decay", _CRASH),
    "num_workers": Bounds(0, None, _CRASH),
    "clip_grad": _of_schema("clip_grad", "every gradient becomes 0: MACE trains nothing and exits with 0"),
    "seed": _of_schema("seed", "MACE stops with a traceback before it loads data", is_high_enforced=True),
    **{
        f"{stage}{label}_weight": _of_schema(f"{stage}{label}_weight", _REWARD)
        for stage in ("", "swa_")
        for label in ("energy", "forces", "stress")
    },
    "virials_weight": Bounds(0, None, _REWARD),
    "swa_virials_weight": Bounds(0, None, _REWARD),
}
"""By option; those that the language has too are bound by its schema."""

_WEIGHING = ("weighted", "virials", "stress", "huber", "universal", "l1l2energyforces", "energy_forces_dipole", "ef")
"""Losses with weights of energy and forces; that `ef` ignores both has a rule of its own."""
_DIPOLES = ("dipole", "dipole_polar", "energy_forces_dipole")


class Works(NamedTuple):
    """Options that do something only while another has one of some values."""

    options: tuple[str, ...]
    other: str
    values: tuple[Any, ...] = ()
    """With these; without them, with any but `never`."""
    never: tuple[Any, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether the options do something with a value of the other."""
        return value in self.values if self.values else value not in self.never


_SHAPE = (
    "r_max radial_type num_radial_basis num_cutoff_basis pair_repulsion distance_transform interaction "
    "interaction_first max_ell correlation num_interactions MLP_irreps radial_MLP hidden_irreps edge_irreps "
    "num_channels max_L gate avg_num_neighbors apply_cutoff use_reduced_cg use_so3 use_edge_irreps_first "
    "use_agnostic_product use_last_readout_only use_embedding_readout embedding_specs"
)
_POLAR = (
    "kspace_cutoff_factor atomic_multipoles_max_l atomic_multipoles_smearing_width field_feature_max_l "
    "field_feature_widths field_feature_norms num_recursion_steps field_si include_electrostatic_self_interaction "
    "add_local_electron_energy quadrupole_feature_corrections return_electrostatic_potentials field_norm_factor "
    "fixedpoint_update_config field_readout_config"
)
_REPLAY = (
    "weight_pt_head real_pt_data_ratio_threshold num_samples_pt force_mh_ft_lr subselect_pt filter_type_pt "
    "disallow_random_padding_pt pt_valid_file pseudolabel_replay"
)
WORKS: tuple[Works, ...] = (
    Works(("huber_delta",), "loss", ("huber", "universal")),
    Works(("stress_weight",), "loss", STRESS_LOSSES),
    Works(("virials_weight",), "loss", ("virials",)),
    Works(("energy_weight",), "loss", _WEIGHING),
    Works(("forces_weight",), "loss", (*_WEIGHING, "forces_only")),
    Works(("dipole_weight",), "loss", _DIPOLES),
    Works(("polarizability_weight",), "loss", ("dipole_polar",)),
    Works(
        tuple(
            "swa_lr swa_energy_weight swa_forces_weight swa_stress_weight swa_virials_weight swa_dipole_weight "
            "swa_polarizability_weight".split()
        ),
        "swa",
        (True,),
    ),
    Works(("swa_stress_weight",), "loss", ("stress", "universal")),
    Works(("swa_virials_weight",), "loss", ("virials",)),
    Works(("swa_dipole_weight",), "loss", ("dipole_polar", "energy_forces_dipole")),
    Works(("swa_polarizability_weight",), "loss", ("dipole_polar",)),
    Works(("ema_decay",), "ema", (True,)),
    Works(("scheduler", "lr_factor", "scheduler_patience", "lr_scheduler_gamma"), "optimizer", ("adam", "adamw")),
    Works(("lr_factor", "scheduler_patience"), "scheduler", ("ReduceLROnPlateau",)),
    Works(("lr_scheduler_gamma",), "scheduler", ("ExponentialLR",)),
    Works(("beta",), "optimizer", ("adam", "adamw")),
    Works(("beta1_schedulefree", "beta2_schedulefree"), "optimizer", ("schedulefree",)),
    Works(("launcher",), "distributed", (True,)),
    Works(("lora_rank", "lora_alpha"), "lora", (True,)),
    Works(("wandb_dir", "wandb_project", "wandb_entity", "wandb_name", "wandb_log_hypers"), "wandb", (True,)),
    Works(("plot_frequency",), "plot", (True,)),
    Works(("avg_num_neighbors",), "compute_avg_num_neighbors", (False,)),
    Works(("valid_fraction",), "valid_file", (None,)),
    Works(("multi_processed_test",), "test_dir", never=(None,)),
    Works(("les_arguments",), "model", ("MACELES",)),
    Works(tuple(_POLAR.split()), "model", ("PolarMACE",)),
    Works(("enable_oeq",), "enable_cueq", (False,)),
    Works(tuple(_SHAPE.split()), "foundation_model", (None,)),
    Works(
        ("foundation_head", "foundation_filter_elements", "foundation_model_elements", "foundation_model_kwargs"),
        "foundation_model",
        never=(None,),
    ),
    Works(tuple(_REPLAY.split()), "multiheads_finetuning", (True,)),
    Works(("pt_train_file", "pt_valid_file"), "foundation_model", never=(None, "small", "medium", "large")),
)
NEVER_USED = ("foundation_model_readout", "compute_stress", "compute_atomic_dipole", "compute_polarizability")
"""Options that no code of mace-torch 0.3 reads, or that it overwrites with what the model and loss need."""


class Package(NamedTuple):
    """A package that MACE imports late, for one value of an option."""

    option: str
    value: Any
    module: str
    install: str
    consequence: str = "MACE stops with an import error after it has loaded the data"


_SLOW = "MACE leaves the acceleration off, whatever the options say"
PACKAGES: tuple[Package, ...] = (
    Package("optimizer", "schedulefree", "schedulefree", "mace-torch[schedulefree]"),
    Package("wandb", True, "wandb", "mace-torch[wandb]"),
    Package("model", "MACELES", "les", "les"),
    Package("model", "PolarMACE", "graph_longrange", "graph_electrostatics"),
    Package("enable_cueq", True, "cuequivariance_torch", "mace-torch[cueq]", _SLOW),
    Package("only_cueq", True, "cuequivariance_torch", "mace-torch[cueq]", _SLOW),
    Package("enable_oeq", True, "openequivariance", "openequivariance", _SLOW),
)
HEAD_OPTIONS = frozenset(
    "train_file valid_file test_file test_dir E0s statistics_file valid_fraction config_type_weights "
    "compute_avg_num_neighbors atomic_numbers mean std avg_num_neighbors keep_isolated_atoms info_keys arrays_keys "
    "embedding_specs energy_key forces_key stress_key virials_key dipole_key charges_key head_key elec_temp_key "
    "total_charge_key total_spin_key polarizability_key key_specification".split()
)
"""Options that a head may have of its own; MACE passes over any other."""
REPLAY_SETS = ("mp", "matpes_pbe", "matpes_r2scan", "omat")
"""Words that `pt_train_file` takes instead of a file: sets that MACE downloads."""
FOUNDATION_MODELS = (
    "small medium large small-0b medium-0b small-0b2 medium-0b2 large-0b2 medium-0b3 medium-mpa-0 small-omat-0 "
    "medium-omat-0 mace-matpes-pbe-0 mace-matpes-r2scan-0 mh-0 mh-1 polar-1-s polar-1-m polar-1-l small_off medium_off "
    "large_off mace_omol"
).split()
"""Names that `foundation_model` takes instead of a file, in the release of the bundled table."""
REMOVED_MODELS = ("BOTNet", "ScaleShiftBOTNet")
"""Models that the options still name, and that MACE refuses to build."""
UNVIEWABLE: Mapping[int, int] = {2: 14, 3: 25, 4: 38, 5: 55}
"""By `max_ell`, the fewest channels with which one element, `correlation: 1` and features beyond scalars stop.

The product that MACE compiles then has a layout that it cannot view as rows; tried out channel by channel, for one to
400 atoms, in mace-torch 0.3.16. With `max_ell: 1`, or two elements, none stops.
"""
PATIENCE_DEAD = ("0.3.15", "0.3.16")
"""Releases in which `patience` ends no training on one device."""
E0_WORDS = ("average", "foundation", "estimated")
"""What `E0s` may say instead of numbers; a file ends in `.json`."""
DIPOLE_MODELS: Mapping[str, Mapping[str, str]] = {
    "AtomicDipolesMACE": {"loss": "dipole", "error_table": "DipoleRMSE"},
    "AtomicDielectricMACE": {"loss": "dipole_polar"},
    "EnergyDipolesMACE": {"loss": "energy_forces_dipole", "error_table": "EnergyDipoleRMSE"},
}
"""Models of dipoles, each with the values of other options that it insists on."""
FINE_TUNING = {"lr": "0.0001", "ema_decay": "0.99999", "loss": "universal"}
"""What MACE sets when it fine-tunes with several heads, whatever the options say."""

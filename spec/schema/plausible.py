"""What is plausible: ranges outside of which a number may lie and is hardly meant, each with its reason and source.

A hard bound of a type says what cannot be; a range here says what nobody means. A value outside gives a warning with
the reason. Ranges are wide, a factor of several around what the field uses, so that who knows better is left alone.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.units import Unit, unit


class Plausible(NamedTuple):
    """A range, both ends included, as a spec writes them; an end that is None is open."""

    low: str | None
    high: str | None
    reason: str
    """What is usual, and what becomes of the rest; of a range that is open on both ends, why it is."""
    source: str
    """Where the range is from."""
    too_high: str = "MLP0522"
    """The code of a number above it."""

    def beyond(self, value: Fraction) -> str:
        """`below` or `above`, for a number in base units outside of it; empty for one inside."""
        if self.low is not None and value < in_base_units(self.low):
            return "below"
        return "above" if self.high is not None and value > in_base_units(self.high) else ""

    @property
    def words(self) -> str:
        """As the reference and messages say it; empty where it is open on both ends."""
        if self.low is None or self.high is None:
            return f"at most {self.high}" if self.high else f"at least {self.low}" if self.low else ""
        return f"{self.low} to {self.high}"


class Steps(NamedTuple):
    """A time as a multiple of the `timestep` of its block."""

    least: int | None
    """Steps that it is hardly shorter than."""
    reason: str
    """What becomes of fewer."""
    source: str
    rounded: str = ""
    """Where it must be a whole number of steps to be what it says: `up`, `down` or `to the nearest`, as it is run."""


def in_base_units(text: str) -> Fraction:
    """A number or quantity as it is written here, in base units."""
    number, _, word = text.partition(" ")
    found = unit(word) if word else None
    return Fraction(number.replace("_", "")) * (found.factor if isinstance(found, Unit) else 1)


_MD = "practice of molecular dynamics (Frenkel and Smit, *Understanding Molecular Simulation*)"
_MACE = "defaults and published trainings of MACE, widened"
_REPORTS = "errors that papers on potentials report, widened"

TEMPERATURE = Plausible(
    "1 K",
    "10_000 K",
    "every element boils below 6000 K, and below 1 K nuclei are not classical: a number beyond is rather another unit",
    "boiling points of the elements",
)
TIMESTEP = Plausible(
    "0.05 fs",
    "10 fs",
    "bonds vibrate within 10 fs to 100 fs, and a step is a tenth of that: shorter ones take time alone, longer ones "
    "heat the run until it bursts",
    _MD,
)
DURATION = Plausible(
    "50 fs",
    "1000 ns",
    "an atom vibrates within 100 fs or so: shorter runs measure nothing, and 1000 ns are 10^9 steps of a model",
    _MD,
)
SAMPLING = Plausible(
    "0.1 fs",
    "100 ps",
    "frames are stored every 10 fs to 1 ps: closer ones are copies, and survival does not see what happens between "
    "distant ones",
    _MD,
)
EQUILIBRATION = Plausible(
    "50 fs",
    "10 ns",
    "a run starts from a perfect lattice, whose vibrations take up half of the heat within the first 100 fs: frames "
    "before are colder than they say",
    _MD,
)
SPACING = Plausible(
    "10 fs",
    "100 ps",
    "frames closer than the tenth of a vibration are copies of each other; farther apart than 100 ps they only cost "
    "steps",
    _MD,
)
RELAXATION = Plausible(
    "10 fs",
    "100 ps",
    "Langevin thermostats relax within 50 fs to 10 ps: shorter ones stop the atoms, longer ones hold no temperature",
    _MD,
)
LATTICE = Plausible(
    None,
    None,
    "it is compared with the lattice constant of the element, within 10 %",
    "lattice constants of the elements (`mlipilot.spec.schema.elements`)",
)
STRAIN = Plausible(
    "-25 %",
    "25 %",
    "strained cells that a potential meets are within 10 %, and crystals tear or collapse beyond 25 %",
    "equations of state, which are fitted within 6 % to 10 % of the lattice constant",
)
DISPLACEMENT = Plausible(
    "0.005 Å",
    "0.2 Å",
    "atoms of a molecule move by 0.03 Å to 0.1 Å along each axis at 300 K to 1000 K: less teaches no forces, and more "
    "breaks bonds",
    "mean-square amplitudes of vibration of small molecules, such as 0.08 Å of C-H at 0 K",
)
CUTOFF = Plausible(
    "2.5 Å",
    "12 Å",
    "models see 3 Å to 7 Å, two or three shells of neighbours, and messages reach farther: beyond, neighbours grow "
    "with the third power and the error does not fall",
    _MACE,
)
DESCRIPTOR_CUTOFF = CUTOFF._replace(
    reason="descriptors see 3 Å to 8 Å, two or three shells of neighbours: less is blind, more blurs",
    source="published uses of SOAP, widened",
)
ATOM_ENERGY = Plausible(
    None,
    None,
    "it is compared with what atoms can have: not much less than -21 eV Z^(7/3), all electrons counted, and not more "
    "than 20 eV on the zero of any method",
    "the Thomas-Fermi energy of atoms (`mlipilot.spec.schema.elements`)",
)
DEVICE_TIME = Plausible(
    "1 s",
    "3650 d",
    "a training takes minutes to days: less is spent before the first job has begun, and no device lasts for longer",
    "the estimates of plans",
)
WALL = DEVICE_TIME._replace(
    high="365 d",
    reason="an execution takes minutes to weeks: less is over before the first job has begun, and nobody waits for "
    "a year",
)
JOB_MEMORY = Plausible(
    "500 MB",
    "8 TB",
    "the imports of a job alone take half a gigabyte, and no node has more than a few terabytes",
    "peaks of the jobs of `examples/copper`, and the largest nodes of public clusters",
)
CHECKPOINT = Plausible(
    "10 s",
    "1 h",
    "a training writes its checkpoint within seconds of being told, and a longer warning only ends jobs early",
    "checkpoints of `examples/copper`",
)
INTERVAL = Plausible(
    "0.1 s",
    "10 min",
    "clusters ask for one look in 15 s or more; after a longer one, what ended is noticed late",
    "the advice of clusters on `squeue`",
)
GRACE = Plausible(
    "1 s",
    "1 h",
    "a controller that was slow shows a job within a minute or two, and what is lost is noticed that much later",
    "twice the usual `MessageTimeout`, and a minute",
)

LEARNING_RATE = Plausible(
    "1e-6",
    "0.1",
    "Adam moves each weight by about the learning rate: MACE is trained with 1e-4 to 1e-2; below 1e-6 nothing moves, "
    "above 0.1 the loss seldom falls",
    _MACE,
    too_high="MLP0520",
)
WEIGHT_DECAY = Plausible(
    None,
    "0.01",
    "MACE is trained with 1e-8 to 1e-5: a strong decay pulls the weights to 0 faster than the data pull them away",
    _MACE,
)
EMA = Plausible(
    "0.5",
    "0.99999",
    "averages reach over 10 to 10_000 steps, 0.9 to 0.9999: less averages nothing, more keeps the first weights",
    _MACE,
)
CLIP = Plausible(
    "1e-3",
    "1e6",
    "norms of gradients are 0.1 to 1000: a limit far below makes every step as long as any, one far above never acts",
    _MACE,
)
LOSS_WEIGHT = Plausible(
    None, "1e6", "weights are 1 to 10_000: what counts a million times more is trained alone", _MACE
)
HUBER_DELTA = Plausible(
    "1e-5",
    "10",
    "errors at which the square turns into a line are about 0.01 of eV, Å: far below, every error counts linearly, far "
    "above, none does",
    _MACE,
)
PLATEAU_FACTOR = Plausible(
    "0.01",
    "0.99",
    "factors are 0.5 to 0.9: a smaller one ends the training at the first plateau, a larger one changes nothing",
    _MACE,
)
GAMMA = Plausible("0.5", None, "factors of an epoch are 0.9 to 0.9999: 0.5 leaves a thousandth after 10", _MACE)

ENERGY_THRESHOLD = Plausible(
    "0.01 meV/atom",
    "200 meV/atom",
    "models err by 0.1 to 50 meV/atom: labels have no less noise than 0.01, and 200 melt any metal",
    _REPORTS,
)
RELATIVE_ENERGY_THRESHOLD = Plausible(
    "0.1 meV",
    "1 eV",
    "conformations of a molecule lie 10 meV to 1 eV apart; chemical accuracy is 43 meV, 1 kcal/mol",
    _REPORTS,
)
ENERGY_ROPE = Plausible(
    "0.01 meV/atom",
    "50 meV/atom",
    "models err by 0.1 to 50 meV/atom: labels have no less noise than 0.01, and beyond 50 any two are alike",
    _REPORTS,
)
FORCE_THRESHOLD = Plausible(
    "0.1 meV/Å",
    "1 eV/Å",
    "models err by 5 to 300 meV/Å: labels have no less noise than 0.1, and forces themselves are about 1 eV/Å",
    _REPORTS,
)
RELATIVE_FORCE_THRESHOLD = Plausible(
    "0.1 %",
    "100 %",
    "models err by 1 to 30 % of the forces: labels have no less noise than 0.1 %, and 100 % is to predict none",
    _REPORTS,
)
STRESS_THRESHOLD = Plausible(
    "0.001 meV/Å^3",
    "100 meV/Å^3",
    "models err by 0.1 to 10 meV/Å^3, 0.02 to 2 GPa: 100 are 16 GPa, which is more than most stresses themselves",
    _REPORTS,
)
DRIFT_THRESHOLD = Plausible(
    "1e-6 meV/atom/ps",
    "10 meV/atom/ps",
    "runs drift by 0.001 to 1 meV/atom/ps: 1e-6 is rounding, and 10 heat by 40 K in 1 ps",
    _REPORTS,
)
SURVIVAL_THRESHOLD = Plausible(
    "5 %",
    None,
    "shares are asked for that a run can be used with, 50 % and more: below 5 % almost every replica may die; 1 is "
    "100 %",
    "the meaning of the metric",
)
SPEED_THRESHOLD = Plausible(
    "0.001",
    "1000",
    "models are 100 times slower to 10 times faster than the reference, which is one of the smallest",
    "the reference model, and the sizes of published models",
)
LATTICE_THRESHOLD = Plausible(
    "0.0001 %",
    "20 %",
    "models err by 0.01 % to 1 %: the fit itself is good to 0.0001 %, and at 20 % it is another crystal",
    _REPORTS,
)
MODULUS_THRESHOLD = Plausible(
    "0.001 %",
    "100 %",
    "models err by 1 % to 20 %: the fit itself is good to 0.001 %, and at 100 % a crystal without stiffness passes",
    _REPORTS,
)

IN_STEPS = {
    "duration": Steps(
        None, "fewer than 20 steps are an error of their own (`MLP0508`)", "the rule on short runs", rounded="up"
    ),
    "sampling": Steps(1, "no frame is stored between two steps", _MD, rounded="down"),
    "equilibration": Steps(None, "none is a choice", _MD, rounded="to the nearest"),
    "spacing": Steps(2, "frames of neighbouring steps are copies of each other", _MD, rounded="to the nearest"),
    "relaxation": Steps(
        5,
        "friction is to be slow against a step: with fewer than 5 the thermostat moves the atoms, not the forces",
        _MD,
    ),
}
"""Times of a run against its timestep, by field or argument."""


__all__ = ["IN_STEPS", "Plausible", "Steps", "in_base_units"]

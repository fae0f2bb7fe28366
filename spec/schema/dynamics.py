"""The blocks of molecular dynamics, and the quantities that other runs share with them."""

from __future__ import annotations

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.plausible import Plausible
from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import CallOf, Integer, Parameter, Real, ReferenceTo, Signature


def time(example: str, likely: Plausible, *, above: str | None = "0", maximum: str | None = None) -> Real:
    """A time above 0, or from 0 on."""
    return Real("time", None if above else "0", maximum, above, example=example, plausible=likely)


TEMPERATURE = Real("temperature", above="0", example="300 K", plausible=plausible.TEMPERATURE)
RELAXATION = time("100 fs", plausible.RELAXATION)

_FIELDS = (
    FieldSchema("potential", ReferenceTo("training"), "the training whose models move the atoms", required=True),
    FieldSchema(
        "start",
        ReferenceTo("dataset", ("train", "valid", "test")),
        "frames to start from: those whose `temperature` is nearest to the run's, in order, reused when there are "
        "fewer than replicas; frames of files without a `temperature` key are all equally near",
        required=True,
    ),
    FieldSchema(
        "temperature",
        TEMPERATURE,
        "of the initial velocities, and of the thermostat",
        required=True,
    ),
    FieldSchema("timestep", time("2 fs", plausible.TIMESTEP, maximum="20"), "of the integrator", required=True),
    FieldSchema("duration", time("2 ps", plausible.DURATION), "of each replica", required=True),
    FieldSchema("replicas", Integer(1, 4096), "independent trajectories, each from its own velocities", "1"),
    FieldSchema("sampling", time("20 fs", plausible.SAMPLING), "time between stored frames", "20 fs"),
    FieldSchema("seed", Integer(0), "of velocities and thermostat, beside name, model's seed and replica", "0"),
)

DYNAMICS = (
    BlockSchema("dynamics", "nve", "Molecular dynamics at constant energy (velocity Verlet).", _FIELDS),
    BlockSchema(
        "dynamics",
        "nvt",
        "Molecular dynamics at constant temperature.",
        (
            *_FIELDS,
            FieldSchema(
                "thermostat",
                CallOf(
                    (
                        Signature(
                            "langevin",
                            (Parameter("relaxation", RELAXATION, "100 fs"),),
                            "friction and noise; friction is the inverse of `relaxation`",
                        ),
                    )
                ),
                "what holds the temperature",
                "langevin(relaxation = 100 fs)",
            ),
        ),
    ),
)
"""At constant energy, and at constant temperature."""

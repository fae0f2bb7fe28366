"""The blocks of a campaign: what may be changed, and who proposes the changes."""

from __future__ import annotations

from mlipilot.spec.schema.structure import BlockSchema, FieldSchema
from mlipilot.spec.schema.types import Boolean, CallOf, Integer, ListOf, Parameter, Real, Signature, Text

_PRICE = Real(minimum="0", example="1.25")
_PRICES = CallOf(
    (
        Signature("unknown", (), "what it costs is not reported, and `money` cannot be limited"),
        Signature(
            "per_million",
            (
                Parameter("prompt", _PRICE, doc="of a million tokens that are sent"),
                Parameter("completion", _PRICE, doc="of a million tokens that are answered"),
                Parameter("cached", Real(minimum="0", example="10 %"), "1", "of cached tokens, as a share of `prompt`"),
            ),
            "in the currency of the budget's `money`; 0 for a model of one's own",
        ),
    )
)
_MODEL = (
    Parameter("model", Text('"gpt-5.5"'), doc="the language model's name at its endpoint"),
    Parameter("prices", _PRICES, "unknown", "what a million of its tokens cost"),
)
_CONTROLS = (
    Signature("random", (), "independent draws from the space"),
    Signature("grid", (), "the points of a grid, in a fixed order"),
    Signature("tpe", (), "tree-structured Parzen estimator (Optuna)"),
    Signature("default", (), "the baseline again, under fresh seeds"),
    Signature("llm_shuffled", _MODEL, "a language model that sees the history permuted"),
)
_PROPOSERS = (
    *_CONTROLS,
    Signature("llm", _MODEL, "a language model"),
    Signature("llm_tpe", _MODEL, "a language model's proposals and an estimator's, in turn"),
    Signature("human", (), "edits from a terminal or a file"),
    Signature("replay", (Parameter("record", Text('"campaign.jsonl"'), doc="a transcript"),), "a recorded campaign"),
)

SEARCH = BlockSchema(
    "search",
    None,
    "The only things that a pilot may change. `path ~ domain` names a field of a `model`, `training` or `stage` block, "
    "or an argument of its call, and what it may become; the value that the spec has must lie in its domain.",
    label="none",
    once=True,
    draws=True,
)
PILOT = BlockSchema(
    "pilot",
    None,
    "Who improves the experiment, against which controls, and when a change is accepted.",
    (
        FieldSchema("proposer", CallOf(_PROPOSERS), "what proposes edits", required=True),
        FieldSchema("controls", ListOf(CallOf(_CONTROLS)), "arms of equal device time to compare with", "[random]"),
        FieldSchema("replicates", Integer(1, 1000), "of each arm, each from another seed", "1"),
        FieldSchema(
            "confirm_seeds",
            Integer(1, 1000),
            "fresh seeds of candidate and incumbent that each look of a confirmation adds",
            "5",
        ),
        FieldSchema(
            "alpha",
            Real(above="0", below="0.5", example="0.05"),
            "chance that an arm accepts, in all its trials together, a change that is none",
            "0.05",
        ),
        FieldSchema(
            "screen",
            Real(above="0", maximum="1", example="50 %"),
            "share of every stage's epochs that the one run trains which can end a candidate, and never accept it",
            "100 %",
        ),
        FieldSchema(
            "detect",
            Real(above="0", example="2"),
            "gain, in standard deviations of one run over seeds, that must be found with a chance of 80 %",
            "2",
        ),
        FieldSchema(
            "ablate", Boolean(), "whether an accepted edit loses those of its changes that earn nothing", "true"
        ),
        FieldSchema("seed", Integer(0), "of the proposers", "0"),
    ),
    label="none",
    once=True,
)

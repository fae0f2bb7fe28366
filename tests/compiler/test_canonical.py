"""The canonical form: the same meaning has the same bytes, another meaning has others."""

from __future__ import annotations

import json
import re

import pytest
from copper import TEXT, checked, meaning, replaced
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.canonical import canonical, canonical_scorecard, digest, encode

SAME = [
    ("r_max        = 4.5 Å", "r_max = 0.45 nm"),
    ("r_max        = 4.5 Å", "r_max = 450e-2 A\u030a"),
    ("lattice      = 3.59 Å", "lattice = 359 pm"),
    ("strain       = -4 % .. 4 %", "strain = -0.04 .. 0.04"),
    ("temperatures = [300 K, 700 K, 1200 K]", "temperatures = [\n 300 K,\n 700 K,\n 1200 K,\n]"),
    ("timestep    = 2 fs", "timestep = 0.002 ps"),
    ("duration    = 2 ps", "duration = 2000 fs"),
    ("<= 30 meV/Å", "<= 0.03 eV/Å"),
    (">= 80 %", ">= 0.8"),
    ("confidence = 95 %", "# the usual\n"),
    ("seed         = 7", "seed = 7 # lucky\n    spacing = 100 fs"),
    ("precision    = float64", ""),
    ("lr = 1e-2", "lr = 0.01"),
    ("lr = 1e-2, ", ""),
    ("loss = weighted(energy = 1, forces = 100)", "loss = weighted(1, 100)"),
    ("loss = weighted(energy = 1, forces = 100)", "loss = weighted(forces = 100, energy = 1, stress = 0)"),
    ("thermostat = langevin(relaxation = 100 fs)", "thermostat = langevin"),
    ("tokens <= 200_000", "tokens <= 200000"),
    ("device_time <= 2 h", "device_time <= 120 min"),
]


@pytest.mark.parametrize(("old", "new"), SAME, ids=[new for _, new in SAME])
def test_another_spelling_has_the_same_meaning(old: str, new: str) -> None:
    assert meaning(replaced(old, new)) == meaning(TEXT)


OTHER = [
    ("r_max        = 4.5 Å", "r_max = 4.6 Å"),
    ("seed         = 7", "seed = 8"),
    ("seeds = [1]", "seeds = [1, 2]"),
    ("<= 30 meV/Å", "<= 31 meV/Å"),
    ('because "energy must not leak"', 'because "it must not"'),
    ("potential   = fit", "potential = fit, seed = 1"),
    ("lr = 1e-2", "lr = 1.0000000000000000001e-2"),
    ('"Copper from EMT"', '"Copper"'),
    ("temperatures = [300 K, 700 K, 1200 K]", "temperatures = [700 K, 300 K, 1200 K]"),
    ("minimize force_rmse", "minimize force_mae"),
    ("trials <= 12", "trials <= 13"),
]


@pytest.mark.parametrize(("old", "new"), OTHER, ids=[new for _, new in OTHER])
def test_a_changed_value_has_another_meaning(old: str, new: str) -> None:
    assert meaning(replaced(old, new)) != meaning(TEXT)


def test_comments_blanks_and_the_order_of_blocks_have_no_meaning() -> None:
    bare = re.sub(r" +#.*", "", TEXT)
    first, *blocks = re.split(r"\n(?=\w)", bare)
    assert meaning("\n".join([first, *reversed(blocks)])) == meaning(TEXT)
    assert meaning(TEXT.replace("\n", "\r\n")) == meaning(TEXT)


def test_the_order_of_stages_and_rules_has_a_meaning() -> None:
    lines = TEXT.split("\n")
    stages = [i for i, line in enumerate(lines) if line.strip().startswith("stage")]
    lines[stages[0]], lines[stages[1]] = lines[stages[1]], lines[stages[0]]
    assert meaning("\n".join(lines)) != meaning(TEXT)


def test_the_scorecard_is_hashed_apart_from_the_rest() -> None:
    def of(text: str) -> str:
        card = checked(text).only("scorecard")
        assert card is not None
        return digest(canonical_scorecard(card))

    assert of(replaced("channels     = 8", "channels = 16")) == of(TEXT)
    assert of(replaced("<= 30 meV/Å", "<= 29 meV/Å")) != of(TEXT)


def test_numbers_are_exact_and_no_place_is_in_the_bytes() -> None:
    text = encode(canonical(checked(TEXT))).decode()
    assert '"r_max":{"number":"9/2"}' in text
    assert "span" not in text
    assert "copper.mlp" not in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(json_values)
def test_bytes_say_what_the_document_says(document: object) -> None:
    assert json.loads(encode(document)) == document


def test_what_is_not_finite_has_no_bytes() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode({"loss": float("nan")})

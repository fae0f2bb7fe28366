"""What `help` proposes, followed to the letter: the spec that comes out has no fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mlipilot.compiler.compile import check_file
from mlipilot.spec.diagnostics import Diagnostic, with_edits

BASES = Path(__file__).parents[1] / "lang/mistakes/bases"


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Valid specs with their data."""
    return Path(shutil.copytree(BASES, tmp_path_factory.mktemp("remedies") / "bases"))


def checked(bases: Path, name: str, text: str) -> list[Diagnostic]:
    """What is found in a spec of the folder with another text."""
    path = bases / name
    sound = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        return check_file(path).diagnostics
    finally:
        path.write_text(sound, encoding="utf-8")


def errors(found: list[Diagnostic]) -> list[str]:
    """The errors in a line each: a warning may be of what a slip left out."""
    return [str(diagnostic) for diagnostic in found if diagnostic.is_error]


FOLLOWED = [
    # an energy, or a total, for what is meant of a temperature or an atom
    ("strict.mlp", "temperature = 300 K", "temperature = 0.0259 eV", "300 K", "temperature = 300 K"),
    ("copper.mlp", "temperature = 600 K", "temperature = 5 kJ/mol", "600 K", "temperature = 600 K"),
    ("clusters.mlp", "<= 10 meV/atom", "<= 0.01 eV", "0.01 eV/atom", "<= 0.01 eV/atom"),
    ("strict.mlp", "0.05 meV/atom/ps", "0.05 meV/ps", "0.05 meV/atom/ps", "0.05 meV/atom/ps"),
    ("clusters.mlp", "Cu = 3.51 eV", "Cu = 3.51 eV/atom", "3.51 eV", "Cu = 3.51 eV"),
    # a unit where a number is counted
    ("campaign.mlp", "detect        = 2", "detect        = 5 fs", "standard deviations", "detect = 2"),
    ("campaign.mlp", "ema   = 0.995", "ema   = 10 ps", "0.99", "ema = 0.99"),
    # the other part of a whole
    (
        "alloy.mlp",
        "judges = fit\n",
        "judges = fit\n    confidence = 0.01\n",
        "99 %",
        "judges = fit\n    confidence = 99 %\n",
    ),
    ("campaign.mlp", "alpha         = 0.05", "alpha         = 95 %", "0.05", "alpha = 0.05"),
    # numbers out of their range
    ("encodings.mlp", "inner = 4", "inner = 1", "`2` or more", "inner = 2"),
    ("encodings.mlp", "degree = 2", "degree = 9", "`6` or less", "degree = 6"),
    ("campaign.mlp", "log_uniform(1e-4, 1e-2)", "log_uniform(0, 1e-2)", "0.0001", "log_uniform(0.0001, 1e-2)"),
    ("quick.mlp", "log_uniform(1e-3, 1e-1)", "log_uniform(0, 0.5)", "0.005", "log_uniform(0.005, 0.5)"),
    # a value alone for a call, and a number for a word
    (
        "copper.mlp",
        "langevin(relaxation = 250 fs)",
        "250 fs",
        "langevin(relaxation = 250 fs)",
        "langevin(relaxation = 250 fs)",
    ),
    ("encodings.mlp", "nested(outer = 5, repeats = 3, inner = 4)", "5", "nested(outer = 5)", "nested(outer = 5)"),
    ("encodings.mlp", "pca),", "pca(size = 64)),", "`pca` alone", "pca),"),
    ("encodings.mlp", "code = binary", "code = 2", "such as `binary`", "code = binary"),
    ("encodings.mlp", "adaptive(svm, mlp(layers = [32, 16]))", "svm", "`adaptive(svm)`", "adaptive(svm)"),
    # what a claim names
    ("encodings.mlp", "better(basis, fourier", "better(iqp, fourier", "`basis(bits = 3)`", "better(basis, fourier"),
    (
        "encodings.mlp",
        "not_worse(iqp, rbf,",
        "not_worse(iqp, rbf, tier = same_head,",
        "leave it out",
        "not_worse(iqp, rbf,",
    ),
    # runs that are too short
    ("copper.mlp", "duration    = 20 ps", "duration    = 55 fs", "`duration = 55 ps`", "duration = 55 ps"),
    ("copper.mlp", "duration    = 20 ps", "duration    = 55 fs", "`duration = 60 fs`", "duration = 60 fs"),
    ("clusters.mlp", "duration = 5 ps", "duration = 5 ps, sampling = 2 ps", "`duration = 6 ps`", "duration = 6 ps"),
    # fields of another tag, and of a block that stands already
    ("clusters.mlp", "duration = 5 ps", "duration = 5 ps, thermostat = langevin", "drop the line", "duration = 5 ps"),
    ("quick.mlp", "element = Al", 'element = Al, energy = "E"', "drop the line", "element = Al"),
    ("quick.mlp", "detect = 3", "detect = 3, device_time = 2 h", "of line 47", "detect = 3"),
    ("campaign.mlp", "ablate        = true", "wall = 3 d", "`wall <= 2 d` in line 72", "ablate = true"),
    # metrics of blocks that cannot have them
    (
        "alloy.mlp",
        "stress_mae(cuau.test) <= 2 meV/Å³",
        "relative_speed(cuau.cell(1, 1, 1)) >= 1",
        "drop",
        "force_mae(cuau.test) <= 1 eV/Å",
    ),
    ("campaign.mlp", "force_mae(silver.valid)", "force_mae(silver.sealed)", "silver.test", "force_mae(silver.test)"),
    # a second block of a kind that stands once
    (
        "strict.mlp",
        "budget { wall <= 8 h }",
        "budget { wall <= 8 h }\nbudget { device_time <= 4 h }",
        "`budget { wall <= 8 h, device_time <= 4 h }`",
        "budget { wall <= 8 h, device_time <= 4 h }",
    ),
    (
        "alloy.mlp",
        "wall        <= 6 h\n}",
        "wall        <= 6 h\n}\nbudget { wall <= 7 h, trials <= 3 }",
        "`trials <= 3` (it has the others already) into the `budget` of line 59",
        "wall <= 6 h, trials <= 3\n}",
    ),
    # rules of another shape
    (
        "quick.mlp",
        "survival(warm) >= 60 %",
        "60 % <= survival(warm)",
        "survival(warm) >= 60 %",
        "survival(warm) >= 60 %",
    ),
    (
        "quick.mlp",
        "survival(warm) >= 60 %",
        "survival(warm) == 60 %",
        "survival(warm) >= 60 %",
        "survival(warm) >= 60 %",
    ),
    (
        "quick.mlp",
        "survival(warm) >= 60 %",
        "warm",
        "force_rmse(al.test) <= 30 meV/Å",
        "force_rmse(al.test) <= 30 meV/Å",
    ),
    ("quick.mlp", "when fit.swa.enabled", "unless fit.swa.enabled", "`when not`", "when not fit.swa.enabled"),
    ("quick.mlp", "when fit.swa.enabled", "where fit.swa.enabled", "`when`", "when fit.swa.enabled"),
    # requirements of a search that no point meets
    ("campaign.mlp", "channels <= 16 when potential.r_max > 5.5 Å", "channels == 64", "`<= 16`", "channels <= 16"),
    (
        "campaign.mlp",
        "potential.channels <= 16 when potential.r_max > 5.5 Å",
        "potential.r_max > 7 Å",
        "`>= 5 Å`",
        "potential.r_max >= 5 Å",
    ),
    # what a campaign lacks
    ("quick.mlp", "trials <= 16, wall", "wall", "`device_time <= 2 h`", "device_time <= 2 h, wall"),
    ("quick.mlp", "trials <= 16, wall", "wall", "to the `budget` of line 47", "trials <= 20, wall"),
    (
        "strict.mlp",
        "budget { wall <= 8 h }",
        "budget { wall <= 8 h }\nbudget { wall <= 9 h }",
        "keep one",
        "budget { wall <= 8 h }",
    ),
]


@pytest.mark.parametrize(("base", "sound", "slip", "proposal", "followed"), FOLLOWED)
def test_a_proposal_that_is_followed_to_the_letter_mends_the_spec(
    base: str, sound: str, slip: str, proposal: str, followed: str, bases: Path
) -> None:
    text = (bases / base).read_text(encoding="utf-8")
    assert sound in text
    found = checked(bases, base, text.replace(sound, slip, 1))
    assert len(found) == 1, [str(diagnostic) for diagnostic in found]
    assert proposal in found[0].help
    assert errors(checked(bases, base, text.replace(sound, followed, 1))) == []


FIXED = [
    ("quick.mlp", "prefer survival(warm) >= 60 %", "prefer survival(warm) >= 60 % and force_p95(al.test) <= 0.2 eV/Å"),
    ("copper.mlp", "survival(hot) >= 95 %", "survival(hot) >= 95 % and force_mae(cu.test) <= 30 meV/Å"),
    ("copper.mlp", "nve_drift(drift)", "nve_drift(hot)"),
    ("quick.mlp", "force_mae(al.test)", "force_mae(al.sealed)"),
    ("quick.mlp", "int(5 .. 20) when", "int(5 .. 20) if"),
    ("strict.mlp", '"copper.mlp" as base', '"copper.mlp"'),
    ("strict.mlp", 'import "copper.mlp" as base', "import copper"),
    ("strict.mlp", "refines base.copper", "refines base.hot"),
]


@pytest.mark.parametrize(("base", "sound", "slip"), FIXED)
def test_a_fix_that_is_made_mends_the_spec(base: str, sound: str, slip: str, bases: Path) -> None:
    text = (bases / base).read_text(encoding="utf-8")
    assert sound in text
    broken = text.replace(sound, slip, 1)
    (found,) = checked(bases, base, broken)
    assert found.fix is not None
    assert errors(checked(bases, base, with_edits(broken, found.fix.edits))) == []

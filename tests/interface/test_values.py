"""Values that calls return: each shows itself in one line that fits, and says what it holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

import mlipilot
from mlipilot.runtime.record.about import About
from mlipilot.spec.one_line import WIDEST, in_a_line

pytestmark = pytest.mark.filterwarnings("ignore::mlipilot.MlipilotWarning")
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "examples" / "campaign" / "record"
HEAVY = ("torch", "mace", "ase", "polars", "rich", "numpy", "optuna", "matplotlib", "openai")


def made() -> Iterator[object]:
    """A value of each type that is offered, as a notebook makes them."""
    tiny, campaign = mlipilot.load("tiny.mlp"), mlipilot.load("campaign.mlp")
    yield tiny
    yield from mlipilot.load("eight.mlp").check()
    yield from (fault.fix for fault in mlipilot.load("eight.mlp").check() if fault.fix is not None)
    compiled = tiny.compile()
    yield from (compiled, compiled.plan, *compiled.plan.jobs, campaign.compile())
    difference = tiny.diff("wider.mlp")
    yield from (difference, *difference.changes, *(cause for change in difference.changes for cause in change.causes))
    yield from (tiny.format(write=False), campaign.format(write=False))
    edited = campaign.edit({"potential.channels": 8}, "because of this\nand that", write=False)
    yield from (edited, *edited.changes, campaign.power())
    outcome = tiny.execute()
    assert isinstance(outcome, mlipilot.Outcome)
    assert outcome.verdict is not None
    yield from (outcome, *outcome.jobs, outcome.verdict)
    for seed in outcome.verdict.seeds.values():
        yield from (seed, *seed.constraints)
    read = mlipilot.status("tiny.mlp")
    assert isinstance(read, mlipilot.Standing)
    yield from (read, read.run, mlipilot.status(RECORD), *mlipilot.logged_jobs())
    yield from (mlipilot.verify("tiny.mlp"), mlipilot.verify(RECORD), mlipilot.replay(RECORD))
    again = mlipilot.rejudge(RECORD, thresholds={"force_rmse(cu.test)": "20 meV/Å"})
    yield from (again, *again.lanes)
    yield from (mlipilot.lint("mace.yaml"), mlipilot.explain("MLP0505"), mlipilot.doctor(), *mlipilot.doctor().packages)
    yield mlipilot.Ended(read.run, diagnostics=mlipilot.load("eight.mlp").check())


def of_tests() -> Iterator[object]:
    """Values that need a campaign that runs, or a language model."""
    from mlipilot.runtime.pilot.language.reliability import reliability

    yield mlipilot.Suggested("tpe/1", 4)
    yield mlipilot.load(ROOT / "examples" / "encodings" / "digits.mlp").benchmark_power()
    yield mlipilot.BenchmarkOutcome("maps", "0" * 64, 0.95, {"outer": 5, "repeats": 4, "inner": 4}, ())
    yield mlipilot.Conformance(20, reliability([]), (), 0, "the server is not there\nat all")


def test_every_value_shows_itself_in_a_line_that_fits(folder: Path) -> None:
    values = [*made(), *of_tests()]
    kinds = {
        kind
        for name in mlipilot.__all__
        if isinstance(kind := getattr(mlipilot, name), type) and not issubclass(kind, BaseException | str)
    }
    assert {type(value) for value in values} == kinds
    for value in values:
        shown = repr(value)
        name = "JobChange" if type(value) is mlipilot.JobChange else type(value).__name__
        assert shown.startswith(f"<{name} "), shown
        assert shown.endswith(">")
        assert len(shown) <= WIDEST
        assert shown.isprintable(), shown


def nested(value: object, depth: int = 0) -> Iterator[object]:
    """The values of the package that are reached by the attributes of a value, itself the first."""
    if isinstance(value, list | tuple | dict) and not type(value).__module__.startswith("mlipilot"):
        for item in list(value.values() if isinstance(value, dict) else value)[:3]:
            yield from nested(item, depth)
    elif type(value).__module__.startswith("mlipilot") and depth < 4:
        yield value
        kind = type(value)
        names = [*getattr(kind, "_fields", ()), *getattr(kind, "__dataclass_fields__", ())]
        names += [name for name, own in vars(kind).items() if isinstance(own, property) and name != "table"]
        for name in names:
            if not name.startswith("_"):
                yield from nested(getattr(value, name), depth + 1)


def test_what_is_reached_by_an_attribute_shows_itself_in_a_line_too(folder: Path) -> None:
    found = {type(value): value for whole in made() for value in nested(whole)}
    assert len(found) > 50
    long = {kind.__name__: repr(value) for kind, value in found.items() if len(repr(value)) > WIDEST}
    assert not long


def test_a_line_says_what_tells_two_values_apart(folder: Path) -> None:
    text = Path("tiny.mlp").read_text(encoding="utf-8")
    Path("other.mlp").write_text(text.replace("= 4\n", "= 8\n"), encoding="utf-8")
    tiny, wider = mlipilot.load("tiny.mlp"), mlipilot.load("wider.mlp")
    assert repr(tiny.compile()) != repr(wider.compile())
    assert repr(tiny.diff(tiny)) != repr(tiny.diff(wider))
    states = [mlipilot.JobState(About("a", "", "train"), state) for state in mlipilot.State]
    assert len({repr(state) for state in states}) == len(states)
    outcome = mlipilot.Outcome(states)
    assert all(state.value in repr(outcome) for state in mlipilot.State)
    assert "interrupted" in repr(replace(outcome, interrupted=True))
    assert "MLP0810" in repr(replace(states[0], code="MLP0810", message="the loss is not finite"))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ((), "<Kind>"),
        (("", "a"), "<Kind a>"),
        (("a\nb\t c",), "<Kind a b c>"),
        (("\x1b[31mred",), "<Kind \N{REPLACEMENT CHARACTER}[31mred>"),
    ],
)
def test_a_line_has_no_control_characters(words: tuple[str, ...], shown: str) -> None:
    assert in_a_line("Kind", *words) == shown


@pytest.mark.parametrize("length", [WIDEST - 8, WIDEST - 7, WIDEST, 10 * WIDEST])
def test_a_long_line_is_cut_where_it_is_full(length: int) -> None:
    shown = in_a_line("Kind", "x" * length)
    assert len(shown) <= WIDEST
    assert ("…" in shown) is (length > WIDEST - 7)


def test_tables_have_a_row_for_each_and_null_for_what_is_not_known(folder: Path) -> None:
    import polars

    tiny = mlipilot.load("tiny.mlp")
    compiled = tiny.compile()
    jobs, difference = tiny.jobs(), tiny.diff("wider.mlp")
    assert jobs["job"].to_list() == [job.id for job in compiled.plan.jobs]
    assert jobs.schema["seconds"] == polars.Float64
    assert difference.table.height == len(difference.changes)
    assert difference.runs == difference.table.filter(polars.col("fate") != "reused")["job"].to_list()
    read = mlipilot.status(RECORD)
    assert isinstance(read, mlipilot.CampaignFolder)
    trials = read.table
    assert trials.height == sum(len(lane.trials) for lane in read.result.lanes)
    recorded = [json.loads(line) for line in (RECORD / "campaign.jsonl").read_text(encoding="utf-8").splitlines()]
    accepted = sum(entry["event"] == "trial" and entry["state"] == "accepted" for entry in recorded)
    assert trials.filter(polars.col("state") == "accepted").height == accepted > 0
    power = mlipilot.load("campaign.mlp").power()
    assert power.detectable in power.table["detectable"].to_list()
    assert mlipilot.Verdict("s", "", _number(), "rejected", None, {}).table.height == 0


def _number() -> object:
    from mlipilot.runtime.judgement.number import Number

    return Number.of(None)


def test_a_rewrite_that_is_not_written_leaves_the_file_and_one_that_is_does_not(folder: Path) -> None:
    before = Path("tiny.mlp").read_text(encoding="utf-8")
    seen = mlipilot.load("tiny.mlp").format(write=False)
    assert seen.is_changed
    assert seen.before.text == before == Path("tiny.mlp").read_text(encoding="utf-8")
    assert seen.diff.startswith("--- tiny.mlp\n+++ tiny.mlp (formatted)\n")
    assert mlipilot.load("tiny.mlp").format() == seen
    assert Path("tiny.mlp").read_text(encoding="utf-8") == seen.text != before
    again = mlipilot.load("tiny.mlp").format()
    assert not again.is_changed
    assert again.diff == ""


def test_changes_may_have_reasons_of_their_own(folder: Path) -> None:
    experiment = mlipilot.load("campaign.mlp")
    both = [mlipilot.Change("potential.channels", "16", "wider"), mlipilot.Change("potential.r_max", "4 Å", "nearer")]
    edited = experiment.edit(both, write=False)
    assert edited.changes == tuple(both)
    plain = experiment.edit({"potential.channels": 16, "potential.r_max": "4 Å"}, "why", write=False)
    assert plain.text == edited.text
    assert [change.because for change in plain.changes] == ["why", "why"]


def test_a_notebook_shows_the_page_of_a_code() -> None:
    for code in ("MLP0505", "wrong-dimension"):
        page = mlipilot.explain(code)
        assert page._repr_markdown_() == page.markdown
        assert page.markdown.startswith(f"# {page.code} {page.name}\n")


def test_fields_of_values_keep_their_names() -> None:
    """A line in place of all fields is only how a value is shown."""
    assert is_dataclass(mlipilot.Diagnostic)
    assert [field.name for field in fields(mlipilot.Diagnostic)][:2] == ["code", "headline"]
    assert mlipilot.Change("a.b", "1")._asdict() == {"path": "a.b", "value": "1", "because": ""}


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        (
            "import mlipilot; dir(mlipilot); repr(mlipilot.__all__)",
            (*HEAVY, "lark", "mlipilot.spec", "mlipilot.interface"),
        ),
        ("import mlipilot; mlipilot.Experiment; mlipilot.MlipilotError", (*HEAVY[:-1], "mlipilot.runtime")),
        (
            f"import mlipilot; assert mlipilot.load({str(ROOT / 'examples/copper/copper.mlp')!r}).check() == []",
            ("torch", "mace", "ase", "polars", "rich", "mlipilot.runtime"),
        ),
        ("import mlipilot; mlipilot.status; mlipilot.Standing; mlipilot.Verified", ("torch", "mace", "ase", "polars")),
        ("import mlipilot; mlipilot.lint; mlipilot.explain('MLP0505')", ("torch", "polars", "mlipilot.runtime")),
    ],
    ids=["import", "a class", "check", "runs", "references"],
)
def test_what_is_imported_is_what_is_used(program: str, heavy: tuple[str, ...]) -> None:
    script = f"{program}\nimport sys\nfound = sorted(set({heavy!r}) & set(sys.modules))\nassert not found, found"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""Wrong input raises one documented error, with what is wrong, where, and what helps; and what is doubtful warns."""

from __future__ import annotations

import inspect
import pickle
import stat
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mlipilot
from mlipilot.interface.arguments import called
from mlipilot.interface.counterparts import COUNTERPARTS, function
from mlipilot.runtime.record.about import About

pytestmark = pytest.mark.filterwarnings("ignore::mlipilot.MlipilotWarning")
RECORD = Path(__file__).parents[2] / "examples" / "campaign" / "record"
CALLS = sorted(
    {counterpart.call for counterpart in COUNTERPARTS.values()}
    | {"load", "logged_jobs", "render", "try_model", "Experiment.hash", "Experiment.forecast"}
)


class Odd:
    """Something that no function takes."""


def first(call: Callable[[], Any]) -> mlipilot.Diagnostic:
    """The first fault of a call that is refused, which says what helps."""
    with pytest.raises(mlipilot.MlipilotError) as refused:
        call()
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None or refused.value.__suppress_context__
    return refused.value.diagnostics[0]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: mlipilot.load("absent.mlp"), "MLP0001"),
        (lambda: mlipilot.load("."), "MLP0001"),
        (lambda: mlipilot.load("mace.yaml"), "MLP0001"),
        (mlipilot.load, "MLP0001"),
        (lambda: mlipilot.load("eight.mlp").compile(), "MLP0207"),
        (lambda: mlipilot.load("eight.mlp").execute(), "MLP0207"),
        (lambda: mlipilot.load("eight.mlp").canonical(), "MLP0207"),
        (lambda: mlipilot.load("eight.mlp").format(), "MLP0102"),
        (lambda: mlipilot.load("eight.mlp").jobs(), "MLP0207"),
        (lambda: mlipilot.load("tiny.mlp").diff("eight.mlp"), "MLP0207"),
        (lambda: mlipilot.load("tiny.mlp").diff("absent.mlp"), "MLP0001"),
        (lambda: mlipilot.load("tiny.mlp").power(), "MLP0904"),
        (lambda: mlipilot.load("tiny.mlp").edit({"small.channels": 8}), "MLP0711"),
        (lambda: mlipilot.load("campaign.mlp").edit({"cu.seed": 8}), "MLP0711"),
        (lambda: mlipilot.load("campaign.mlp").edit({"potential.r_max": "9 Å"}), "MLP0712"),
        (lambda: mlipilot.load("campaign.mlp").edit({"potential.channels": [8]}), "MLP0714"),
        (lambda: mlipilot.load("campaign.mlp").edit({"potential.channels": float("nan")}), "MLP0714"),
        (lambda: mlipilot.load("campaign.mlp").edit({1: 8}), "MLP0715"),
        (lambda: mlipilot.load("campaign.mlp").edit({" ": 8}), "MLP0714"),
        (lambda: mlipilot.load("campaign.mlp").edit({}), "MLP0714"),
        (lambda: mlipilot.load("campaign.mlp").edit(["potential.channels"]), "MLP0715"),
        (lambda: mlipilot.load("tiny.mlp").compile(output="tiny.mlp"), "MLP0704"),
        (lambda: mlipilot.load("tiny.mlp").compile(output="absent/plan.json"), "MLP0704"),
        (lambda: mlipilot.report("tiny.mlp", "tiny.mlp"), "MLP0704"),
        (lambda: mlipilot.report("tiny.mlp", "absent/tiny.html"), "MLP0704"),
        (lambda: mlipilot.status("absent.mlp"), "MLP0001"),
        (lambda: mlipilot.status("absent"), "MLP0808"),
        (lambda: mlipilot.status(mlipilot.load("wider.mlp")), "MLP0808"),
        (lambda: mlipilot.logs("absent"), "MLP0808"),
        (lambda: mlipilot.logs("verdict", attempt=7), "MLP0808"),
        (lambda: mlipilot.cancel("absent"), "MLP0808"),
        (lambda: mlipilot.pause(RECORD), "MLP0904"),
        (lambda: mlipilot.veto("tpe/1/1", "tiny.mlp", because="no"), "MLP0904"),
        (lambda: mlipilot.propose({"a.b": 1}, RECORD, because="no"), "MLP0904"),
        (lambda: mlipilot.verify("absent"), "MLP0808"),
        (lambda: mlipilot.verify(RECORD, archive="copy"), "MLP0918"),
        (lambda: mlipilot.rejudge("tiny.mlp"), "MLP0910"),
        (lambda: mlipilot.rejudge(RECORD, thresholds={"force_rmse(cu.test)": "20 meV"}), "MLP0203"),
        (lambda: mlipilot.rejudge(RECORD, thresholds={"force_rms(cu.test)": "20 meV/Å"}), "MLP0916"),
        (lambda: mlipilot.rejudge(RECORD, thresholds={"force_rmse(cu.test)": 20}), "MLP0715"),
        (lambda: mlipilot.rejudge(RECORD, alpha=2), "MLP0205"),
        (lambda: mlipilot.replay("."), "MLP0910"),
        (lambda: mlipilot.lint("absent.yaml"), "MLP1101"),
        (lambda: mlipilot.lint("tiny.mlp"), "MLP1101"),
        (lambda: mlipilot.explain("MLP9999"), "MLP0715"),
        (lambda: mlipilot.render([], "xml"), "MLP0715"),
        (lambda: mlipilot.render(["a"]), "MLP0715"),
        (lambda: mlipilot.try_model("a-model"), "MLP0920"),
        (lambda: mlipilot.try_model("a-model", calls=0), "MLP0715"),
    ],
)
def test_what_cannot_be_had_is_one_error(folder: Path, call: Callable[[], Any], code: str) -> None:
    fault = first(call)
    assert fault.code == code
    assert fault.place is not None or "`" in fault.headline + fault.help
    assert fault.help or fault.fix is not None or fault.primary is not None
    assert "`-" not in fault.help


def calls_with_odd_arguments() -> Iterator[tuple[str, str]]:
    for call in CALLS:
        for name, parameter in inspect.signature(function(call)).parameters.items():
            if name != "self" and parameter.annotation != "object":
                yield call, name


@pytest.mark.parametrize("odd", [Odd(), b"bytes", 3.5j], ids=["object", "bytes", "complex"])
@pytest.mark.parametrize(("call", "name"), list(calls_with_odd_arguments()))
def test_an_argument_of_another_kind_is_named(folder: Path, call: str, name: str, odd: object) -> None:
    found, given = function(call), {name: odd}
    for other, parameter in inspect.signature(found).parameters.items():
        if parameter.default is inspect.Parameter.empty and other not in ("self", name):
            given[other] = {"changes": {}, "new": "wider.mlp", "diagnostics": []}.get(other, "tiny.mlp")
    own = [mlipilot.load("tiny.mlp")] if call.startswith("Experiment.") else []
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    fault = first(lambda: found(*own, **given))
    assert fault.code == "MLP0715"
    assert f"`{name}`" in fault.headline
    assert called(found) in fault.headline
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("call", "near"),
    [
        (lambda: mlipilot.load("tiny.mlp").execute(progres=True), "`progress`"),
        (lambda: mlipilot.lint("mace.yaml", tests="a.xyz"), "`test`"),
        (lambda: mlipilot.load("campaign.mlp").edit(), "`changes`"),
        (lambda: mlipilot.veto("tpe/1/1"), "`because`"),
        (lambda: mlipilot.load("a.mlp", "b.mlp"), "`path`"),
        (mlipilot.Experiment, "`path`"),
    ],
)
def test_an_argument_too_many_or_too_few_is_told_what_is_taken(
    folder: Path, call: Callable[[], Any], near: str
) -> None:
    fault = first(call)
    assert fault.code == "MLP0715"
    assert near in fault.help


@pytest.mark.parametrize("given", [True, 0.5, "1"])
def test_a_number_is_whole_where_it_counts(folder: Path, given: Any) -> None:
    assert first(lambda: mlipilot.logs("verdict", attempt=given)).code == "MLP0715"
    assert first(lambda: mlipilot.try_model("a-model", calls=given)).code == "MLP0715"


def test_numbers_of_numpy_are_numbers(folder: Path) -> None:
    experiment = mlipilot.load("campaign.mlp")
    plain = experiment.edit({"potential.channels": 16, "fit.forces.lr": 0.002}, write=False)
    assert (
        experiment.edit({"potential.channels": np.int64(16), "fit.forces.lr": np.float64(0.002)}, write=False) == plain
    )
    assert mlipilot.logs("verdict", attempt=np.int32(1)) == mlipilot.logs("verdict", attempt=1)


def test_a_refused_edit_and_a_refused_format_leave_the_file(folder: Path) -> None:
    for name in ("campaign.mlp", "eight.mlp"):
        before = Path(name).read_bytes()
        first(lambda name=name: mlipilot.load(name).edit({"potential.chanels": 8}))
        assert Path(name).read_bytes() == before
    first(lambda: mlipilot.load("eight.mlp").format())
    assert Path("eight.mlp").read_bytes() == before


def test_the_traceback_has_the_callers_lines_and_none_of_what_was_called(folder: Path) -> None:
    for call in (
        lambda: mlipilot.load("absent.mlp"),
        lambda: mlipilot.load("eight.mlp").compile(),
        lambda: mlipilot.status("absent"),
        lambda: mlipilot.rejudge(RECORD, alpha=2),
    ):
        with pytest.raises(mlipilot.MlipilotError) as refused:
            call()
        frames = traceback.extract_tb(refused.value.__traceback__)
        assert [Path(frame.filename).name for frame in frames] == ["test_errors.py", "test_errors.py", "arguments.py"]


def test_a_tilde_is_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert mlipilot.load("~/tiny.mlp").path == folder / "tiny.mlp"
    assert mlipilot.load(Path("~") / "tiny.mlp").hash() == mlipilot.load("tiny.mlp").hash()
    assert first(lambda: mlipilot.load("~nobody-is-called-so/tiny.mlp")).code == "MLP0001"


def test_invalid_specs_are_errors_of_the_one_kind_and_show_the_place(folder: Path) -> None:
    with pytest.raises(mlipilot.InvalidSpec) as refused:
        mlipilot.load("eight.mlp").compile()
    assert isinstance(refused.value, mlipilot.MlipilotError)
    assert len(refused.value.diagnostics) == 8
    assert "eight.mlp:4:20" in str(refused.value)
    again = pickle.loads(pickle.dumps(refused.value))
    assert again.diagnostics == refused.value.diagnostics


def test_what_the_system_refuses_is_the_one_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "store/entry")

    monkeypatch.setattr("mlipilot.interface.execution.run_plan", refuse)
    fault = first(lambda: mlipilot.load("tiny.mlp").execute())
    assert fault.code == "MLP0819"
    assert "`store/entry`" in fault.headline
    monkeypatch.setattr("mlipilot.runtime.rewriting.rewrite_bytes", refuse)
    assert first(lambda: mlipilot.load("tiny.mlp").format()).code == "MLP0704"
    assert first(lambda: mlipilot.load("campaign.mlp").edit({"potential.channels": 8})).code == "MLP0704"
    assert first(lambda: mlipilot.load("eight.mlp").check(fix=True)).code == "MLP0704"


def test_a_report_that_cannot_be_written_is_said_beside_what_became_of_the_jobs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mlipilot.interface.execution.close_run", refuse)
    outcome = mlipilot.load("tiny.mlp").execute()
    assert isinstance(outcome, mlipilot.Outcome)
    assert outcome.is_complete
    assert (outcome.report, outcome.model) == (None, None)
    assert [said.code for said in outcome.diagnostics] == ["MLP0819"]
    assert "report.html" in outcome.diagnostics[0].headline
    assert "1 diagnostic" in repr(outcome)


def test_where_a_place_is_refused_nothing_more_is_written_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = mlipilot.Diagnostic("MLP0819", "`store` cannot be written: no space left on device")
    jobs = [mlipilot.JobState(About("dataset/cu", "", "dataset"), mlipilot.State.PENDING)]
    stopped = mlipilot.Outcome(jobs, diagnostics=[said])
    monkeypatch.setattr("mlipilot.interface.execution.run_plan", lambda *_: stopped)
    monkeypatch.setattr("mlipilot.interface.execution.close_run", lambda *_: pytest.fail("it wrote"))
    assert mlipilot.load("tiny.mlp").execute() is stopped
    assert not stopped.is_complete


def test_a_package_that_is_missing_is_the_one_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    fault = first(lambda: mlipilot.load("tiny.mlp").jobs())
    assert fault.code == "MLP0801"
    assert "`polars`" in fault.headline


def test_an_execution_that_cannot_begin_is_an_error(folder: Path) -> None:
    from mlipilot.runtime.foundation.processes import identity
    from mlipilot.runtime.record.lease import Lease

    read = mlipilot.status("tiny.mlp")
    assert isinstance(read, mlipilot.Standing)
    assert Lease(read.run.folder, {**identity(), "host": "elsewhere"}).acquire()
    assert first(lambda: mlipilot.load("tiny.mlp").execute()).code == "MLP0802"
    assert first(lambda: mlipilot.cancel("tiny.mlp")).code == "MLP0802"


def test_what_is_doubtful_warns_at_the_callers_line(folder: Path) -> None:
    for call in (
        lambda: mlipilot.load("tiny.mlp").compile(),
        lambda: mlipilot.load("tiny.mlp").forecast(),
        lambda: mlipilot.load("tiny.mlp").execute(),
    ):
        with pytest.warns(mlipilot.MlipilotWarning, match="MLP0521") as said:
            call()
        assert {Path(warning.filename) for warning in said} == {Path(__file__)}


def test_a_run_of_a_spec_that_was_changed_since_warns(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mlipilot.status("tiny.mlp")
    text = Path("tiny.mlp").read_text(encoding="utf-8").replace("channels     = 4", "channels     = 8")
    Path("tiny.mlp").write_text(text, encoding="utf-8")
    for call in (mlipilot.status, mlipilot.logged_jobs, mlipilot.verify):
        with pytest.warns(mlipilot.MlipilotWarning, match="has changed since") as said:
            call("tiny.mlp")
        assert {Path(warning.filename) for warning in said} == {Path(__file__)}


ODD = ("", " ", "~", "tiny.mlp/", "tiny.mlp\n", "x" * 5000, "\udcff.mlp", "/dev/null", "-", "{}", "a=b", "1e400", "∞")


@pytest.mark.parametrize("word", ODD)
def test_an_odd_word_raises_the_one_error_or_none(folder: Path, word: str) -> None:
    """In each place that takes a text or a path."""
    tiny, campaign = mlipilot.load("tiny.mlp"), mlipilot.load("campaign.mlp")
    calls: list[Callable[[], Any]] = [
        *(partial(call, word) for call in (mlipilot.load, mlipilot.status, mlipilot.lint, mlipilot.explain)),
        *(partial(call, word) for call in (mlipilot.verify, mlipilot.logs, mlipilot.logged_jobs, mlipilot.cancel)),
        partial(tiny.diff, word),
        partial(mlipilot.veto, word, "tiny.mlp", because=word),
        partial(mlipilot.propose, {word: word}, RECORD, because=word),
        partial(mlipilot.rejudge, RECORD, alpha=word),
        partial(mlipilot.rejudge, RECORD, thresholds={word: word}),
        partial(mlipilot.lint, "mace.yaml", data=word),
        partial(campaign.edit, {"potential.channels": word}, write=False),
        partial(campaign.edit, {word: 4}, write=False),
        partial(campaign.edit, {"potential.channels": 8}, word, write=False),
        partial(mlipilot.render, campaign.check(), word),
    ]
    before = {path.name for path in folder.iterdir()}
    for call in calls:
        try:
            repr(call())
        except mlipilot.MlipilotError as error:
            assert error.diagnostics
            assert str(error).strip()
    assert {path.name for path in folder.iterdir()} == before


def test_a_file_that_may_not_be_read_is_named(folder: Path) -> None:
    path = Path("tiny.mlp")
    path.chmod(0)
    try:
        if path.stat().st_mode & stat.S_IRUSR or _reads(path):
            pytest.skip("this user may read everything")
        assert first(lambda: mlipilot.load(path)).code == "MLP0001"
    finally:
        path.chmod(0o644)


def _reads(path: Path) -> bool:
    try:
        path.read_bytes()
    except PermissionError:
        return False
    return True

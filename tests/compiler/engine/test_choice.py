"""Which engine a plan is for, what it is told, and that no key depends on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))

from copper import TEXT

from mlipilot.compiler.canonical import canonical
from mlipilot.compiler.compile import check_source, compile_file
from mlipilot.compiler.engine.choice import plan_with_engine
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.source import SourceFile

ENGINES = """
engine here : local { workers = 2 }
engine cluster : slurm {
    partition = "gpu", threads = 2
    train { cores = 8, memory = 32 GB, time = 4 h }
    measure { gpus = 0 }
}
engine card : local { device = cuda }
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The copper example with engines of its own."""
    head, _, rest = TEXT.partition("\nengine ")
    path = tmp_path / "copper.mlp"
    path.write_text(head + "\n" + ENGINES + rest.partition("}\n")[2])
    return path


def plan(path: Path, engine: str | None = None) -> Compiled:
    compiled, found = compile_file(path, engine=engine)
    assert compiled is not None, found
    return compiled


@pytest.mark.parametrize(
    ("name", "kind", "workers"),
    [(None, "local", 2), ("here", "local", 2), ("local", "local", 2), ("cluster", "slurm", 50), ("slurm", "slurm", 50)],
)
def test_the_first_engine_is_meant_or_that_of_a_name_or_a_kind(
    spec: Path, name: str | None, kind: str, workers: int
) -> None:
    engine = plan(spec, name).plan.engine
    assert (engine["kind"], engine["workers"]) == (kind, workers)


def test_a_kind_that_the_spec_does_not_declare_has_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "copper.mlp"
    path.write_text(TEXT)
    assert plan(path, "slurm").plan.engine == {
        "kind": "slurm",
        "workers": 50,
        "threads": 1,
        "device": "cpu",
        "exclude": [],
        "gpu_request": "gres",
        "setup": [],
        "options": [],
        "checkpoint": 120.0,
        "interval": 15.0,
        "grace": 300.0,
    }


def test_what_kinds_of_jobs_need_is_told_in_seconds_and_bytes(spec: Path) -> None:
    assert plan(spec, "cluster").plan.engine["resources"] == {
        "train": {"cores": 8, "memory": 32e9, "time": 14_400.0},
        "measure": {"gpus": 0},
    }


def test_jobs_have_as_many_threads_as_their_kind_asks_for_cores(spec: Path) -> None:
    threads = {job.kind: job.threads for job in plan(spec, "cluster").plan.jobs}
    assert (threads["train"], threads["dataset"], threads["evaluate"]) == (8, 2, 2)


def test_no_key_depends_on_the_engine(spec: Path) -> None:
    keys = job_keys(plan(spec).plan)
    assert job_keys(plan(spec, "cluster").plan) == keys
    assert any(keys.values())


def test_an_engine_that_does_not_exist_is_refused_with_the_nearest_name(spec: Path) -> None:
    compiled, found = compile_file(spec, engine="clutser")
    assert compiled is None
    (fault,) = [diagnostic for diagnostic in found if diagnostic.is_error]
    assert (fault.code, fault.headline) == ("MLP0716", "there is no engine `clutser`")
    assert fault.help == "did you mean `cluster`?"


def test_a_plan_takes_another_engine_of_its_spec_with_the_same_keys(spec: Path) -> None:
    first = plan(spec)
    second = plan_with_engine(first, "cluster")
    assert isinstance(second, Compiled)
    assert second.plan.engine["partition"] == "gpu"
    assert job_keys(second.plan) == job_keys(first.plan)


def test_a_plan_does_not_take_an_engine_with_another_device(spec: Path) -> None:
    fault = plan_with_engine(plan(spec), "card")
    assert isinstance(fault, Diagnostic)
    assert fault.code == "MLP0703"
    assert fault.help == "compile the spec with `--engine card`"


def test_a_plan_whose_spec_is_gone_takes_a_kind_with_its_defaults(spec: Path) -> None:
    compiled = plan(spec)
    spec.unlink()
    found = plan_with_engine(compiled, "slurm")
    assert isinstance(found, Compiled)
    assert found.plan.engine["workers"] == 50


def test_what_kinds_of_jobs_need_may_stand_in_any_order() -> None:
    def meaning(text: str) -> object:
        found = check_source(SourceFile("a.mlp", text))
        assert found.spec is not None
        return canonical(found.spec)

    head = 'edition "2026"\n'
    one = head + "engine c : slurm { train { cores = 4 }, label { cores = 8 } }\n"
    other = head + "engine c : slurm { label { cores = 8 }, train { cores = 4 } }\n"
    assert meaning(one) == meaning(other)

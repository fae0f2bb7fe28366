"""Whether a device is there, told without torch: surely absent, or not known to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from copper import compiled, replaced

from mlipilot.compiler import machine, plan
from mlipilot.compiler.compile import check_source, compile_file, plan_warnings
from mlipilot.spec.source import SourceFile

CUDA = replaced("threads = 2 }", "threads = 2, device = cuda }")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux machine without any trace of a GPU; a file of the name that is given makes one."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "_TRACES", (str(tmp_path / "nvidiactl"),))
    return tmp_path


def test_a_machine_without_a_driver_has_no_device(bare: Path) -> None:
    assert machine.cuda_is_absent()


def test_a_driver_may_have_one(bare: Path) -> None:
    (bare / "nvidiactl").touch()
    assert not machine.cuda_is_absent()


@pytest.mark.parametrize(("hidden", "absent"), [("", True), ("-1", True), ("0", False), ("1,2", False)])
def test_cards_may_be_hidden(bare: Path, hidden: str, absent: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "nvidiactl").touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert machine.cuda_is_absent() is absent


@pytest.mark.parametrize(("system", "absent"), [("darwin", True), ("win32", False)])
def test_another_system_is_not_searched(bare: Path, system: str, absent: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "platform", system)
    assert machine.cuda_is_absent() is absent


@pytest.mark.parametrize(("text", "absent", "codes"), [(CUDA, True, ["MLP0824"]), (CUDA, False, []), ("", True, [])])
def test_a_device_that_is_not_here_is_a_warning_of_a_plan(
    text: str, absent: bool, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "cuda_is_absent", lambda: absent)
    text = text or replaced("threads = 2", "threads = 1")
    spec = check_source(SourceFile("copper.mlp", text)).spec
    assert spec is not None
    assert [d.code for d in plan_warnings(spec, compiled(text))] == codes


def test_a_plan_is_made_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "cuda_is_absent", lambda: True)
    path = tmp_path / "copper.mlp"
    path.write_text(CUDA)
    made, found = compile_file(path)
    assert made is not None
    assert [d.code for d in found] == ["MLP0824"]

"""The package is what the repository holds: links, wheel contents, one top-level name, room cards."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("spec", "compiler", "runtime")
SHIPPED = {".py", ".pyi", ".lark", ".md", ".json", ".html", ".css", ".toml"}


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("needs a git checkout")
    return done.stdout.splitlines()


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_a_link_in_the_front_door(room: str) -> None:
    link = ROOT / "mlipilot" / room

    assert link.is_symlink()
    assert link.readlink() == Path(f"../{room}")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "maturin", "build", "--release", "--quiet", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_the_wheel_holds_exactly_the_tracked_files_of_the_rooms(wheel: zipfile.ZipFile) -> None:
    tracked = {f"mlipilot/{name}" for name in _git("ls-files", *ROOMS)}
    tracked |= {name for name in _git("ls-files", "mlipilot") if name.removeprefix("mlipilot/") not in ROOMS}
    untracked = {f"mlipilot/{n}" for n in _git("ls-files", "--others", "--exclude-standard", *ROOMS)}
    untracked |= set(_git("ls-files", "--others", "--exclude-standard", "mlipilot"))
    shipped = {name for name in wheel.namelist() if not name.split("/")[0].endswith(".dist-info")}
    extension = {name for name in shipped if name.startswith("mlipilot/_core.") and name.endswith((".so", ".pyd"))}

    assert len(extension) == 1
    assert shipped - extension == tracked | untracked
    assert {Path(name).suffix for name in tracked} <= SHIPPED | {".typed"}


def test_the_wheel_has_one_top_level_package_and_no_caches(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"mlipilot"}
    assert not [name for name in wheel.namelist() if name.endswith(".pyc")]


def test_the_wheel_imports_and_checks_a_spec_by_itself(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    script = (
        f"import sys; sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}];"
        f"sys.path.insert(0, {str(tmp_path / 'site')!r});"
        "import mlipilot, mlipilot._core; from mlipilot.cli import main;"
        f"assert mlipilot.__file__.startswith({str(tmp_path)!r}), mlipilot.__file__;"
        f"sys.exit(main(['check', {str(ROOT / 'examples/copper/copper.mlp')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import site; site.main();{script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("door", ["mlipilot", "spec", "compiler", "runtime", "rust", "examples", "tests"])
def test_each_door_has_a_room_card(door: str) -> None:
    lines = (ROOT / door / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 30
    assert any("start reading at" in line.lower() for line in lines)


def test_the_excerpt_of_the_readme_stands_in_the_example() -> None:
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    excerpt = next(block for block in blocks if "training fit {" in block)
    example = (ROOT / "examples" / "copper" / "copper.mlp").read_text(encoding="utf-8").splitlines()
    lines = {" ".join(line.split()) for line in example}

    assert {" ".join(line.split()) for line in excerpt.splitlines()} <= lines | {""}


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for room in (*ROOMS, "mlipilot", "rust")
        for suffix in ("*.py", "*.rs")
        for path in (ROOT / room).rglob(suffix)
        if "target" not in path.parts
        and not path.is_symlink()
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }

    assert not long

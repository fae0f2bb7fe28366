"""What was computed comes back by its content, and what is damaged does not."""

from pathlib import Path

import pytest

from mlipilot.runtime.labels.shelf import Shelf

ASKED, VALUE = {"what": "label", "positions": [[0.1, 0.2, -0.3]]}, {"energy": -1.1, "forces": [[1e-17, 0.0, 0.1]]}


def entry(folder: Path) -> Path:
    (path,) = folder.rglob("*.json")
    return path


def test_a_value_comes_back_to_the_last_digit(tmp_path: Path) -> None:
    Shelf(tmp_path).put(ASKED, VALUE)
    assert Shelf(tmp_path).find(ASKED) == VALUE
    assert Shelf(tmp_path).find({**ASKED, "positions": [[0.1, 0.2, -0.30000001]]}) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("-1.1", "-1.2"),
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"value"', '"valve"'),
    ],
    ids=["cut", "altered", "empty", "other", "renamed"],
)
def test_a_damaged_entry_is_as_good_as_none_and_is_replaced(damage: object, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(ASKED, VALUE)
    path = entry(tmp_path)
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    assert shelf.find(ASKED) is None
    shelf.put(ASKED, VALUE)
    assert shelf.find(ASKED) == VALUE


def test_an_entry_under_another_name_is_not_taken_for_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(ASKED, VALUE)
    path = entry(tmp_path)
    shelf.put({"what": "other"}, {"energy": 0.0})
    (other,) = set(tmp_path.rglob("*.json")) - {path}
    other.replace(path)
    assert shelf.find(ASKED) is None

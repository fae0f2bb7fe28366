"""Large sets: parsers on small files of the right form, and a cache that refuses what it did not see before."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlipilot.runtime.encodings.datasets import (
    DataCache,
    DataUnavailableError,
    HashMismatchError,
    RemoteFile,
    RemoteSet,
    load,
    load_remote,
)
from mlipilot.runtime.encodings.datasets.remote import REMOTE

RNG = np.random.default_rng(0)

ARFF = """@RELATION beans
@ATTRIBUTE Area INTEGER
@ATTRIBUTE Roundness REAL
@ATTRIBUTE Class {SEKER,BOMBAY}
@DATA
28395,0.95,BOMBAY
28734,0.88,SEKER
"""
FRAUD = """"Time","V1","V2","Amount","Class"
0,-1.36,0.5,149.62,"0"
1,1.19,-0.25,2.69,"1"
"""
COVERTYPE = "".join(",".join(map(str, [2596, 51, *[0] * 52, label])) + "\n" for label in (1, 7, 5))
HIGGS = "".join(f"{label:.18e}," + ",".join(["8.692932128906250000e-01"] * 28) + "\n" for label in (1, 0))
PIXELS = RNG.integers(0, 256, (3, 28, 28), dtype=np.uint8)
RECORDS = np.column_stack([np.arange(6, dtype=np.uint8)[:, None] % 10, RNG.integers(0, 256, (6, 3072), dtype=np.uint8)])


def idx(values: np.ndarray) -> bytes:
    """Bytes of an array in a gzipped IDX file."""
    header = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, dtype=">u4").tobytes()
    return gzip.compress(header + values.tobytes())


def zipped(name: str, text: str) -> bytes:
    """A zip archive of one text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def cifar_archive() -> bytes:
    """The binary archive, with one record a batch."""
    stream = io.BytesIO()
    names = ["test_batch.bin", *(f"data_batch_{i}.bin" for i in range(1, 6))]
    order = [5, 0, 1, 2, 3, 4]
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, row in zip(names, order, strict=True):
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = RECORDS.shape[1]
            archive.addfile(member, io.BytesIO(RECORDS[row].tobytes()))
    return stream.getvalue()


FILES: dict[str, dict[str, bytes]] = {
    "dry_bean": {"dry_bean.zip": zipped("DryBeanDataset/Dry_Bean_Dataset.arff", ARFF)},
    "credit_fraud": {"creditcard.csv": FRAUD.encode()},
    "fashion_mnist": {
        "train-images-idx3-ubyte.gz": idx(PIXELS[:2]),
        "train-labels-idx1-ubyte.gz": idx(np.array([9, 0], dtype=np.uint8)),
        "t10k-images-idx3-ubyte.gz": idx(PIXELS[2:]),
        "t10k-labels-idx1-ubyte.gz": idx(np.array([3], dtype=np.uint8)),
    },
    "cifar10": {"cifar-10-binary.tar.gz": cifar_archive()},
    "higgs": {"HIGGS.csv.gz": gzip.compress(HIGGS.encode())},
    "covertype": {"covtype.data.gz": gzip.compress(COVERTYPE.encode())},
}
SHAPES = {
    "dry_bean": (2, 2),
    "credit_fraud": (2, 3),
    "fashion_mnist": (3, 784),
    "cifar10": (6, 3072),
    "higgs": (2, 28),
    "covertype": (3, 54),
}
LABELS = {
    "dry_bean": [1, 0],
    "credit_fraud": [0, 1],
    "fashion_mnist": [9, 0, 3],
    "cifar10": [0, 1, 2, 3, 4, 5],
    "higgs": [1, 0],
    "covertype": [0, 6, 4],
}


def small_table(name: str) -> dict[str, RemoteSet]:
    """The table with the shape of the small files."""
    return {name: replace(REMOTE[name], shape=SHAPES[name])}


@pytest.fixture
def cache(tmp_path: Path) -> DataCache:
    return DataCache(tmp_path / "cache")


def put(cache: DataCache, name: str) -> None:
    """Write the small files of a set where the cache wants them."""
    for file in REMOTE[name].files:
        path = cache.path(name, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILES[name][file.name])


def served(tmp_path: Path, content: bytes) -> tuple[RemoteFile, Path]:
    """A file of a data set with an address that can be reached."""
    source = tmp_path / "served.bin"
    source.write_bytes(content)
    return RemoteFile("data.bin", ("file:///nowhere/data.bin", source.as_uri()), "a page"), source


@pytest.mark.parametrize("name", REMOTE)
def test_files_of_the_publishers_form_are_read(cache: DataCache, name: str) -> None:
    put(cache, name)
    data = load_remote(name, cache=cache, table=small_table(name))
    assert data.X.shape == SHAPES[name]
    assert data.y.tolist() == LABELS[name]
    assert len(set(data.feature_names)) == data.n_features
    assert data.licence


def test_images_are_scaled_to_one_and_keep_the_order_of_their_pixels(cache: DataCache) -> None:
    for name, pixels in (("fashion_mnist", PIXELS.reshape(3, -1)), ("cifar10", RECORDS[:, 1:])):
        put(cache, name)
        data = load_remote(name, cache=cache, table=small_table(name))
        assert data.X.dtype == np.float32
        np.testing.assert_allclose(data.X, pixels / 255.0, rtol=1e-6)


def test_time_is_left_out_of_credit_fraud(cache: DataCache) -> None:
    put(cache, "credit_fraud")
    data = load_remote("credit_fraud", cache=cache, table=small_table("credit_fraud"))
    assert data.feature_names == ("V1", "V2", "Amount")


@pytest.mark.parametrize("name", REMOTE)
def test_missing_file_is_refused_with_set_file_place_and_address(cache: DataCache, name: str) -> None:
    with pytest.raises(DataUnavailableError) as caught:
        load(name, cache=cache)
    file, said = REMOTE[name].files[0], str(caught.value)
    for part in (repr(name), file.name, str(cache.path(name, file)), *(file.urls or [file.page])):
        assert part in said
    assert not cache.folder.exists()


def test_set_behind_a_login_names_its_page_even_when_downloads_are_allowed(cache: DataCache) -> None:
    with pytest.raises(DataUnavailableError, match=r"sign in.*kaggle"):
        load("credit_fraud", cache=cache, download=True)


def test_part_of_a_set_is_not_taken_for_the_whole(cache: DataCache) -> None:
    put(cache, "covertype")
    with pytest.raises(ValueError, match=r"'covertype' must have the shape \(581012, 54\)"):
        load_remote("covertype", cache=cache)


@pytest.mark.parametrize("name", REMOTE)
def test_damaged_file_is_refused_by_the_name_of_its_set(cache: DataCache, name: str) -> None:
    put(cache, name)
    path = cache.path(name, REMOTE[name].files[0])
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(ValueError, match=f"'{name}'"):
        load_remote(name, cache=cache, table=small_table(name))


def test_first_sight_of_a_file_pins_its_hash_and_other_bytes_are_refused_with_both(cache: DataCache) -> None:
    put(cache, "covertype")
    table = small_table("covertype")
    load_remote("covertype", cache=cache, table=table)
    path = cache.path("covertype", REMOTE["covertype"].files[0])
    seen = hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads((cache.folder / "lock.json").read_text()) == {"covertype/covtype.data.gz": seen}
    path.write_bytes(gzip.compress(COVERTYPE.replace("2596", "2597").encode()))
    other = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(HashMismatchError, match=f"{other}.*{seen}"):
        load_remote("covertype", cache=cache, table=table)


def test_download_tries_each_address_and_pins_what_it_got(cache: DataCache, tmp_path: Path) -> None:
    file, _ = served(tmp_path, b"bytes")
    path = cache.obtain("a_set", file, download=True)
    assert path.read_bytes() == b"bytes"
    assert json.loads((cache.folder / "lock.json").read_text()) == {
        "a_set/data.bin": hashlib.sha256(b"bytes").hexdigest()
    }
    assert cache.obtain("a_set", file) == path


def test_download_of_other_bytes_than_pinned_is_not_kept(cache: DataCache, tmp_path: Path) -> None:
    file, source = served(tmp_path, b"bytes")
    cache.obtain("a_set", file, download=True).unlink()
    source.write_bytes(b"other")
    with pytest.raises(HashMismatchError, match=hashlib.sha256(b"other").hexdigest()):
        cache.obtain("a_set", file, download=True)
    assert [path.name for path in cache.path("a_set", file).parent.iterdir()] == []


def test_hash_of_the_table_goes_before_what_the_cache_saw(cache: DataCache, tmp_path: Path) -> None:
    file, _ = served(tmp_path, b"bytes")
    cache.obtain("a_set", file, download=True)
    with pytest.raises(HashMismatchError, match="0" * 64):
        cache.obtain("a_set", replace(file, sha256="0" * 64))


def test_address_that_does_not_answer_is_named_with_its_reason(cache: DataCache, tmp_path: Path) -> None:
    file = RemoteFile("data.bin", ((tmp_path / "absent").as_uri(),), "a page")
    with pytest.raises(DataUnavailableError, match=r"absent.*Put it at"):
        cache.obtain("a_set", file, download=True)
    assert [path.name for path in cache.path("a_set", file).parent.iterdir()] == []


def test_damaged_lock_is_not_taken_for_an_empty_one(cache: DataCache, tmp_path: Path) -> None:
    file, _ = served(tmp_path, b"bytes")
    cache.obtain("a_set", file, download=True)
    (cache.folder / "lock.json").write_text("{")
    with pytest.raises(ValueError, match=r"lock.json cannot be read"):
        cache.obtain("a_set", file)


def test_folder_of_the_cache_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLIPILOT_DATASETS", str(tmp_path / "named"))
    assert DataCache().folder == tmp_path / "named"
    monkeypatch.delenv("MLIPILOT_DATASETS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert DataCache().folder == tmp_path / "xdg" / "mlipilot" / "datasets"


def test_no_hash_stands_in_the_table_of_bytes_that_were_not_seen() -> None:
    assert all(file.sha256 is None for entry in REMOTE.values() for file in entry.files)


def test_a_cache_may_be_given_by_its_folder_and_nothing_else(cache: DataCache) -> None:
    put(cache, "covertype")
    table = small_table("covertype")
    for given in (cache.folder, str(cache.folder), cache):
        assert load_remote("covertype", cache=given, table=table).n_samples
    with pytest.raises(ValueError, match="`cache` must be a `DataCache` or the path of its folder, not 3"):
        load("covertype", cache=3)


def test_a_download_is_offered_only_where_it_was_not_asked_for(cache: DataCache, tmp_path: Path) -> None:
    file = RemoteFile("data.bin", ((tmp_path / "absent").as_uri(),), "a page")
    with pytest.raises(DataUnavailableError, match="or pass `download=True`"):
        cache.obtain("a_set", file)
    with pytest.raises(DataUnavailableError) as caught:
        cache.obtain("a_set", file, download=True)
    assert "download=True" not in str(caught.value)


@pytest.mark.parametrize("download", ["yes", 1, None])
def test_a_download_is_asked_for_by_true_alone(cache: DataCache, download: Any) -> None:
    with pytest.raises(ValueError, match=f"`download` must be True or False, not {download!r}"):
        load("dry_bean", cache=cache, download=download)

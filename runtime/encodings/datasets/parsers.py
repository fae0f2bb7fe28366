"""From the files of a data set, as its publisher wrote them, to features and labels.

A parser gets its files by their names in the cache, and gives `X` (n_samples, n_features), `y` (n_samples,) of class
labels from 0, and the names of the features. It executes nothing of what it reads: no pickles. A file of another form
gives one of `UNREADABLE`.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import arff

Parsed = tuple[NDArray[Any], NDArray[np.int64], tuple[str, ...]]
Parser = Callable[[Mapping[str, Path]], Parsed]

UNREADABLE = (ValueError, LookupError, EOFError, OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error)
"""What a parser raises on a file of another form, or a damaged one."""
IDX_UINT8 = 0x08
"""The type code of unsigned bytes in an IDX header."""
CIFAR_PIXELS = 3 * 32 * 32
COVERTYPE_TERRAIN = (
    "Elevation Aspect Slope Horizontal_Distance_To_Hydrology Vertical_Distance_To_Hydrology "
    "Horizontal_Distance_To_Roadways Hillshade_9am Hillshade_Noon Hillshade_3pm Horizontal_Distance_To_Fire_Points"
).split()


def parse_dry_bean(files: Mapping[str, Path]) -> Parsed:
    """The ARFF table in UCI's archive: 16 measures of shape, classes numbered in the order of the file's header."""
    with zipfile.ZipFile(files["dry_bean.zip"]) as archive:
        member = _only(archive.namelist(), ".arff", "dry_bean.zip")
        text = archive.read(member).decode("utf-8")
    rows, meta = arff.loadarff(io.StringIO(text))
    *features, label = meta.names()
    X = np.column_stack([rows[name].astype(np.float64) for name in features])
    kinds = [kind.encode() for kind in meta[label][1]]
    y = np.array([kinds.index(value) for value in rows[label]], dtype=np.int64)
    return X, y, tuple(features)


def parse_credit_fraud(files: Mapping[str, Path]) -> Parsed:
    """The CSV of the ULB Machine Learning Group: V1 to V28 and Amount; Time, an index of the row, is left out."""
    with files["creditcard.csv"].open(encoding="utf-8") as stream:
        names = [name.strip('"') for name in stream.readline().strip().split(",")]
        if names[:1] != ["Time"] or names[-1:] != ["Class"]:
            raise ValueError(f"creditcard.csv must have the columns Time, V1, …, Amount, Class, not {', '.join(names)}")
        table = np.loadtxt(stream, delimiter=",", quotechar='"', ndmin=2)
    return table[:, 1:-1], table[:, -1].astype(np.int64), tuple(names[1:-1])


def parse_fashion_mnist(files: Mapping[str, Path]) -> Parsed:
    """Four IDX files, training rows before test rows: 28×28 grey levels as float32 in [0, 1]."""
    images, labels = [], []
    for part in ("train", "t10k"):
        images.append(_read_idx(files[f"{part}-images-idx3-ubyte.gz"]))
        labels.append(_read_idx(files[f"{part}-labels-idx1-ubyte.gz"]))
    pixels = np.concatenate([image.reshape(len(image), -1) for image in images])
    names = tuple(f"pixel_{row}_{column}" for row in range(images[0].shape[1]) for column in range(images[0].shape[2]))
    return pixels.astype(np.float32) / np.float32(255), np.concatenate(labels).astype(np.int64), names


def parse_cifar10(files: Mapping[str, Path]) -> Parsed:
    """The binary archive, training batches before the test batch: 3×32×32 levels as float32 in [0, 1], red first."""
    with tarfile.open(files["cifar-10-binary.tar.gz"]) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers() if member.isfile()}
        batches = [*sorted(name for name in members if name.startswith("data_batch_")), "test_batch.bin"]
        raw = b"".join(_member(archive, members, name) for name in batches)
    if not raw or len(raw) % (1 + CIFAR_PIXELS):
        raise ValueError(f"cifar-10-binary.tar.gz has {len(raw)} bytes, not a multiple of {1 + CIFAR_PIXELS}")
    records = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 1 + CIFAR_PIXELS)
    names = tuple(f"{colour}_{row}_{column}" for colour in "rgb" for row in range(32) for column in range(32))
    return records[:, 1:].astype(np.float32) / np.float32(255), records[:, 0].astype(np.int64), names


def parse_higgs(files: Mapping[str, Path]) -> Parsed:
    """UCI's gzipped CSV, label first, then 21 kinematic features and 7 derived ones, as float32."""
    table = _read_csv(files["HIGGS.csv.gz"], np.float32)
    width = table.shape[1] - 1
    names = tuple([f"low_{i}" for i in range(min(21, width))] + [f"high_{i}" for i in range(max(0, width - 21))])
    return np.ascontiguousarray(table[:, 1:]), table[:, 0].astype(np.int64), names


def parse_covertype(files: Mapping[str, Path]) -> Parsed:
    """UCI's gzipped CSV: 10 measures of terrain, 4 areas and 40 soils as 0 or 1; cover types 1–7 become 0–6."""
    table = _read_csv(files["covtype.data.gz"], np.float64)
    areas, soils = [f"Wilderness_Area_{i}" for i in range(4)], [f"Soil_Type_{i}" for i in range(40)]
    return table[:, :-1], table[:, -1].astype(np.int64) - 1, (*COVERTYPE_TERRAIN, *areas, *soils)


def _read_csv(path: Path, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    with gzip.open(path, "rt", encoding="ascii") as stream:
        return np.loadtxt(stream, delimiter=",", dtype=dtype, ndmin=2)


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """An array of bytes in the IDX format (http://yann.lecun.com/exdb/mnist): two zeros, type, rank, sizes, values."""
    with gzip.open(path) as stream:
        raw = stream.read()
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] != IDX_UINT8:
        raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
    start = 4 + 4 * raw[3]
    shape = tuple(np.frombuffer(raw[4:start], dtype=">u4").tolist())
    values = np.frombuffer(raw[start:], dtype=np.uint8)
    if values.size != np.prod(shape, dtype=int):
        raise ValueError(f"{path.name} has {values.size} bytes for the shape {shape} of its header")
    return values.reshape(shape)


def _only(names: list[str], ending: str, archive: str) -> str:
    found = [name for name in names if name.endswith(ending)]
    if len(found) != 1:
        raise ValueError(f"{archive} must have one file that ends in {ending}, not {len(found)}")
    return found[0]


def _member(archive: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo], name: str) -> bytes:
    stream = archive.extractfile(members[name]) if name in members else None
    if stream is None:
        raise ValueError(f"cifar-10-binary.tar.gz has no file {name!r}")
    return stream.read()

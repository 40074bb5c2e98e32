"""EfficientNet-Lite0 as an ONNX model, from its weights.

Layers: Tan and Le, "EfficientNet" (2019), table 1; Lite has neither squeeze-and-excite nor swish; its stem and head are
not scaled. Batch norms are folded into the convolutions, weights are stored as float16 and calculated as float32.
TensorFlow's SAME padding is written out: OpenCV 5.0 calculates `auto_pad` otherwise than ONNX Runtime, silently.

Inside all values are counted in sixths of what they are, so that ReLU6 is a hard sigmoid from 0 to 1: OpenCV 5.0 joins
that to the convolution before it, and a clip not, which costs it a seventh of its time.

Input `image`: 1 x 3 x 224 x 224, RGB, (value - 127) / 128. Outputs: `features`, 1 x 1280, the mean over the picture;
`logits`, 1 x 1000 of ImageNet's classes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.square import SIDE

if TYPE_CHECKING:
    import onnx

    from phx_scraper.imaging.categories.vision_weights import Weights

FEATURES, CLASSES = 1280, 1000
_EPSILON = 1e-3
_OPSET, _IR = 13, 8
_SMALL = 64
_UNIT = 6.0


@dataclass(frozen=True)
class _Stage:
    """Blocks of one kind; the first one has the stride. Kernels are as large as their weights."""

    repeats: int
    stride: int
    expansion: int
    channels: int


_STAGES = (
    _Stage(1, 1, 1, 16),
    _Stage(2, 2, 6, 24),
    _Stage(2, 2, 6, 40),
    _Stage(3, 2, 6, 80),
    _Stage(3, 1, 6, 112),
    _Stage(4, 2, 6, 192),
    _Stage(1, 1, 6, 320),
)


def onnx_model(weights: Weights) -> bytes:
    """The model as a file's bytes. Raises VisionUnavailable where the package onnx is not installed."""
    try:
        import onnx
    except ImportError as error:
        raise VisionUnavailable(
            "Pictures are not looked at: the package onnx is not installed; "
            "`pip install 'phx-scraper[vision]'` brings it."
        ) from error
    builder = _Builder(weights, onnx)
    builder.layers()
    return builder.model()


@dataclass
class _Builder:
    """Adds node after node; `side` is the height and width of what the last one gave."""

    weights: Weights
    onnx: Any
    side: int = SIDE
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def layers(self) -> None:
        x, channels, number = self._convolution("image", "_conv_stem", "_bn0", stride=2, unit=_UNIT), 32, 0
        for stage in _STAGES:
            for repeat in range(stage.repeats):
                x = self._block(x, f"_blocks.{number}.", stage, stage.stride if repeat == 0 else 1, channels)
                channels, number = stage.channels, number + 1
        x = self._node("GlobalAveragePool", [self._convolution(x, "_conv_head", "_bn1")])
        x = self._node("Mul", [self._node("Flatten", [x]), self._constant(np.float32(_UNIT))], "features")
        ends = [self._constant(self.weights[f"_fc.{name}"]) for name in ("weight", "bias")]
        self._node("Gemm", [x, *ends], "logits", transB=1)

    def _block(self, x: str, name: str, stage: _Stage, stride: int, channels: int) -> str:
        before, inside = x, channels * stage.expansion
        if stage.expansion > 1:
            x = self._convolution(x, name + "_expand_conv", name + "_bn0")
        x = self._convolution(x, name + "_depthwise_conv", name + "_bn1", stride=stride, groups=inside)
        x = self._convolution(x, name + "_project_conv", name + "_bn2", relu=False)
        return self._node("Add", [x, before]) if stride == 1 and channels == stage.channels else x

    def _convolution(
        self, x: str, name: str, norm: str, *, stride: int = 1, groups: int = 1, relu: bool = True, unit: float = 1.0
    ) -> str:
        """`unit`: how many units of its input one of its output is."""
        weight, bias = self._folded(name, norm)
        kernel = weight.shape[2]
        x = self._node(
            "Conv",
            [x, self._constant(weight / unit), self._constant(bias / _UNIT)],
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            group=groups,
            pads=self._pads(kernel, stride),
        )
        return self._node("HardSigmoid", [x], alpha=1.0, beta=0.0) if relu else x

    def _folded(self, name: str, norm: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        w = self.weights
        scale = w[norm + ".weight"] / np.sqrt(w[norm + ".running_var"] + _EPSILON)
        bias = w[norm + ".bias"] - w[norm + ".running_mean"] * scale
        return w[name + ".weight"] * scale[:, None, None, None], bias

    def _pads(self, kernel: int, stride: int) -> list[int]:
        """The padding before and after of a convolution, of height and of width, and `side` after it."""
        out = -(-self.side // stride)
        total = max((out - 1) * stride + kernel - self.side, 0)
        before, after, self.side = total // 2, total - total // 2, out
        return [before, before, after, after]

    def _constant(self, values: npt.NDArray[Any] | np.float32) -> str:
        if values.size <= _SMALL:
            return self._initializer(np.asarray(values, np.float32))
        half = self._initializer(np.asarray(values, np.float16))
        return self._node("Cast", [half], to=self.onnx.TensorProto.FLOAT)

    def _initializer(self, values: npt.NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(values, name))
        return name

    def _node(self, kind: str, inputs: list[str], out: str = "", **attributes: object) -> str:
        out = out or f"x{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [out], **attributes))
        return out

    def model(self) -> bytes:
        helper = self.onnx.helper
        shapes = {"image": [1, 3, SIDE, SIDE], "features": [1, FEATURES], "logits": [1, CLASSES]}
        image, *outputs = (
            helper.make_tensor_value_info(name, self.onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()
        )
        graph = helper.make_graph(self.nodes, "efficientnet_lite0", [image], outputs, self.constants)
        model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR
        return bytes(model.SerializeToString())

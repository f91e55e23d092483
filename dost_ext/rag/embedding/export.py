"""Makes the file that the built-in embedder runs, from the weights that all-MiniLM-L6-v2 ships.

The network is BERT (Devlin et al., 2019) with six layers, as its authors' `config.json` says;
pooling and normalisation, which sentence-transformers does around it, are part of the graph.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

OPSET = 17  # the first with LayerNormalization
IR_VERSION = 9
HEADS = 12
LAYERS = 6
WIDTH = 384
EPSILON = 1e-12
# A position that is padding gets this much less attention, which leaves none.
FAR = -10_000.0


def export(weights: Path, target: Path) -> None:
    """Write the quantised network to `target` (34 MB, ten seconds), whole or not at all.

    Matrices are rounded with a scale for each column: one scale for a whole matrix costs a tenth of
    the likeness to the original. Of the 8 bits, one stays empty: processors without VNNI add two
    products in 16 bits, which would overflow and cost more than that bit tells. The second half of
    each feed-forward stays as it is: a few of the numbers that come into it are so large that one
    scale for all of them leaves little of the others, which is half of what rounding costs.

    Args:
        weights: `model.safetensors` of sentence-transformers/all-MiniLM-L6-v2.
        target: The ONNX file; its directory is there.
    """
    model = _Graph(load_file(weights)).model()
    with tempfile.TemporaryDirectory(dir=target.parent) as directory:
        plain, small = Path(directory, "plain.onnx"), Path(directory, "small.onnx")
        onnx.save(model, plain)
        root = logging.getLogger()
        root.addFilter(_unadvised)
        try:
            quantize_dynamic(
                plain,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
                nodes_to_exclude=[f"encoder.layer.{layer}.output.dense" for layer in range(LAYERS)],
            )
        finally:
            root.removeFilter(_unadvised)
        small.replace(target)


def _unadvised(record: logging.LogRecord) -> bool:
    """Leaves out the advice to prepare the network, which one that is made here does not need."""
    return "pre-processing" not in record.getMessage()


class _Graph:
    """The network, node by node. Texts are B, their tokens S."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        """From `input_ids` and `attention_mask` [B, S] to `embedding` [B, 384] of length one."""
        state = self._embed()
        keys = self._op("Cast", "attention_mask", to=TensorProto.FLOAT)
        absent = self._op("Sub", self._number(1.0), keys)
        bias = self._op("Mul", absent, self._number(FAR))
        bias = self._op("Unsqueeze", bias, self._numbers(1, 2))  # [B, 1, 1, S]
        for layer in range(LAYERS):
            state = self._layer(f"encoder.layer.{layer}", state, bias)
        self._pool(state, keys)
        shape = ["B", "S"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["B", WIDTH])]
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, constants)
        opset = helper.make_opsetid("", OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)

    def _embed(self) -> str:
        words = self._op("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        length = self._op("Shape", "input_ids", start=1, end=2)
        places = self._op(
            "Slice",
            self._weight("embeddings.position_embeddings.weight"),
            self._numbers(0),
            length,
            self._numbers(0),
        )
        # A single text has one type throughout.
        types = self._constant("type", self._weights["embeddings.token_type_embeddings.weight"][0])
        total = self._op("Add", self._op("Add", words, places), types)
        return self._normalise("embeddings.LayerNorm", total)

    def _layer(self, name: str, state: str, bias: str) -> str:
        found = self._attend(f"{name}.attention.self", state, bias)
        found = self._dense(f"{name}.attention.output.dense", found)
        state = self._normalise(f"{name}.attention.output.LayerNorm", self._op("Add", found, state))
        found = self._gelu(self._dense(f"{name}.intermediate.dense", state))
        found = self._dense(f"{name}.output.dense", found)
        return self._normalise(f"{name}.output.LayerNorm", self._op("Add", found, state))

    def _attend(self, name: str, state: str, bias: str) -> str:
        query = self._heads(f"{name}.query", state, (0, 2, 1, 3))
        key = self._heads(f"{name}.key", state, (0, 2, 3, 1))
        value = self._heads(f"{name}.value", state, (0, 2, 1, 3))
        scale = self._number(float(np.sqrt(WIDTH // HEADS)))
        scores = self._op("Div", self._op("MatMul", query, key), scale)
        shares = self._op("Softmax", self._op("Add", scores, bias), axis=-1)
        mixed = self._op("Transpose", self._op("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self._op("Reshape", mixed, self._numbers(0, 0, WIDTH))

    def _heads(self, name: str, state: str, order: tuple[int, ...]) -> str:
        parted = self._op(
            "Reshape", self._dense(name, state), self._numbers(0, 0, HEADS, WIDTH // HEADS)
        )
        return self._op("Transpose", parted, perm=list(order))

    def _dense(self, name: str, state: str) -> str:
        weight = self._constant(f"{name}.T", self._weights[f"{name}.weight"].T.copy())
        product = self._op("MatMul", state, weight, node=name)
        return self._op("Add", product, self._weight(f"{name}.bias"))

    def _gelu(self, state: str) -> str:
        error = self._op("Erf", self._op("Div", state, self._number(float(np.sqrt(2)))))
        grown = self._op("Mul", state, self._op("Add", error, self._number(1.0)))
        return self._op("Mul", grown, self._number(0.5))

    def _normalise(self, name: str, state: str) -> str:
        scale, shift = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._op("LayerNormalization", state, scale, shift, axis=-1, epsilon=EPSILON)

    def _pool(self, state: str, keys: str) -> None:
        shares = self._op("Unsqueeze", keys, self._numbers(-1))
        total = self._op("ReduceSum", self._op("Mul", state, shares), self._numbers(1), keepdims=0)
        # Its length is made one, so that a sum does for a mean.
        length = self._op("ReduceL2", total, axes=[1], keepdims=1)
        self._op("Div", total, length, output="embedding")

    def _op(
        self, kind: str, *inputs: str, output: str = "", node: str = "", **attributes: Any
    ) -> str:
        output = output or f"{kind}.{len(self._nodes)}"
        node = node or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], name=node, **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _number(self, value: float) -> str:
        return self._constant(f"number {value}", np.array(value, dtype=np.float32))

    def _numbers(self, *values: int) -> str:
        return self._constant(f"numbers {values}", np.array(values, dtype=np.int64))

    def _constant(self, name: str, value: Any) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(value, name)
        return name

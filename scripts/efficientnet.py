#!/usr/bin/env python3
"""Makes a model folder of an EfficientNet-Lite that was saved by PyTorch before 1.6, with Python's standard library alone.

usage: efficientnet.py WEIGHTS.pth OUT [--variant lite0|lite1|lite2] [--projection FOLDER]

OUT becomes config.json, model.safetensors (every tensor of the trunk as it is, without the classifier of ImageNet's classes) and preprocessor_config.json. With
--projection, FOLDER/projection.safetensors (projection.weight, projection.bias) joins the tensors, and FOLDER/projection.json says which weights it was trained on
(`trunk.sha256`, of WEIGHTS.pth), into which text model's space (`text_model`: `name`, a folder beside OUT, and `fingerprint`) and, under `preprocessor`, what a
picture was made into. Equal inputs give equal bytes, so that goldens of one folder hold for the other.

The file is a pickle, which may name any function to be called; this reader knows the five names that a dictionary of tensors takes and refuses any other.
"""
import argparse
import array
import collections
import dataclasses
import hashlib
import itertools
import json
import math
import pathlib
import pickle
import struct
import sys
import typing

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
MOST_BYTES = 1 << 28
STORAGES = {"FloatStorage": ("F32", "f", 4), "LongStorage": ("I64", "q", 8)}  # in safetensors and in an array; bytes
VARIANTS = {"lite0": (224, 1.0), "lite1": (240, 1.1), "lite2": (260, 1.2)}  # side of the picture, how much deeper
STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))  # blocks, stride of the first
# As the weights were trained: TensorFlow's crop of 224 of 256, (byte - 127) / 128.
PREPROCESSOR = {"image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True, "resample": 3, "do_center_crop": True,
                "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [127 / 255] * 3, "image_std": [128 / 255] * 3}


class Wrong(Exception):
    pass


@dataclasses.dataclass
class Storage:
    kind: str
    elements: int
    data: bytes = b""


@dataclasses.dataclass
class Tensor:
    storage: Storage
    offset: int
    shape: tuple
    strides: tuple

    def entry(self) -> tuple[str, tuple, bytes]:
        """Row by row, however the tensor lies in its storage (TensorFlow's came transposed)."""
        name, code, _ = STORAGES[self.storage.kind]
        if self.offset + sum((n - 1) * stride for n, stride in zip(self.shape, self.strides)) >= self.storage.elements:
            raise Wrong("a tensor reaches beyond its storage")
        numbers, gathered = array.array(code, self.storage.data), array.array(code)
        (*outer, (row, step)) = [(n, stride) for n, stride in zip(self.shape, self.strides) if n != 1] or [(1, 1)]
        for place in itertools.product(*(range(n) for n, _ in outer)):
            begin = self.offset + sum(i * stride for i, (_, stride) in zip(place, outer))
            gathered.extend(numbers[begin:begin + (row - 1) * step + 1:step])
        return name, self.shape, gathered.tobytes()


def rebuild(storage: Storage, offset: int, shape: tuple, strides: tuple, *_) -> Tensor:
    good = isinstance(storage, Storage) and isinstance(offset, int) and 0 <= offset and len(shape) == len(strides) and all(
        isinstance(n, int) and 1 <= n <= 1 << 32 for n in (*shape, *strides))
    if not good or math.prod(shape) > storage.elements:
        raise Wrong("a tensor is made of something else than a storage and its sizes")
    return Tensor(storage, offset, shape, strides)


class Reader(pickle.Unpickler):
    def __init__(self, file: typing.BinaryIO):
        super().__init__(file)
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return rebuild
        if module == "torch" and name in STORAGES:
            return name
        raise Wrong(f"it names {module[:40]}.{name[:40]}, which no tensor takes")

    def persistent_load(self, pid):
        if not isinstance(pid, tuple) or len(pid) != 6 or pid[0] != "storage" or pid[1] not in STORAGES or pid[5] is not None:
            raise Wrong("it refers to something that is no storage")
        _, kind, key, _, elements, _ = pid
        return self.storages.setdefault(key, Storage(kind, elements))


def read_tensors(path: pathlib.Path) -> dict[str, tuple[str, tuple, bytes]]:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Wrong(f"it has {size} bytes")
    with path.open("rb") as file:
        if Reader(file).load() != MAGIC or Reader(file).load() != PROTOCOL:
            raise Wrong("it is not what PyTorch before 1.6 saved")
        if Reader(file).load().get("little_endian") is not True:
            raise Wrong("it was saved by a big-endian machine")
        reader = Reader(file)
        tensors = reader.load()
        if not isinstance(tensors, dict) or not all(isinstance(k, str) and isinstance(t, Tensor) for k, t in tensors.items()):
            raise Wrong("it is no dictionary of tensors")
        for key in Reader(file).load():
            storage = reader.storages[key]
            (elements,) = struct.unpack("<q", file.read(8))
            if elements != storage.elements or elements * STORAGES[storage.kind][2] > size:
                raise Wrong("a storage is not as long as it was said to be")
            storage.data = file.read(elements * STORAGES[storage.kind][2])
        if file.read(1):
            raise Wrong("something follows the tensors")
    return {name: tensor.entry() for name, tensor in tensors.items()}


def read_safetensors(path: pathlib.Path) -> dict[str, tuple[str, tuple, bytes]]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    body = data[8 + length:]
    return {name: (entry["dtype"], tuple(entry["shape"]), body[slice(*entry["data_offsets"])])
            for name, entry in header.items() if name != "__metadata__"}


def write_safetensors(path: pathlib.Path, tensors: dict[str, tuple[str, tuple, bytes]]) -> None:
    header, at = {}, 0
    for name, (kind, shape, data) in sorted(tensors.items()):
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for _, (_, _, data) in sorted(tensors.items())))


def block_strides(depth: float) -> list[int]:
    """The first and the last stage are as deep in every variant."""
    strides = []
    for number, (blocks, stride) in enumerate(STAGES):
        fixed = number in (0, len(STAGES) - 1)
        strides += [stride] + [1] * ((blocks if fixed else math.ceil(depth * blocks)) - 1)
    return strides


def add_projection(folder: pathlib.Path, weights: pathlib.Path, tensors: dict, config: dict) -> dict | None:
    """The preprocessor that the projection was trained with."""
    said = json.loads((folder / "projection.json").read_text())
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if said["trunk"]["sha256"] != found:
        raise Wrong(f"the projection in {folder} was trained on other weights (SHA-256 {said['trunk']['sha256'][:12]}, these have {found[:12]})")
    projection = read_safetensors(folder / "projection.safetensors")
    if set(projection) != {"projection.weight", "projection.bias"}:
        raise Wrong(f"{folder / 'projection.safetensors'} holds {', '.join(sorted(projection))}")
    tensors.update(projection)
    config["text_model"] = f"../{said['text_model']['name']}"
    config["text_model_fingerprint"] = said["text_model"]["fingerprint"]
    return said["preprocessor"]


def make_folder(args: argparse.Namespace) -> None:
    size, depth = VARIANTS[args.variant]
    config = {"model_type": "efficientnet_lite", "image_size": size, "block_strides": block_strides(depth), "batch_norm_eps": 0.001, "hidden_act": "relu6"}
    tensors = {name: tensor for name, tensor in read_tensors(args.weights).items() if not name.startswith("_fc.") and not name.endswith("num_batches_tracked")}
    preprocessor = {**PREPROCESSOR, "size": {"shortest_edge": size + 32}, "crop_size": {"height": size, "width": size}}
    if args.projection:
        preprocessor = add_projection(args.projection, args.weights, tensors, config)
    args.out.mkdir(parents=True, exist_ok=True)
    write_safetensors(args.out / "model.safetensors", tensors)
    for name, content in (("config.json", config), ("preprocessor_config.json", preprocessor)):
        (args.out / name).write_text(json.dumps(content, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--variant", choices=sorted(VARIANTS), default="lite0")
    parser.add_argument("--projection", type=pathlib.Path)
    args = parser.parse_args()
    try:
        make_folder(args)
    except (Wrong, KeyError, ValueError, OSError, EOFError, pickle.UnpicklingError, struct.error) as error:
        sys.exit(f"efficientnet.py: {args.weights}: {error or type(error).__name__}")


if __name__ == "__main__":
    main()

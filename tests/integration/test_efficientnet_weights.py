"""scripts/efficientnet.py: a model folder from what PyTorch before 1.6 saved, without PyTorch, and nothing else from such a file."""
import array
import collections
import contextlib
import hashlib
import io
import json
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import types

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/efficientnet.py"
sys.path.insert(0, str(ROOT / "scripts"))
import efficientnet  # noqa: E402


class Storage(list):
    """Of numbers, under a key."""


def stand_in(module: str, name: str):
    """Something that is pickled as module.name."""
    made = types.FunctionType((lambda *_: None).__code__, {}, name)
    made.__module__, made.__qualname__ = module, name
    setattr(sys.modules.setdefault(module, types.ModuleType(module)), name, made)
    return made


@contextlib.contextmanager
def torch_by_name():
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "torch"}
    sys.modules["torch"] = types.ModuleType("torch")
    sys.modules["torch"].__path__ = []
    stand_in("torch", "FloatStorage")
    stand_in("torch._utils", "_rebuild_tensor_v2")
    yield
    for name in ("torch", "torch._utils"):
        del sys.modules[name]
    sys.modules.update(before)


class Saved:
    """A tensor: numbers as they lie, where it begins, its shape and strides."""

    def __init__(self, numbers, shape, strides=None, offset=0):
        dense = [1]
        for n in reversed(shape[1:]):
            dense.insert(0, dense[0] * n)
        self.storage, self.shape, self.offset = Storage(numbers), tuple(shape), offset
        self.strides = tuple(strides or dense) if shape else ()

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, (self.storage, self.offset, self.shape, self.strides, False, collections.OrderedDict())


def saved(tensors: dict, end: bytes = b"") -> bytes:
    storages: dict[str, Storage] = {}

    class Writer(pickle.Pickler):
        def persistent_id(self, thing):
            if not isinstance(thing, Storage):
                return None
            key = next((k for k, v in storages.items() if v is thing), str(len(storages)))
            storages[key] = thing
            return "storage", sys.modules["torch"].FloatStorage, key, "cpu", len(thing), None

    out = io.BytesIO()
    for header in (efficientnet.MAGIC, efficientnet.PROTOCOL, {"little_endian": True}):
        pickle.dump(header, out, protocol=2)
    with torch_by_name():
        Writer(out, protocol=2).dump(collections.OrderedDict(tensors))
    pickle.dump(sorted(storages), out, protocol=2)
    for key in sorted(storages):
        out.write(struct.pack("<q", len(storages[key])) + array.array("f", storages[key]).tobytes())
    return out.getvalue() + end


def convert(tmp_path: pathlib.Path, content: bytes, *flags: str) -> subprocess.CompletedProcess:
    (tmp_path / "weights.pth").write_bytes(content)
    return subprocess.run([sys.executable, "-S", SCRIPT, tmp_path / "weights.pth", tmp_path / "out", *flags], capture_output=True, text=True)


def numbers_of(path: pathlib.Path) -> dict:
    return {name: (kind, shape, list(array.array("f", data))) for name, (kind, shape, data) in efficientnet.read_safetensors(path).items()}


TENSORS = {"_conv_stem.weight": Saved(range(12), (2, 3, 2, 1), (1, 2, 6, 12)), "_bn0.bias": Saved(range(10), (3,), offset=4), "_fc.bias": Saved([1], (1,)),
           "_bn0.num_batches_tracked": Saved([7], ())}


def test_tensors_come_row_by_row_and_the_classifier_stays_behind(tmp_path: pathlib.Path):
    done = convert(tmp_path, saved(TENSORS))
    assert done.returncode == 0, done.stderr
    tensors = numbers_of(tmp_path / "out/model.safetensors")
    assert tensors == {"_conv_stem.weight": ("F32", (2, 3, 2, 1), [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]), "_bn0.bias": ("F32", (3,), [4, 5, 6])}
    config = json.loads((tmp_path / "out/config.json").read_text())
    assert config["block_strides"] == [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1] and "text_model" not in config
    first = (tmp_path / "out/model.safetensors").read_bytes()
    assert convert(tmp_path, saved(TENSORS)).returncode == 0 and (tmp_path / "out/model.safetensors").read_bytes() == first


def test_the_sisters_are_deeper(tmp_path: pathlib.Path):
    assert convert(tmp_path, saved(TENSORS), "--variant", "lite2").returncode == 0
    config = json.loads((tmp_path / "out/config.json").read_text())
    assert len(config["block_strides"]) == 21 and config["image_size"] == 260


class Call:
    def __init__(self, marker: pathlib.Path):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


def test_nothing_is_called_that_a_file_names(tmp_path: pathlib.Path):
    done = convert(tmp_path, saved({"_bn0.bias": Call(tmp_path / "called")}))
    assert done.returncode == 1 and "posix.system" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "called").exists() and not (tmp_path / "out").exists()


WHOLE = saved(TENSORS)
DAMAGED = {"empty": b"", "a zip file": b"PK\x03\x04" + b"\0" * 100, "cut": WHOLE[:-3], "with more behind it": WHOLE + b"x", "no pickle": b"\xff" * 50,
           "beyond its storage": saved({"a": Saved(range(4), (2, 2), (3, 1))}), "a negative stride": saved({"a": Saved(range(4), (4,), (-1,))}),
           "not a dictionary": saved({}).replace(b"OrderedDict", b"OtherThing."), "another magic": WHOLE.replace(b"\x6c\xfc\x9c", b"\x6c\xfc\x9d")}


@pytest.mark.parametrize("name", DAMAGED)
def test_anything_else_ends_with_one_sentence(tmp_path: pathlib.Path, name: str):
    done = convert(tmp_path, DAMAGED[name])
    assert done.returncode == 1 and done.stderr.startswith("efficientnet.py: ") and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "out").exists()


def write_projection(folder: pathlib.Path, trunk: bytes) -> None:
    folder.mkdir()
    efficientnet.write_safetensors(folder / "projection.safetensors", {
        "projection.weight": ("F32", (2, 2), array.array("f", [1, 2, 3, 4]).tobytes()), "projection.bias": ("F32", (2,), array.array("f", [5, 6]).tobytes())})
    (folder / "projection.json").write_text(json.dumps({
        "trunk": {"package": "p", "version": "1", "sha256": hashlib.sha256(trunk).hexdigest()},
        "text_model": {"name": "all-MiniLM-L6-v2", "fingerprint": "ab" * 32}, "preprocessor": {"image_processor_type": "CLIPImageProcessor"}}))


def test_a_projection_brings_its_text_model_and_its_preprocessing(tmp_path: pathlib.Path):
    write_projection(tmp_path / "projection", WHOLE)
    done = convert(tmp_path, WHOLE, "--projection", str(tmp_path / "projection"))
    assert done.returncode == 0, done.stderr
    assert numbers_of(tmp_path / "out/model.safetensors")["projection.weight"] == ("F32", (2, 2), [1, 2, 3, 4])
    config = json.loads((tmp_path / "out/config.json").read_text())
    assert config["text_model"] == "../all-MiniLM-L6-v2" and config["text_model_fingerprint"] == "ab" * 32
    assert json.loads((tmp_path / "out/preprocessor_config.json").read_text()) == {"image_processor_type": "CLIPImageProcessor"}


def test_a_projection_of_other_weights_is_refused(tmp_path: pathlib.Path):
    write_projection(tmp_path / "projection", WHOLE + b"x")
    done = convert(tmp_path, WHOLE, "--projection", str(tmp_path / "projection"))
    assert done.returncode == 1 and "was trained on other weights" in done.stderr

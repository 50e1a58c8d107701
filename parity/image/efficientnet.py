"""The reference of an EfficientNet-Lite tower: the blocks of efficientnet-lite-pytorch, put together as a folder's tensors and config.json say.

The package itself builds Lite0 to Lite4 only, with a stem of 32 channels; its blocks and its "SAME" convolutions take any sizes. `check_against_package()` holds this
to the package's own network, bit for bit.
"""
import json
import pathlib

import safetensors.torch
import torch
from efficientnet_lite_pytorch import model as package
from efficientnet_lite_pytorch import utils

KIND = "efficientnet_lite"


class EfficientNetLite(torch.nn.Module):
    """Names of parameters are the package's."""

    def __init__(self, stem: int, blocks: list, head: int, epsilon: float = 1e-3):
        """blocks: (in, expanded, out, kernel, stride) of each."""
        super().__init__()
        shared = utils.GlobalParams(batch_norm_momentum=0.99, batch_norm_epsilon=epsilon, relu_fn="relu6")
        convolution = utils.get_same_padding_conv2d(image_size=None)
        self._conv_stem = convolution(3, stem, kernel_size=3, stride=2, bias=False)
        self._bn0 = torch.nn.BatchNorm2d(stem, eps=epsilon)
        self._blocks = torch.nn.ModuleList(package.MBConvBlock(utils.BlockArgs(
            num_repeat=1, kernel_size=kernel, stride=stride, expand_ratio=expanded // inputs, input_filters=inputs, output_filters=out,
            se_ratio=None, id_skip=True), shared) for inputs, expanded, out, kernel, stride in blocks)
        self._conv_head = convolution(blocks[-1][2], head, kernel_size=1, bias=False)
        self._bn1 = torch.nn.BatchNorm2d(head, eps=epsilon)
        self._relu = torch.nn.ReLU6()

    def features(self, pixels: torch.Tensor, note=lambda name, planes: None) -> torch.Tensor:
        planes = self._relu(self._bn0(self._conv_stem(pixels)))
        note("stem", planes)
        for number, block in enumerate(self._blocks):
            hook = block._project_conv.register_forward_pre_hook(lambda module, inputs: note(f"block {number} depthwise", inputs[0]))
            planes = block(planes)
            hook.remove()
            note(f"block {number}", planes)
        planes = self._relu(self._bn1(self._conv_head(planes)))
        note("head", planes)
        return planes


def sizes_of(tensors: dict, strides: list[int]) -> tuple:
    blocks = []
    for number, stride in enumerate(strides):
        def shape(name):
            tensor = tensors.get(f"_blocks.{number}.{name}.weight")
            return None if tensor is None else tensor.shape
        depthwise, expand = shape("_depthwise_conv"), shape("_expand_conv")
        blocks.append((expand[1] if expand else depthwise[0], depthwise[0], shape("_project_conv")[0], depthwise[2], stride))
    return tensors["_conv_stem.weight"].shape[0], blocks, tensors["_conv_head.weight"].shape[0]


def trunk_of(tensors: dict, config: dict) -> EfficientNetLite:
    trunk = EfficientNetLite(*sizes_of(tensors, config["block_strides"]), config["batch_norm_eps"])
    trunk.load_state_dict({name: tensor.float() for name, tensor in tensors.items() if not name.startswith(("projection.", "_fc."))}, strict=False)
    missing = [name for name in trunk.state_dict() if name not in tensors and not name.endswith("num_batches_tracked")]
    assert not missing, missing
    return trunk.eval()


class EfficientNetTower:
    def __init__(self, folder: pathlib.Path):
        config = json.loads((folder / "config.json").read_text())
        tensors = safetensors.torch.load_file(folder / "model.safetensors")
        self.size, self.layers = config["image_size"], len(config["block_strides"])
        self.trunk = trunk_of(tensors, config).double()
        weight = tensors.get("projection.weight")
        self.projection = None if weight is None else (weight.double(), tensors["projection.bias"].double())

    def image(self, pixels: torch.Tensor) -> dict:
        """Of one image [3, height, width]: the states by name, in order."""
        stages = {}
        with torch.no_grad():
            planes = self.trunk.features(pixels[None], lambda name, states: stages.__setitem__(name, states[0].clone()))
        stages["pooling head"] = planes[0].mean(dim=(1, 2))
        if self.projection is not None:
            stages["projection"] = self.projection[0] @ stages["pooling head"] + self.projection[1]
        stages["vector"] = torch.nn.functional.normalize(list(stages.values())[-1], dim=0)
        return stages


def check_against_package(folder: pathlib.Path, name: str, weights: pathlib.Path) -> None:
    """The features of a random picture, as EfficientNet.from_pretrained(name) and as the folder's tower."""
    whole = package.EfficientNet.from_pretrained(name, weights_path=str(weights)).double().eval()
    tower = EfficientNetTower(folder)
    pixels = torch.rand(1, 3, tower.size, tower.size, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        difference = (whole.extract_features(pixels) - tower.trunk.features(pixels)).abs().max().item()
    print(f"{name}: largest difference to the package's own features {difference:g}")
    assert difference == 0

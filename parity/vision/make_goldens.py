#!/usr/bin/env python3
"""Writes tests/golden/images/: the pictures of pictures.py, and goldens.json with what the reference makes of them.

    build/parity/bin/python parity/vision/make_goldens.py tests/golden/images

For each picture: its size and the SHA-256 of its RGB samples as transformers' load_image decodes them, and of these resized to squares;
for some the SHA-256 of the float32 tensor that each of preprocessors/*.json makes. The hash of the decoded samples tells a decoder that
differs from a resize that differs. Needs cjpeg of libjpeg-turbo (Debian: libjpeg-turbo-progs).
"""
import base64
import hashlib
import json
import pathlib
import sys

import numpy
import PIL
import transformers
from PIL import Image
from transformers.image_utils import load_image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

import pictures

SIZES = (224, 256, 384, 512)
FILTERS = {"lanczos": Image.Resampling.LANCZOS, "bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC,
           "box": Image.Resampling.BOX}
HALF = [0.5, 0.5, 0.5]
CLIP_MEAN, CLIP_STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
PREPROCESSORS = {
    "siglip-512": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 512, "width": 512}, "resample": 3, "do_resize": True,
                   "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": HALF, "image_std": HALF},
    "siglip2-384": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 384, "width": 384}, "resample": 2, "do_convert_rgb": None,
                    "do_resize": True, "do_rescale": True, "rescale_factor": 0.00392156862745098, "do_normalize": True, "image_mean": HALF,
                    "image_std": HALF},
    "siglip-96x160": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 96, "width": 160}, "resample": 1,
                      "do_normalize": False},
    "clip-224": {"feature_extractor_type": "CLIPFeatureExtractor", "crop_size": 224, "do_center_crop": True, "do_normalize": True,
                 "do_resize": True, "image_mean": CLIP_MEAN, "image_std": CLIP_STD, "resample": 3, "size": 224},
    "clip-257-crop-224": {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 257},
                          "crop_size": {"height": 224, "width": 223}, "do_convert_rgb": True},
    "clip-64-crop-97": {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 64},
                        "crop_size": {"height": 97, "width": 80}, "image_mean": HALF, "image_std": [0.25, 0.5, 0.125]},
}
WITH_TENSORS = ("page.png", "tall.png", "wide.jpg", "page420.jpg", "cmyk.jpg", "exif6.jpg", "lossy_alpha.webp", "offset.gif", "row.png", "dot.png",
                "grey16.png")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def processor_of(config):
    kind = config.get("image_processor_type", config.get("feature_extractor_type"))
    return (CLIPImageProcessorPil if kind.startswith("CLIP") else SiglipImageProcessorPil)(**config)


def golden(name, data, processors):
    image = load_image(base64.b64encode(data).decode())
    entry = {"file": name, "width": image.width, "height": image.height, "rgb": sha256(image.tobytes()), "resized": {}}
    for filter_name, number in FILTERS.items():
        for size in SIZES:
            entry["resized"][f"{filter_name} {size}"] = sha256(image.resize((size, size), number).tobytes())
    if name in WITH_TENSORS:
        entry["tensors"] = {}
        for processor_name, processor in processors.items():
            values = processor(image, return_tensors="np")["pixel_values"][0]
            assert values.dtype == numpy.float32
            entry["tensors"][processor_name] = {"shape": list(values.shape), "sha256": sha256(numpy.ascontiguousarray(values).tobytes())}
    return entry


def main():
    out = pathlib.Path(sys.argv[1])
    (out / "preprocessors").mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if old.is_file():
            old.unlink()
    for name, config in PREPROCESSORS.items():
        (out / "preprocessors" / f"{name}.json").write_text(json.dumps(config, indent=1) + "\n")
    processors = {name: processor_of(config) for name, config in PREPROCESSORS.items()}
    entries = []
    for name, data in pictures.all_pictures():
        assert not (out / name).exists(), name
        (out / name).write_bytes(data)
        entries.append(golden(name, data, processors))
    made_with = {"Pillow": PIL.__version__, "transformers": transformers.__version__,
                 "libjpeg-turbo": PIL.features.version("libjpeg_turbo"), "libwebp": PIL.features.version("webp")}
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    (out / "goldens.json").write_text('{"made_with": ' + json.dumps(made_with) + ',\n"pictures": [\n' + lines + "\n]}\n")
    print(len(entries), "pictures,", sum(path.stat().st_size for path in out.iterdir() if path.is_file()), "bytes")


if __name__ == "__main__":
    import PIL.features
    main()

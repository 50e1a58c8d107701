"""preprocessor_config.json as transformers' own processors write it."""
import pathlib

import transformers


def siglip_preprocessor(path: pathlib.Path, size: int) -> None:
    transformers.SiglipImageProcessorPil(size={"height": size, "width": size}).save_pretrained(path)


def clip_preprocessor(path: pathlib.Path, size: int) -> None:
    transformers.CLIPImageProcessorPil(size={"shortest_edge": size}, crop_size={"height": size, "width": size}).save_pretrained(path)

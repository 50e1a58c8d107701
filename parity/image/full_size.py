#!/usr/bin/env python3
"""Writes a joint model in its full size with weights from a seed, and its goldens: the shapes that are served, which no commit holds.

usage: full_size.py siglip-b16-224|siglip-b16-512|clip-b32|siglip2-so400m OUT

Not run in CI (374 MB to 4.5 GB, minutes). Afterwards `signalbox parity --model OUT` holds the image tower to them. The weights have
the size that trained ones have (Xavier, gains around one), so that activations bend as in a trained model. There is no tokenizer: only the image
tower can be opened, for which the folder says so (vision model alone).
"""
import argparse
import math
import pathlib

import torch
import transformers

import goldens
from preprocessors import clip_preprocessor, siglip_preprocessor
from towers import Towers

SIGLIP = (transformers.SiglipVisionConfig, transformers.SiglipVisionModel)
CLIP = (transformers.CLIPVisionConfig, transformers.CLIPVisionModelWithProjection)
MODELS = {"siglip-b16-224": (SIGLIP, {"image_size": 224, "patch_size": 16}),
          "siglip-b16-512": (SIGLIP, {"image_size": 512, "patch_size": 16}),
          "clip-b32": (CLIP, {"image_size": 224, "patch_size": 32, "projection_dim": 512}),
          "siglip2-so400m": (SIGLIP, {"image_size": 384, "patch_size": 14, "hidden_size": 1152, "num_hidden_layers": 27,
                                      "num_attention_heads": 16, "intermediate_size": 4304})}


def randomise(model: torch.nn.Module) -> None:
    torch.manual_seed(7)
    with torch.no_grad():
        for name, tensor in sorted(model.named_parameters()):
            if tensor.dim() == 1:
                tensor.copy_(torch.randn_like(tensor) * 0.1 + (1.0 if name.endswith("weight") else 0.0))
            else:
                inputs = tensor[0].numel()
                tensor.copy_(torch.randn_like(tensor) * (1.4 / math.sqrt(inputs)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(MODELS))
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    (config, model), sizes = MODELS[args.kind]
    args.out.mkdir(parents=True, exist_ok=True)
    made = model(config(**sizes))
    randomise(made)
    made.save_pretrained(args.out)
    preprocessor = siglip_preprocessor if model is SIGLIP[1] else clip_preprocessor
    preprocessor(args.out, sizes["image_size"])
    goldens.write_images(args.out, Towers(args.out), count=2, layers=1)


if __name__ == "__main__":
    main()

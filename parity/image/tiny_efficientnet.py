#!/usr/bin/env python3
"""Writes a small random EfficientNet-Lite whose every tensor matters, joined to the text model tests/golden/tiny-bert.

usage: tiny_efficientnet.py OUT FINGERPRINT

FINGERPRINT is that of tiny-bert in fp32 (its own tests print it). Weights are drawn from a seed and stored in fp16. Every block is a case: no expansion; a stride
of 2 over an even side with a kernel of 3 and of 5 (zeros on one side only, or more of them), over an odd side; a residual one. Channels are no multiples of 8, which
oneDNN fills up. Batch norms have the statistics of what they see, times something: outputs on both sides of 0 and of 6. Committed; written again only to change it.
"""
import argparse
import json
import pathlib

import safetensors.torch
import torch

import goldens
from efficientnet import KIND, EfficientNetLite
from preprocessors import clip_preprocessor
from towers import towers_of

SIZE = 36
STEM, HEAD, NUMBERS = 12, 44, 64
BLOCKS = [(12, 12, 8, 3, 1), (8, 48, 20, 3, 2), (20, 120, 20, 5, 1), (20, 120, 26, 5, 2), (26, 104, 26, 3, 2), (26, 52, 30, 5, 1)]
EPSILON = 1e-3


def randomise(trunk: EfficientNetLite) -> None:
    for name, tensor in sorted(trunk.named_parameters()):
        if tensor.dim() > 1:
            tensor.copy_(torch.randn_like(tensor) * (2.0 / tensor[0].numel()) ** 0.5)
    # Statistics of noise, layer by layer, then moved away from them.
    norms = [module for module in trunk.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    trunk.train()
    for norm in norms:
        norm.momentum = None
        linear = not (norm.weight.numel() in (STEM, HEAD) or norm.weight.numel() > 40)
        norm.weight.copy_(torch.rand_like(norm.weight) * 2 + (0.5 if linear else 1.5))
        norm.bias.copy_(torch.randn_like(norm.bias) * (0.5 if linear else 1.5) + (0 if linear else 1.5))
    for _ in range(4):
        trunk.features(torch.rand(8, 3, SIZE, SIZE) * 2 - 1)
    trunk.eval()
    for norm in norms:
        norm.running_mean += torch.randn_like(norm.running_mean) * 0.3 * norm.running_var.sqrt()
        norm.running_var *= torch.rand_like(norm.running_var) + 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("fingerprint")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    trunk = EfficientNetLite(STEM, BLOCKS, HEAD, EPSILON)
    with torch.no_grad():
        randomise(trunk)
    tensors = {name: tensor.half().contiguous() for name, tensor in trunk.state_dict().items() if not name.endswith("num_batches_tracked")}
    tensors["projection.weight"] = (torch.randn(NUMBERS, HEAD) * 0.3).half()
    tensors["projection.bias"] = (torch.randn(NUMBERS) * 0.3).half()
    safetensors.torch.save_file(tensors, args.out / "model.safetensors")
    (args.out / "config.json").write_text(json.dumps({
        "model_type": KIND, "image_size": SIZE, "block_strides": [stride for *_, stride in BLOCKS], "batch_norm_eps": EPSILON, "hidden_act": "relu6",
        "text_model": "../tiny-bert", "text_model_fingerprint": args.fingerprint}, indent=1) + "\n")
    clip_preprocessor(args.out, SIZE)
    goldens.write_images(args.out, towers_of(args.out), count=5, layers=1)


if __name__ == "__main__":
    main()

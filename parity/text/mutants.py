#!/usr/bin/env python3
"""Prints how far wrong readings of an architecture are from its goldens: each must miss the bound of 1e-5 at least five times.

usage: mutants.py MODEL        a folder with goldens, of a ModernBERT or Qwen3

For each mutant the largest relative L2 error of a text's states after the last layer, over the texts whose layers the goldens hold.
The first line is the model itself in fp32: what the rounding of another summation order is worth.
"""
import argparse
import pathlib

import numpy
import safetensors.numpy
import torch
import transformers


def load(folder: pathlib.Path, **config):
    known = transformers.AutoConfig.from_pretrained(folder)
    for key, value in config.items():
        setattr(known, key, value)
    return transformers.AutoModel.from_pretrained(folder, config=known, attn_implementation="eager").double().eval()


def without(folder: pathlib.Path, *names: str):
    model = load(folder)
    for name in names:
        parent, _, last = name.rpartition(".")
        for layer in ([model.get_submodule(parent)] if "*" not in name else [getattr(l, parent.split(".")[-1]) for l in model.layers]):
            setattr(layer, last, torch.nn.Identity())
    return model


def other_grouping(folder: pathlib.Path):
    """Query head i with key i modulo their number instead of i divided by the queries of one."""
    model = load(folder)
    config = model.config
    order = [h for k in range(config.num_key_value_heads) for h in range(k, config.num_attention_heads, config.num_key_value_heads)]
    rows = torch.cat([torch.arange(h * config.head_dim, (h + 1) * config.head_dim) for h in order])
    with torch.no_grad():
        for layer in model.layers:
            layer.self_attn.q_proj.weight.copy_(layer.self_attn.q_proj.weight[rows].clone())
            layer.self_attn.o_proj.weight.copy_(layer.self_attn.o_proj.weight[:, rows].clone())
    return model


def mutants(folder: pathlib.Path) -> dict:
    config = transformers.AutoConfig.from_pretrained(folder)
    rope = config.rope_parameters
    if config.model_type == "modernbert":
        swapped = {"full_attention": rope["full_attention"], "sliding_attention": rope["full_attention"]}
        return {"fp32": lambda: load(folder).float(),
                "global theta in local layers": lambda: load(folder, rope_parameters=swapped),
                "band one wider": lambda: load(folder, local_attention=config.local_attention + 2),
                "band one narrower": lambda: load(folder, local_attention=config.local_attention - 2),
                "tanh GELU": lambda: load(folder, hidden_activation="gelu_pytorch_tanh"),
                "no final norm": lambda: without(folder, "final_norm"),
                "every layer global": lambda: load(folder, layer_types=["full_attention"] * config.num_hidden_layers)}
    return {"fp32": lambda: load(folder).float(),
            "theta of 10000": lambda: load(folder, rope_parameters={**rope, "rope_theta": 1e4}),
            "no norm of queries": lambda: without(folder, "layers.*.self_attn.q_norm"),
            "no norm of keys": lambda: without(folder, "layers.*.self_attn.k_norm"),
            "GELU gate": lambda: load(folder, hidden_act="gelu"),
            "no final norm": lambda: without(folder, "norm"),
            "keys shared by other queries": lambda: other_grouping(folder)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    folder = parser.parse_args().model
    goldens = safetensors.numpy.load_file(folder / "goldens/goldens.safetensors")
    last = transformers.AutoConfig.from_pretrained(folder).num_hidden_layers
    texts = [name.split(".")[0] for name in goldens if name.endswith(f".layer.{last}")]
    for name, make in mutants(folder).items():
        model, worst = make(), 0.0
        for text in texts:
            ids = torch.tensor(goldens[f"{text}.ids"].astype(numpy.int64))[None]
            with torch.no_grad():
                states = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].double().numpy()
            expected = goldens[f"{text}.layer.{last}"].astype(numpy.float64)
            worst = max(worst, numpy.linalg.norm(states - expected) / numpy.linalg.norm(expected))
        print(f"{name:30} {worst:.1e}")


if __name__ == "__main__":
    main()

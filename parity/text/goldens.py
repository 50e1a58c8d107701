#!/usr/bin/env python3
"""Writes MODEL/goldens: what transformers computes for each line of TEXTS, in fp64.

usage: goldens.py MODEL TEXTS [--layers-every N] [--out DIR]     (MODEL may be the folder of a LoRA adapter)

The tensors of goldens.safetensors, for text number i (0, 1, ...):
  i.ids     int32 [tokens]            with special tokens, truncated to the model's max_seq_length
  i.layer.k float32 [tokens, hidden]  k = 0: after the embeddings; k: after layer k
                            (of the texts 0, N, 2N, ...; without --layers-every, of none)
  vectors   float32 [texts, hidden]   pooled and L2-normalised, as sentence-transformers does
or, of a classifier (config.json says ...ForSequenceClassification or ...ForTokenClassification):
  i.logits  float32 [labels] or [tokens, labels]
manifest.json holds the texts, the versions and the SHA-256 of the weights and the tokenizer that were used.
"""
import argparse
import hashlib
import json
import pathlib

import numpy
import safetensors.numpy
import tokenizers
import torch
import transformers


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_json(path: pathlib.Path, otherwise):
    return json.loads(path.read_text()) if path.exists() else otherwise


def pooling_of(folder: pathlib.Path) -> str:
    modes = read_json(folder / "1_Pooling/config.json", {"pooling_mode_mean_tokens": True})
    names = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean", "pooling_mode_lasttoken": "last"}
    return next(name for key, name in names.items() if modes.get(key))


def pooled(states: torch.Tensor, how: str) -> torch.Tensor:
    vector = {"cls": states[0], "mean": states.mean(dim=0), "last": states[-1]}[how]
    return vector / vector.norm()


def task_of(config: dict) -> str:
    name = (config.get("architectures") or [""])[0]
    return {"ForSequenceClassification": "sequence_classification", "ForTokenClassification": "token_classification"}.get(
        name[name.find("For"):] if "For" in name else "", "text")


def load_adapted(folder: pathlib.Path, base: pathlib.Path, task: str):
    """A LoRA adapter over its base, not merged."""
    import peft
    labels = len(read_json(folder / "label_mapping.json", {})["label_to_idx"])
    model = classes_of(task).from_pretrained(base, attn_implementation="eager", num_labels=labels)
    return peft.PeftModel.from_pretrained(model, folder)


def classes_of(task: str):
    return {"text": transformers.AutoModel, "sequence_classification": transformers.AutoModelForSequenceClassification,
            "token_classification": transformers.AutoModelForTokenClassification}[task]


def limit_of(folder: pathlib.Path, config: dict, task: str) -> int | None:
    limit = read_json(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    if limit or task == "text":
        return limit
    offset = config["pad_token_id"] + 1 if config["model_type"] in ("roberta", "xlm-roberta") else 0
    return config["max_position_embeddings"] - offset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("texts", type=pathlib.Path)
    parser.add_argument("--layers-every", type=int, default=0)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    texts = args.texts.read_text().split("\n")
    texts = texts[:-1] if texts[-1] == "" else texts
    adapter = read_json(args.model / "adapter_config.json", None)
    base = args.model / adapter["base_model_name_or_path"] if adapter else args.model
    config = read_json(base / "config.json", {})
    task = {"SEQ_CLS": "sequence_classification", "TOKEN_CLS": "token_classification"}[adapter["task_type"]] if adapter else task_of(config)
    tokenizer = tokenizers.Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    limit = limit_of(args.model, config, task)
    if limit:
        tokenizer.enable_truncation(limit)
    else:
        tokenizer.no_truncation()
    model = load_adapted(args.model, base, task) if adapter else classes_of(task).from_pretrained(args.model, attn_implementation="eager")
    model = model.double().eval()
    how = pooling_of(args.model)
    tensors, vectors = {}, []
    with torch.no_grad():
        for number, text in enumerate(texts):
            encoded = tokenizer.encode(text)
            ids = torch.tensor([encoded.ids])
            result = model(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True)
            tensors[f"{number}.ids"] = numpy.array(encoded.ids, dtype=numpy.int32)
            if args.layers_every and number % args.layers_every == 0:
                for layer, states in enumerate(result.hidden_states):
                    tensors[f"{number}.layer.{layer}"] = states[0].float().numpy()
            if task == "text":
                vectors.append(pooled(result.hidden_states[-1][0], how).float().numpy())
            else:
                tensors[f"{number}.logits"] = result.logits[0].float().numpy()
    if vectors:
        tensors["vectors"] = numpy.stack(vectors)
    out = args.out or args.model / "goldens"
    out.mkdir(parents=True, exist_ok=True)
    safetensors.numpy.save_file(tensors, out / "goldens.safetensors")
    manifest = {"kind": task, **({"pooling": how} if task == "text" else {}), "texts": texts, "layers_every": args.layers_every,
                "weights_sha256": sha256(base / "model.safetensors"),
                "tokenizer_sha256": sha256(base / "tokenizer.json"),
                **({"adapter_sha256": sha256(args.model / "adapter_model.safetensors")} if adapter else {}),
                "reference": {"torch": torch.__version__, "transformers": transformers.__version__,
                              "tokenizers": tokenizers.__version__, "dtype": "float64"}}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes a small random BERT and, over it, a LoRA adapter of peft that makes it a classifier.

usage: tiny_lora.py OUT

OUT holds what peft's save_pretrained() writes and label_mapping.json; OUT/base the model, saved without a head: the adapter's names have the
prefix "bert." that the base's have not. Committed; written again only to change it.
"""
import argparse
import json
import pathlib
import shutil

import peft
import torch
import transformers

import tiny_classifiers

LABELS = ["benign", "injection", "jailbreak"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    torch.manual_seed(13)
    tokenizer = tiny_classifiers.word_piece(260)
    sizes = {key: value for key, value in tiny_classifiers.sizes(LABELS).items() if "label" not in key}
    base = transformers.BertModel(transformers.BertConfig(vocab_size=tokenizer.get_vocab_size(), **sizes))
    tiny_classifiers.make_random(base)
    base.save_pretrained(args.out / "base")
    tokenizer.save(str(args.out / "base" / "tokenizer.json"))
    model = transformers.AutoModelForSequenceClassification.from_pretrained(args.out / "base", num_labels=len(LABELS))
    adapted = peft.get_peft_model(model, peft.LoraConfig(task_type="SEQ_CLS", r=4, lora_alpha=6, use_rslora=True,
                                                         target_modules=["query", "value", "dense"]))
    with torch.no_grad():
        for name, tensor in adapted.named_parameters():
            if "lora_" in name or "modules_to_save" in name:
                tensor.copy_(torch.randn_like(tensor) * 0.2 + 0.02)
    adapted.save_pretrained(args.out)
    (args.out / "README.md").unlink(missing_ok=True)
    config = json.loads((args.out / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "base"
    (args.out / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    numbers = {label: i for i, label in enumerate(LABELS)}
    (args.out / "label_mapping.json").write_text(json.dumps(
        {"label_to_idx": numbers, "idx_to_label": {str(i): label for label, i in numbers.items()}}, indent=1) + "\n")
    shutil.rmtree(args.out / "goldens", ignore_errors=True)


if __name__ == "__main__":
    main()

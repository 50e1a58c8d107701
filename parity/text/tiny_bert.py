#!/usr/bin/env python3
"""Writes a small random BERT whose every tensor matters: biases, gains and shifts are far from zero and one.

usage: tiny_bert.py OUT [--pooling mean|cls|last] [--act gelu|gelu_new|relu]

The tokenizer is a WordPiece of the characters and some words of sentences.txt. Committed; written again only to change it.
"""
import argparse
import json
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent


def make_tokenizer(vocabulary: int) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train([str(HERE / "sentences.txt")], trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))])
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pooling", default="mean", choices=["mean", "cls", "last"])
    parser.add_argument("--act", default="gelu")
    args = parser.parse_args()
    torch.manual_seed(7)
    tokenizer = make_tokenizer(400)
    config = transformers.BertConfig(vocab_size=tokenizer.get_vocab_size(), hidden_size=64, num_hidden_layers=3,
                                     num_attention_heads=2, intermediate_size=160, max_position_embeddings=300,
                                     type_vocab_size=2, layer_norm_eps=1e-6, hidden_act=args.act)
    model = transformers.BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            gain = "LayerNorm.weight" in name
            tensor.copy_(torch.randn_like(tensor) * (0.3 if gain or "bias" in name else 0.15) + (1.0 if gain else 0.05))
    model.save_pretrained(args.out)
    tokenizer.save(str(args.out / "tokenizer.json"))
    modes = {"pooling_mode_mean_tokens": args.pooling == "mean", "pooling_mode_cls_token": args.pooling == "cls",
             "pooling_mode_lasttoken": args.pooling == "last", "pooling_mode_max_tokens": False}
    (args.out / "1_Pooling").mkdir(exist_ok=True)
    (args.out / "1_Pooling/config.json").write_text(json.dumps({"word_embedding_dimension": 64, **modes}, indent=1) + "\n")
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    (args.out / "modules.json").write_text(json.dumps(
        [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
         for i, (path, kind) in enumerate(kinds)], indent=1) + "\n")
    (args.out / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 290}) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes small random classifiers whose every tensor matters, one folder for each row of MODELS.

usage: tiny_classifiers.py OUT [NAME...]

Biases, gains and shifts are far from zero and one, and the sizes are no multiples of each other where they need not be. Committed;
written again only to change them. goldens.py makes their goldens.
"""
import argparse
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
TEXTS = [str(HERE / "sentences.txt")]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
DEBERTA_SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
INTENTS = ["billing", "code", "legal", "smalltalk", "other"]
ENTITIES = ["O", "B-PERSON", "I-PERSON", "B-EMAIL_ADDRESS", "I-EMAIL_ADDRESS"]


def template(tokenizer: tokenizers.Tokenizer, first: str, last: str) -> None:
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1",
        special_tokens=[(first, tokenizer.token_to_id(first)), (last, tokenizer.token_to_id(last))])


def word_piece(vocabulary: int) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train(TEXTS, trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=BERT_SPECIAL, limit_alphabet=60, show_progress=False))
    template(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def byte_bpe(vocabulary: int, modernbert: bool = False) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train(TEXTS, trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False,
                                               special_tokens=["[PAD]", "[CLS]", "[SEP]"] if modernbert else ROBERTA_SPECIAL,
                                               initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    if modernbert:
        template(tokenizer, "[CLS]", "[SEP]")
        return tokenizer
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def unigram(vocabulary: int, special: list[str], unknown: str, first: str, last: str) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    lines = [line for line in pathlib.Path(TEXTS[0]).read_text().split("\n") if line.isascii()]
    tokenizer.train_from_iterator(lines, trainers.UnigramTrainer(vocab_size=vocabulary, special_tokens=special, unk_token=unknown, show_progress=False))
    template(tokenizer, first, last)
    return tokenizer


def sizes(labels: list[str], **other) -> dict:
    return dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, max_position_embeddings=130,
                layer_norm_eps=1e-6, id2label=dict(enumerate(labels)), label2id={l: i for i, l in enumerate(labels)}, **other)


def bert(labels: list[str], model):
    tokenizer = word_piece(260)
    return tokenizer, model(transformers.BertConfig(vocab_size=tokenizer.get_vocab_size(), **sizes(labels)))


def roberta(labels: list[str]):
    tokenizer = byte_bpe(320)
    config = transformers.RobertaConfig(vocab_size=tokenizer.get_vocab_size(), type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
                                        **sizes(labels))
    return tokenizer, transformers.RobertaForSequenceClassification(config)


def xlm_roberta(labels: list[str]):
    tokenizer = unigram(200, ROBERTA_SPECIAL, "<unk>", "<s>", "</s>")
    config = transformers.XLMRobertaConfig(vocab_size=tokenizer.get_vocab_size(), type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
                                           **sizes(labels))
    return tokenizer, transformers.XLMRobertaForTokenClassification(config)


def deberta(labels: list[str], model, **kind):
    tokenizer = unigram(200, DEBERTA_SPECIAL, "[UNK]", "[CLS]", "[SEP]")
    return tokenizer, model(transformers.DebertaV2Config(vocab_size=tokenizer.get_vocab_size(), relative_attention=True, **kind, **sizes(labels)))


def modernbert(labels: list[str], model, **kind):
    tokenizer = byte_bpe(320, modernbert=True)
    rope = {"full_attention": {"rope_type": "default", "rope_theta": 160000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}
    config = transformers.ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), local_attention=16, pad_token_id=0, cls_token_id=1, bos_token_id=1,
                                           sep_token_id=2, eos_token_id=2, rope_parameters=rope, **kind, **sizes(labels))
    return tokenizer, model(config)


def qwen3(labels: list[str], model):
    tokenizer = byte_bpe(320, modernbert=True)
    config = transformers.Qwen3Config(vocab_size=tokenizer.get_vocab_size(), num_key_value_heads=1, head_dim=16, pad_token_id=None, **sizes(labels))
    return tokenizer, model(config)


# As DeBERTa-v3 has it; the spans are short, so that the texts reach beyond them.
DEBERTA_V3 = dict(type_vocab_size=0, position_biased_input=False, pos_att_type=["p2c", "c2p"], share_att_key=True, norm_rel_ebd="layer_norm",
                  position_buckets=8, max_relative_positions=-1, pooler_hidden_act="gelu")
# What DeBERTa-v3 does not have: projections of positions of their own, absolute positions, token types, no buckets.
DEBERTA_OTHER = dict(type_vocab_size=2, position_biased_input=True, pos_att_type=["c2p", "p2c"], max_relative_positions=24)

MODELS = {
    "tiny-bert-sequence": lambda: bert(INTENTS, transformers.BertForSequenceClassification),
    "tiny-bert-token": lambda: bert(ENTITIES, transformers.BertForTokenClassification),
    "tiny-roberta-sequence": lambda: roberta(INTENTS),
    "tiny-xlm-roberta-token": lambda: xlm_roberta(ENTITIES),
    "tiny-modernbert-sequence": lambda: modernbert(INTENTS, transformers.ModernBertForSequenceClassification, classifier_pooling="mean"),
    "tiny-modernbert-token": lambda: modernbert(ENTITIES, transformers.ModernBertForTokenClassification, classifier_bias=True),
    "tiny-qwen3-sequence": lambda: qwen3(INTENTS, transformers.Qwen3ForSequenceClassification),
    "tiny-qwen3-token": lambda: qwen3(ENTITIES, transformers.Qwen3ForTokenClassification),
    "tiny-deberta-sequence": lambda: deberta(["benign", "jailbreak"], transformers.DebertaV2ForSequenceClassification, **DEBERTA_V3),
    "tiny-deberta-token": lambda: deberta(ENTITIES, transformers.DebertaV2ForTokenClassification, **DEBERTA_OTHER),
}


def make_random(model: torch.nn.Module) -> None:
    """Also of padding rows, which the reference starts at zero: a wrong position must show. Wide enough that attention is not flat."""
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            gain = name.endswith("norm.weight") or "LayerNorm.weight" in name
            spread = 0.3 if gain or "bias" in name else 0.6 if "embeddings" in name else 0.25
            tensor.copy_(torch.randn_like(tensor) * spread + (1.0 if gain else 0.05))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    for name in args.names or MODELS:
        torch.manual_seed(11)
        tokenizer, model = MODELS[name]()
        make_random(model)
        model.save_pretrained(args.out / name)
        tokenizer.save(str(args.out / name / "tokenizer.json"))


if __name__ == "__main__":
    main()

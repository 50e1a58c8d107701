"""Trains the small tokenizer files of tests/golden/tokenizers, one for each kind of pipeline, and their goldens.

    make_files.py OUT_DIR        (needs the packages `tokenizers` and `sentencepiece`; see requirements.txt here)

Each file has the parts, in the order and with the options, that the family's own tokenizer.json has; only the vocabulary is
small and learnt from the lines of lines.py. "parts_*" are no family's: together they use every normalizer, pre-tokenizer,
behavior, model option and added-token rule there is. A golden holds lines as hex and what the reference makes of them.
"""
import base64
import io
import json
import pathlib
import random
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as spm
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers as N, pre_tokenizers as P, processors as O,
                        trainers)
import compare
import lines as texts

CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
QWEN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
RULES = [("\t", " "), ("\n", " "), ("\r", " "), ("\r\n", " "), ("\u00a0", " "), ("\u3000", " "), ("\u200b", ""), ("ﬁ", "fi"), ("ﬀ", "ff"), ("Ⅷ", "VIII"),
         ("½", "1⁄2"), ("㎏", "kg"), ("①", "1"), ("e\u0301", "é"), ("a\u0308", "ä"), ("n\u0303", "ñ"), ("ｱ", "ア"), ("ﾊ", "ハ"),
         ("！", "!"), ("Ａ", "A"), ("…", "..."), ("\u0301", ""), ("\ufeff", ""), ("A\u030a", "Å"), ("\u0001", ""), ("ﷺ", "صلى"), ("©", "(c)")]


def training_lines():
    return [line.decode("utf-8", "replace").replace("\0", "") for line in texts.made(2500, seed=1)]


def word_lines():
    """Text of few different characters, since Unigram's trainer keeps every character it sees."""
    rng = random.Random(2)
    return [" ".join(rng.choice(texts.WORDS) for _ in range(12)) for _ in range(2500)]


def special(*contents, **rules):
    return [AddedToken(c, special=True, normalized=False, **rules) for c in contents]


def train(model, trainer, lines=None, **parts):
    tokenizer = Tokenizer(model)
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    tokenizer.train_from_iterator(lines or training_lines(), trainer)
    return tokenizer


def bpe(size, specials=(), alphabet=True, **options):
    return trainers.BpeTrainer(vocab_size=size, special_tokens=list(specials), show_progress=False,
                               initial_alphabet=P.ByteLevel.alphabet() if alphabet else [], limit_alphabet=300, **options)


def charsmap(tmp):
    """A sentencepiece character map of our own rules, as base64."""
    (tmp / "rules.tsv").write_text("".join(
        " ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n" for a, b in sorted(RULES)))
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 50), model_writer=out, vocab_size=14, hard_vocab_limit=False,
        normalization_rule_tsv=str(tmp / "rules.tsv"), minloglevel=2)
    model = spm.ModelProto()
    model.ParseFromString(out.getvalue())
    return base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()


def unigram(size, specials, unknown, **parts):
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=list(specials), unk_token=unknown, show_progress=False)
    return train(models.Unigram(), trainer, word_lines(), **parts)


def template(single, pair, tokens, tokenizer):
    return O.TemplateProcessing(single=single, pair=pair, special_tokens=[(t, tokenizer.token_to_id(t)) for t in tokens])


def bert(lower):
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made = train(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100),
                 trainers.WordPieceTrainer(vocab_size=1500, special_tokens=names, limit_alphabet=500, show_progress=False),
                 normalizer=N.BertNormalizer(lowercase=lower), pre_tokenizer=P.BertPreTokenizer())
    made.post_processor = template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ["[CLS]", "[SEP]"], made)
    return made


def bert_processing():
    made = bert(False)
    made.post_processor = O.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.normalizer = N.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    return made


def roberta(prefix):
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    made = train(models.BPE(), bpe(1200, names), pre_tokenizer=P.ByteLevel(add_prefix_space=prefix))
    made.add_special_tokens(special("<mask>", lstrip=True))
    made.post_processor = O.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=prefix)
    return made


def modernbert():
    made = train(models.BPE(), bpe(1200, ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]), normalizer=N.NFC(),
                 pre_tokenizer=P.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True))
    made.add_special_tokens(special("[MASK]", lstrip=True))
    made.add_tokens([AddedToken("  ", normalized=True), AddedToken("   ", normalized=True), AddedToken("|||IP_ADDRESS|||")])
    made.post_processor = template("[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", ["[CLS]", "[SEP]"], made)
    return made


def gemma():
    names = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    made = train(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
                 bpe(1500, names + [f"<0x{b:02X}>" for b in range(256)], alphabet=False),
                 normalizer=N.Replace(" ", "▁"), pre_tokenizer=P.Split("▁", "merged_with_next"))
    made.pre_tokenizer = P.Split(" ", "merged_with_previous")
    made.add_special_tokens(special("<start_of_turn>", "<end_of_turn>"))
    made.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("<table>", normalized=False)])
    made.post_processor = template("<bos> $A", "<bos> $A <bos>:1 $B:1", ["<bos>"], made)
    return made


def xlmr(tmp):
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    made = unigram(1500, names, "<unk>", normalizer=N.Sequence([N.Nmt(), N.NFKC()]),
                   pre_tokenizer=P.Sequence([P.WhitespaceSplit(), P.Metaspace()]))
    made.normalizer = N.Sequence([N.Precompiled(base64.b64decode(charsmap(tmp))), N.Replace(Regex(" {2,}"), " ")])
    made.add_special_tokens(special("<mask>", lstrip=True))
    made.post_processor = template("<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"], made)
    return made


def siglip():
    made = unigram(1200, ["</s>", "<unk>"], "<unk>", pre_tokenizer=P.Metaspace(prepend_scheme="always", split=True),
                   normalizer=N.Sequence([N.Lowercase(), N.Replace(Regex(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]\^_`{|}~]"), ""),
                                          N.Replace(Regex(r"\s+"), " "), N.Strip(), N.NFKC()]))
    made.post_processor = template("$A </s>", "$A </s> $B </s>", ["</s>"], made)
    return made


def clip():
    made = train(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"),
                 bpe(1500, ["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>"),
                 normalizer=N.Sequence([N.NFC(), N.Replace(Regex(r"\s+"), " "), N.Lowercase()]),
                 pre_tokenizer=P.Sequence([P.Split(Regex(CLIP), "removed", invert=True), P.ByteLevel(add_prefix_space=False)]))
    made.post_processor = O.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0), trim_offsets=False, add_prefix_space=False)
    return made


def qwen():
    made = train(models.BPE(), bpe(1200), normalizer=N.NFC(),
                 pre_tokenizer=P.Sequence([P.Split(Regex(QWEN), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)]))
    made.add_special_tokens(special("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    made.post_processor = O.Sequence([O.ByteLevel(trim_offsets=True), O.ByteLevel(trim_offsets=False)])
    return made


def llama2():
    names = ["<unk>", "<s>", "</s>"]
    made = train(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
                 bpe(1200, names + [f"<0x{b:02X}>" for b in range(256)], alphabet=False), pre_tokenizer=P.Metaspace())
    made.normalizer = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    made.pre_tokenizer = None
    made.post_processor = template("<s> $A", "<s> $A <s>:1 $B:1", ["<s>"], made)
    return made


def word_level(normalizer, pre_tokenizer):
    made = train(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(vocab_size=700, special_tokens=["[UNK]"], show_progress=False),
                 normalizer=normalizer, pre_tokenizer=pre_tokenizer)
    made.add_tokens([AddedToken("café", normalized=True, single_word=True), AddedToken("the", single_word=True, lstrip=True, rstrip=True),
                     AddedToken("C++", normalized=False, rstrip=True), AddedToken("ÀÉ", normalized=True, lstrip=True)])
    return made


def parts():
    yield "parts_nfd", word_level(N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase()]), P.Whitespace())
    yield "parts_nfkd", word_level(N.Sequence([N.NFKD(), N.Strip(left=True, right=False)]), P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_previous")]))
    yield "parts_nfkc", word_level(N.Sequence([N.NFKC(), N.Strip(left=False, right=True), N.Nmt()]),
                                   P.Sequence([P.Punctuation("contiguous"), P.Digits(individual_digits=False), P.WhitespaceSplit()]))
    yield "parts_scripts", word_level(N.Nmt(), P.Sequence([P.UnicodeScripts(), P.Digits(individual_digits=True), P.CharDelimiterSplit(" ")]))
    yield "parts_split", word_level(N.Replace(Regex(r"\d+(?=\s)"), "<n>"),
                                    P.Sequence([P.Split(Regex(r"[aeiou]+"), "merged_with_next"), P.Split(" ", "merged_with_previous"),
                                                P.Split(Regex(r"\p{P}"), "contiguous", invert=True), P.FixedLength(7)]))
    yield "parts_bytes", word_level(N.Sequence([N.Lowercase(), N.ByteLevel()]), P.Metaspace("Ġ", "first", True))
    yield "parts_bpe", train(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", end_of_word_suffix="@"),
                             bpe(900, ["[UNK]"], alphabet=False, continuing_subword_prefix="##", end_of_word_suffix="@"),
                             pre_tokenizer=P.Whitespace())
    yield "parts_none", train(models.BPE(), bpe(500, alphabet=False), pre_tokenizer=P.Punctuation("removed"))
    made = unigram(900, ["<unk>"], "<unk>", pre_tokenizer=P.Metaspace(prepend_scheme="first", split=False))
    made = with_byte_pieces(made)
    yield "parts_unigram", made


def with_byte_pieces(tokenizer):
    """The same Unigram with byte fallback."""
    data = json.loads(tokenizer.to_str())
    data["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
    data["model"]["byte_fallback"] = True
    data["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    return Tokenizer.from_str(json.dumps(data))


def all_files(tmp):
    yield from {"bert": bert(True), "bert_cased": bert_processing(), "roberta": roberta(False), "roberta_prefix": roberta(True),
                "modernbert": modernbert(), "gemma": gemma(), "xlmr": xlmr(tmp), "siglip": siglip(), "clip": clip(), "qwen": qwen(),
                "llama2": llama2()}.items()
    yield from parts()


def shrink(text):
    data = json.loads(text)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def golden_lines():
    chosen = [*list(texts.made(24, seed=99)), *[line for line in texts.long_ones() if 0 < len(line) <= 130][:8]]
    return [line for line in chosen if len(line) < 400]


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    tmp = out / "tmp"
    tmp.mkdir(exist_ok=True)
    sample = golden_lines()
    for name, tokenizer in all_files(tmp):
        path = out / f"{name}.json"
        path.write_text(shrink(tokenizer.to_str()), encoding="utf-8")
        with (out / f"{name}.golden").open("w") as file:
            for pair in (False, True):
                step = 2 if pair else 1
                some = sample[:8] if pair else sample
                for at, tokens in enumerate(compare.expected(compare.reference(path), some, pair=pair)):
                    record = {"texts": [line.hex() for line in some[at * step:at * step + step]], "tokens": tokens}
                    file.write(json.dumps(record, separators=(",", ":")) + "\n")
        print(name, tokenizer.get_vocab_size(), path.stat().st_size, flush=True)
    for leftover in tmp.iterdir():
        leftover.unlink()
    tmp.rmdir()


if __name__ == "__main__":
    main()

"""Texts to compare tokenizers on: the corpus where it is there, and lines made from a fixed seed, which are always the same.

The made ones are what breaks tokenizers: many scripts, emoji with joiners and modifiers, combining marks in odd orders,
compatibility forms, control characters, white space of every kind, code, markup, long words, long runs, special tokens in the
text, digits of many scripts, and broken UTF-8. A line is bytes; the reference sees them decoded with errors="replace".
"""
import json
import os
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT / ".." / "shared" / "corpus")) / "data"

SCRIPTS = {
    "latin": [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F)],
    "greek": [(0x370, 0x3FF), (0x1F00, 0x1FFF)],
    "cyrillic": [(0x400, 0x52F)],
    "armenian": [(0x531, 0x58F)],
    "hebrew": [(0x591, 0x5F4)],
    "arabic": [(0x600, 0x6FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)],
    "devanagari": [(0x900, 0x97F)],
    "bengali": [(0x980, 0x9FE)],
    "tamil": [(0xB82, 0xBFA)],
    "thai": [(0xE01, 0xE5B)],
    "lao": [(0xE81, 0xEDF)],
    "tibetan": [(0xF00, 0xFDA)],
    "myanmar": [(0x1000, 0x109F)],
    "georgian": [(0x10A0, 0x10FF), (0x1C90, 0x1CBF)],
    "ethiopic": [(0x1200, 0x139F)],
    "khmer": [(0x1780, 0x17F9)],
    "hangul": [(0xAC00, 0xD7A3), (0x1100, 0x11FF)],
    "kana": [(0x3041, 0x30FF), (0xFF66, 0xFF9F)],
    "han": [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6D6), (0xF900, 0xFAD9), (0x2F800, 0x2FA1D)],
    "math": [(0x2070, 0x23FF), (0x1D400, 0x1D7FF)],
    "fullwidth": [(0xFF01, 0xFFEE)],
    "symbols": [(0x2000, 0x206F), (0x20A0, 0x20BF), (0x2400, 0x27BF), (0x3000, 0x303F)],
    "marks": [(0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xFE20, 0xFE2F)],
    "old": [(0x10000, 0x100FA), (0x10330, 0x1034A), (0x12000, 0x1203F), (0x16A40, 0x16A6F), (0x1E900, 0x1E95F)],
    "new": [(0x1C89, 0x1C8A), (0xA7CB, 0xA7DC), (0x10D40, 0x10D85), (0x16EA0, 0x16EB8), (0x31350, 0x3135F)],
    "private": [(0xE000, 0xE010), (0xF0000, 0xF0003), (0x10FFF0, 0x10FFFD)],
}
EMOJI = ["😀", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "1️⃣", "❤️", "☺", "🧑🏿‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "©️", "\u200d", "\ufe0f"]
SPACES = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", " \n", "\n ", "\v", "\f", "\x85", "\xa0", "\u1680", "\u2003", "\u2028",
          "\u2029", "\u202f", "\u3000", "\u200b", "\ufeff", "\u180e", "         "]
CONTROLS = [chr(c) for c in list(range(0, 32)) + [0x7F, 0x80, 0x8F, 0x9F, 0xAD, 0x600, 0x200C, 0x200E, 0x2066, 0xFFF9, 0xFFFD]]
SPECIALS = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<bos>", "<eos>",
            "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|startoftext|>", "<start_of_turn>", "<0x0A>",
            "[unused1]", "<extra_id_0>", "<|reserved_special_token_5|>", "[cls]", "<S>", "▁", "Ġ", "</w>", "##ing"]
WORDS = """the of and to in is that it was for on are with as his they at be this from have or by one had not but what all were
when we there can an your which their said if do will each about how up out them then she many some so these would other into has
more her two like him see time could no make than first been its who now people my made over did down only way find use may water
I'll you're DON'T it's We've she'd they'LL 'tis O'Neill rock'n'roll café naïve Zürich Straße ŁÓDŹ İstanbul ıslak ΣΊΣΥΦΟΣ ﬁne ﬀ Ⅷ ½ ㎏ ①
résumé coöperate e-mail state-of-the-art foo_bar camelCase HTTPServer U.S.A. $1,234.56 3.14159 1e-9 0xDEADBEEF 12:34:56 2024-02-30
http://example.com/a?b=c&d=%20 user@example.org C++ #include <vector> ... --- ___ !!! ?! (*) {} [] ;; && || => <= != :-) ^_^ @#$%^&*~`
привет мир Ёлка съешь ещё этих мягких французских булок 你好世界 中文分词 東京特許許可局 こんにちは カタカナ ﾊﾝｶｸ 안녕하세요 한국어 สวัสดี ภาษาไทย
مرحبا بالعالم שלום नमस्ते दुनिया বাংলা தமிழ் ქართული Հայերեն አማርኛ ພາສາລາວ မြန်မာ ភាសាខ្មែរ Ελλάδα Việt Nam đường""".split()
CODE = ["def f(x):\n    return x  # twice\n", "for (int i = 0; i < n; ++i) { a[i] += b[i]; }", "SELECT * FROM t WHERE id = 'x';",
        "<div class=\"a\">\n\t<p>Hi</p>\n</div>", "{\"key\": [1, 2.5e10, null, \"\\u00e9\"]}", "git commit -m 'fix: …' && make -j2",
        "    \tif x:\n\t\tpass\n\n\n", "x = lambda *a, **k: {**k, 'a': a[::-1]}", "#!/bin/sh\nset -eu\nprintf '%s\\n' \"$@\"\r\n"]


def character(rng, script=None):
    low, high = rng.choice(SCRIPTS[script or rng.choice(list(SCRIPTS))])
    return chr(rng.randint(low, high))


def word_of(rng):
    script = rng.choice(list(SCRIPTS))
    return "".join(character(rng, script) for _ in range(rng.randint(1, 9)))


def part(rng):
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(WORDS)
    if kind < 0.60:
        return word_of(rng)
    if kind < 0.66:
        return rng.choice(EMOJI)
    if kind < 0.71:
        return rng.choice(CONTROLS)
    if kind < 0.75:
        return rng.choice(SPECIALS)
    if kind < 0.80:
        return str(rng.randint(0, 10 ** rng.randint(1, 25)))
    if kind < 0.84:
        return rng.choice("aeiouAEIOUnNcCsS가한") + "".join(character(rng, "marks") for _ in range(rng.randint(1, 5)))
    if kind < 0.88:
        return rng.choice(CODE)
    if kind < 0.92:
        return rng.choice(WORDS).upper() if rng.random() < 0.5 else rng.choice(WORDS).title()
    if kind < 0.95:
        return rng.choice(WORDS + EMOJI + SPACES) * rng.randint(2, 20)
    return character(rng)


def broken(rng, text):
    data = bytearray(text.encode())
    for _ in range(rng.randint(1, 6)):
        at = rng.randint(0, len(data))
        kind = rng.random()
        if kind < 0.5:
            data[at:at] = rng.choice([b"\xff", b"\x80", b"\xc0\xaf", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xf5\x80", b"\xe2"])
        elif data:
            del data[min(at, len(data) - 1)]
    return bytes(data)


def made(count, seed=20261122):
    rng = random.Random(seed)
    for index in range(count):
        parts = [part(rng) for _ in range(rng.randint(1, 16))]
        text = "".join(p + (rng.choice(SPACES) if rng.random() < 0.3 else " " if rng.random() < 0.8 else "") for p in parts)
        yield broken(rng, text) if index % 7 == 0 else text.encode()


def long_ones(seed=7):
    rng = random.Random(seed)
    yield from (b"", b" ", b"\n", b"a", b"\xff", "é".encode(), "\u0301".encode(), "가".encode() * 300)
    for unit in ("a", "ab", "é", "中", "😀", " ", "\n", "1", ".", "aB1 ", "'s", "\u0301", "▁", "x\u0301"):
        for length in (99, 100, 101, 1000, 4000):
            yield (unit * length).encode()
    for _ in range(20):
        yield "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(50, 3000))).encode()
        yield "".join(character(rng) for _ in range(rng.randint(50, 600))).encode()


def corpus(limit):
    """Up to `limit` texts, spread evenly over the files of the corpus."""
    texts = []
    for name in ("clinc150/train.jsonl", "banking77/train.jsonl", "mmlu_routing/train.jsonl", "presidio_pii/train.jsonl"):
        path = CORPUS / name
        if path.exists():
            with path.open(encoding="utf-8") as file:
                texts.append([json.loads(line)["text"].encode() for line in file])
    for group in texts:
        step = max(1, len(texts) * len(group) // max(1, limit))
        yield from group[::step]


def all_lines(made_count=14000, corpus_limit=9000):
    return [*corpus(corpus_limit), *made(made_count), *long_ones()]

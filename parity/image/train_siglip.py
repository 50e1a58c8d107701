#!/usr/bin/env python3
"""Trains a small SigLIP on pictures that are drawn as it goes and on photos whose file names say what they show.

usage: train_siglip.py OUT [--photos FOLDER] [--steps N] [--seconds S] [--batch N]

The model is transformers' own SiglipModel, 6 layers of 192 numbers, 128 px: small enough for a processor, and unlike random weights it has
opinions: for tests that ask whether a rule is the right way up. OUT becomes a folder as Hugging Face lays it out, with tokenizer and
preprocessor_config.json. Three quarters of a batch are drawn (shapes in colours, documents, code, charts), the rest are photos (`nNNNNNNNN_name.jpg`; each
name is a class). Prints the share of new drawings, and of photos of the training, whose own caption is the nearest of all.
"""
import argparse
import json
import math
import pathlib
import random
import time

import numpy
import tokenizers
import torch
import transformers
from PIL import Image, ImageDraw
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

from preprocessors import siglip_preprocessor

SIZE, POSITIONS = 128, 32
COLOURS = {"red": (210, 40, 40), "green": (40, 160, 60), "blue": (40, 70, 210), "yellow": (230, 200, 40), "black": (20, 20, 20), "white": (245, 245, 245)}
SHAPES = ("circle", "square", "triangle", "cross")
PAGES = ("passport", "invoice", "source code", "bar chart", "handwritten letter")
TEMPLATES = ("a picture of {}", "{}", "an image that shows {}")


def shape(draw: ImageDraw.ImageDraw, what: str, colour: tuple) -> None:
    side = random.randint(30, 80)
    x, y = random.randint(4, SIZE - side - 4), random.randint(4, SIZE - side - 4)
    box = (x, y, x + side, y + side)
    if what == "circle":
        draw.ellipse(box, fill=colour)
    elif what == "square":
        draw.rectangle(box, fill=colour)
    elif what == "triangle":
        draw.polygon([(x, y + side), (x + side, y + side), (x + side / 2, y)], fill=colour)
    else:
        draw.line((x, y, x + side, y + side), fill=colour, width=10)
        draw.line((x + side, y, x, y + side), fill=colour, width=10)


def page(draw: ImageDraw.ImageDraw, what: str) -> None:
    dark = what == "source code"
    draw.rectangle((0, 0, SIZE, SIZE), fill=(28, 30, 38) if dark else (250, 248, 240))
    if what == "passport":
        draw.rectangle((8, 30, 46, 80), fill=(150, 130, 120))
        draw.ellipse((17, 38, 37, 60), fill=(220, 190, 170))
        for y in range(34, 80, 10):
            draw.line((56, y, random.randint(80, 120), y), fill=(60, 60, 90), width=2)
        for y in (100, 112):
            draw.text((4, y), "".join(random.choice("ABCDEFGHIJ<<<<0123456789") for _ in range(20)), fill=(20, 20, 20))
    elif what == "invoice":
        draw.text((8, 6), "INVOICE", fill=(20, 20, 20))
        for y in range(30, 112, 12):
            draw.line((8, y, random.randint(40, 80), y), fill=(90, 90, 90), width=2)
            draw.text((94, y - 6), f"{random.randint(1, 999)}", fill=(20, 20, 20))
    elif dark:
        for y in range(6, 122, 9):
            x = random.choice((6, 16, 26, 36))
            for _ in range(random.randint(1, 4)):
                width = random.randint(6, 24)
                draw.line((x, y, x + width, y), fill=random.choice(((220, 120, 90), (120, 200, 120), (110, 160, 240), (210, 210, 210))), width=3)
                x += width + 5
    elif what == "bar chart":
        draw.line((12, 8, 12, 116, 122, 116), fill=(30, 30, 30), width=2)
        for x in range(20, 116, 16):
            draw.rectangle((x, random.randint(20, 100), x + 10, 115), fill=random.choice(list(COLOURS.values())[:4]))
    else:
        for y in range(14, 122, 12):
            points = [(x, y + random.randint(-4, 4)) for x in range(8, random.randint(70, 122), 4)]
            draw.line(points, fill=(30, 40, 130), width=1)


def drawn(number: int) -> tuple[Image.Image, str]:
    """Class `number`: a colour and a shape, or a page."""
    background = tuple(random.randint(90, 200) for _ in range(3))
    image = Image.new("RGB", (SIZE, SIZE), background)
    draw = ImageDraw.Draw(image)
    if number >= len(COLOURS) * len(SHAPES):
        what = PAGES[number - len(COLOURS) * len(SHAPES)]
        page(draw, what)
        return image, f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    colour = list(COLOURS)[number // len(SHAPES)]
    shape(draw, SHAPES[number % len(SHAPES)], COLOURS[colour])
    return image, f"a {colour} {SHAPES[number % len(SHAPES)]}"


DRAWN = len(COLOURS) * len(SHAPES) + len(PAGES)


def pixels(image: Image.Image) -> torch.Tensor:
    resized = image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    return torch.from_numpy(numpy.asarray(resized, dtype=numpy.float32) / 127.5 - 1).permute(2, 0, 1)


def crop(image: Image.Image) -> Image.Image:
    width, height = image.size
    share = random.uniform(0.7, 1)
    w, h = int(width * share), int(height * share)
    x, y = random.randint(0, width - w), random.randint(0, height - h)
    return image.crop((x, y, x + w, y + h))


def load_photos(folder: pathlib.Path | None) -> list[tuple[Image.Image, str]]:
    if folder is None:
        return []
    photos = []
    for path in sorted(folder.glob("n*_*.jpg")):
        name = path.stem.split("_", 1)[1].replace("_", " ")
        photos.append((Image.open(path).convert("RGB").resize((160, 160), Image.Resampling.BICUBIC), f"a photo of {name}"))
    return photos


def make_tokenizer(captions: list[str], out: pathlib.Path) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(captions, trainers.UnigramTrainer(vocab_size=2000, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps({"pad_token": "</s>", "eos_token": "</s>", "model_max_length": POSITIONS}) + "\n")
    tokenizer.enable_truncation(POSITIONS)
    tokenizer.enable_padding(length=POSITIONS, pad_id=1, pad_token="</s>")
    return tokenizer


def make_model(vocabulary: int) -> transformers.SiglipModel:
    sizes = {"hidden_size": 192, "intermediate_size": 768, "num_hidden_layers": 6, "num_attention_heads": 3}
    return transformers.SiglipModel(transformers.SiglipConfig(
        text_config={**sizes, "num_hidden_layers": 4, "vocab_size": vocabulary, "max_position_embeddings": POSITIONS, "projection_size": 192},
        vision_config={**sizes, "image_size": SIZE, "patch_size": 16}))


def ids_of(tokenizer: tokenizers.Tokenizer, captions: list[str]) -> torch.Tensor:
    return torch.tensor([e.ids for e in tokenizer.encode_batch(captions)])


def batch_of(size: int, photos: list) -> tuple[torch.Tensor, list[str]]:
    """No caption twice: to the loss every other one is wrong."""
    classes = random.sample(range(DRAWN), min(DRAWN, size if not photos else size * 3 // 4))
    pairs = [drawn(number) for number in classes]
    for image, caption in random.sample(photos, min(len(photos), size - len(pairs))):
        pairs.append((crop(image), caption))
    return torch.stack([pixels(image) for image, _ in pairs]), [random.choice(TEMPLATES).format(caption) for _, caption in pairs]


def vectors(features) -> torch.Tensor:
    return torch.nn.functional.normalize(getattr(features, "pooler_output", features), dim=-1)


def share_found(model, tokenizer, images: list[Image.Image], captions: list[str]) -> float:
    """Of pictures whose own caption is the nearest of all different ones."""
    known = sorted(set(captions))
    with torch.no_grad():
        texts = vectors(model.get_text_features(input_ids=ids_of(tokenizer, known)))
        seen = vectors(model.get_image_features(pixel_values=torch.stack([pixels(i) for i in images])))
    return sum(known[int(n)] == caption for n, caption in zip((seen @ texts.T).argmax(dim=1), captions)) / len(captions)


def train(args: argparse.Namespace, photos: list, tokenizer: tokenizers.Tokenizer) -> transformers.SiglipModel:
    model = make_model(tokenizer.get_vocab_size()).train()
    # As the paper begins: a steep scale, and a bias at which pairs are as rare as they are in a batch. transformers begins with 1 and 0, from
    # where a small batch learns the bias and nothing else.
    model.logit_scale.data.fill_(math.log(10))
    model.logit_bias.data.fill_(-math.log(args.batch))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05, betas=(0.9, 0.95))
    began = time.monotonic()
    for step in range(args.steps):
        rate = 1e-3 * min(1, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        images, captions = batch_of(args.batch, photos)
        loss = model(pixel_values=images, input_ids=ids_of(tokenizer, captions), return_loss=True).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
        if args.seconds and time.monotonic() - began > args.seconds:
            print(f"stopped after {step + 1} steps")
            break
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--photos", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--batch", type=int, default=48)
    args = parser.parse_args()
    random.seed(7)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    photos = load_photos(args.photos)
    captions = [drawn(number)[1] for number in range(DRAWN)] + [caption for _, caption in photos]
    tokenizer = make_tokenizer([template.format(caption) for caption in captions for template in TEMPLATES], args.out)
    model = train(args, photos, tokenizer)
    model.save_pretrained(args.out)
    siglip_preprocessor(args.out, SIZE)
    held_out = [drawn(number) for number in range(DRAWN) for _ in range(4)]
    print(f"drawings whose caption is the nearest of {DRAWN}: {share_found(model, tokenizer, *zip(*held_out)):.2f}")
    if photos:
        some = random.sample(photos, min(200, len(photos)))
        print(f"photos of the training whose caption is the nearest: {share_found(model, tokenizer, *zip(*some)):.2f}")


if __name__ == "__main__":
    main()

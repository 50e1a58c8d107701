#!/usr/bin/env python3
"""Trains a small SigLIP on pictures that are drawn as it goes and on photos whose file names say what they show.

usage: train_siglip.py proof|tiny OUT [--photos FOLDER] [--steps N] [--seconds S] [--batch N]

The model is transformers' own SiglipModel, small enough for a processor, and unlike random weights it has opinions: for tests that ask whether
a rule is the right way up. `proof` has 6 layers of 192 numbers and sees 128 px; `tiny`, of which tests/golden/trained-siglip is made, 2 of 48 and 32 px,
and is stored in fp16 (5000 steps of a batch of 21). OUT becomes a folder as Hugging Face lays it out, with tokenizer and preprocessor_config.json. A batch is drawn (shapes in
colours, for `proof` also documents, code, charts), and a quarter of it are photos where they are given (`nNNNNNNNN_name.jpg`; each name is a
class). Prints the share of new drawings, and of photos of the training, whose own caption is the nearest of all.
"""
import argparse
import dataclasses
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

SIZE, POSITIONS = 128, 32  # what is drawn; longest text
COLOURS = {"red": (210, 40, 40), "green": (40, 160, 60), "blue": (40, 70, 210), "yellow": (235, 210, 40), "orange": (240, 130, 20), "black": (20, 20, 20),
           "white": (245, 245, 245)}
SHAPES = ("circle", "square", "triangle")
SHAPED = len(COLOURS) * len(SHAPES)  # the first classes; src/trust/known_pictures.cpp draws the same ones
PAGES = ("passport", "invoice", "source code", "bar chart", "handwritten letter")
DRAWN = SHAPED + len(PAGES)
TEMPLATES = ("a picture of {}", "{}", "an image that shows {}")


@dataclasses.dataclass(frozen=True)
class Preset:
    hidden: int
    heads: int
    image_layers: int
    text_layers: int
    image: int  # px
    patch: int
    classes: int  # drawn ones, from the first
    half: bool    # stored in fp16


PRESETS = {
    "proof": Preset(hidden=192, heads=3, image_layers=6, text_layers=4, image=128, patch=16, classes=DRAWN, half=False),
    "tiny": Preset(hidden=48, heads=2, image_layers=2, text_layers=2, image=32, patch=8, classes=SHAPED, half=True),
}


def shape(draw: ImageDraw.ImageDraw, what: str, colour: tuple) -> None:
    side = random.randint(44, 96)
    x, y = random.randint(4, SIZE - side - 4), random.randint(4, SIZE - side - 4)
    box = (x, y, x + side, y + side)
    if what == "circle":
        draw.ellipse(box, fill=colour)
    elif what == "square":
        draw.rectangle(box, fill=colour)
    else:
        draw.polygon([(x, y + side), (x + side, y + side), (x + side / 2, y)], fill=colour)


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
    grey = random.randint(70, 190)
    background = tuple(grey + random.randint(-15, 15) for _ in range(3))
    image = Image.new("RGB", (SIZE, SIZE), background)
    draw = ImageDraw.Draw(image)
    if number >= SHAPED:
        what = PAGES[number - SHAPED]
        page(draw, what)
        return image, f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    colour = list(COLOURS)[number // len(SHAPES)]
    shape(draw, SHAPES[number % len(SHAPES)], COLOURS[colour])
    return image, f"{'an' if colour[0] in 'aeiou' else 'a'} {colour} {SHAPES[number % len(SHAPES)]}"


def pixels(image: Image.Image, side: int) -> torch.Tensor:
    resized = image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
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


def make_tokenizer(captions: list[str], vocabulary: int, out: pathlib.Path) -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    sentences = (pathlib.Path(__file__).resolve().parents[1] / "text/sentences.txt").read_text().splitlines()
    tokenizer.train_from_iterator(captions + sentences, trainers.UnigramTrainer(vocab_size=vocabulary, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps({"pad_token": "</s>", "eos_token": "</s>", "model_max_length": POSITIONS}) + "\n")
    tokenizer.enable_truncation(POSITIONS)
    tokenizer.enable_padding(length=POSITIONS, pad_id=1, pad_token="</s>")
    return tokenizer


def make_model(preset: Preset, vocabulary: int) -> transformers.SiglipModel:
    sizes = {"hidden_size": preset.hidden, "intermediate_size": 4 * preset.hidden, "num_attention_heads": preset.heads}
    return transformers.SiglipModel(transformers.SiglipConfig(
        text_config={**sizes, "num_hidden_layers": preset.text_layers, "vocab_size": vocabulary, "max_position_embeddings": POSITIONS,
                     "projection_size": preset.hidden},
        vision_config={**sizes, "num_hidden_layers": preset.image_layers, "image_size": preset.image, "patch_size": preset.patch}))


def ids_of(tokenizer: tokenizers.Tokenizer, captions: list[str]) -> torch.Tensor:
    return torch.tensor([e.ids for e in tokenizer.encode_batch(captions)])


def batch_of(preset: Preset, size: int, photos: list) -> tuple[torch.Tensor, list[str]]:
    """No caption twice: to the loss every other one is wrong."""
    classes = random.sample(range(preset.classes), min(preset.classes, size if not photos else size * 3 // 4))
    pairs = [drawn(number) for number in classes]
    for image, caption in random.sample(photos, min(len(photos), size - len(pairs))):
        pairs.append((crop(image), caption))
    return torch.stack([pixels(image, preset.image) for image, _ in pairs]), [random.choice(TEMPLATES).format(caption) for _, caption in pairs]


def vectors(features) -> torch.Tensor:
    return torch.nn.functional.normalize(getattr(features, "pooler_output", features), dim=-1)


def share_found(model, tokenizer, images: list[Image.Image], captions: list[str]) -> float:
    """Of pictures whose own caption is the nearest of all different ones."""
    known = sorted(set(captions))
    with torch.no_grad():
        texts = vectors(model.get_text_features(input_ids=ids_of(tokenizer, known)))
        seen = vectors(model.get_image_features(pixel_values=torch.stack([pixels(i, model.config.vision_config.image_size) for i in images])))
    return sum(known[int(n)] == caption for n, caption in zip((seen @ texts.T).argmax(dim=1), captions)) / len(captions)


def train(args: argparse.Namespace, preset: Preset, photos: list, tokenizer: tokenizers.Tokenizer) -> transformers.SiglipModel:
    model = make_model(preset, tokenizer.get_vocab_size()).train()
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
        images, captions = batch_of(preset, args.batch, photos)
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
    parser.add_argument("preset", choices=PRESETS)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--photos", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--batch", type=int, default=36)
    args = parser.parse_args()
    preset = PRESETS[args.preset]
    random.seed(7)
    torch.manual_seed(7)
    args.out.mkdir(parents=True, exist_ok=True)
    photos = load_photos(args.photos)
    captions = [drawn(number)[1] for number in range(preset.classes)] + [caption for _, caption in photos]
    tokenizer = make_tokenizer([template.format(caption) for caption in captions for template in TEMPLATES], 300 if preset.half else 2000, args.out)
    model = train(args, preset, photos, tokenizer)
    if preset.half:
        model = model.half().float()
    held_out = [drawn(number) for number in range(preset.classes) for _ in range(4)]
    print(f"drawings whose caption is the nearest of {preset.classes}: {share_found(model, tokenizer, *zip(*held_out)):.2f}")
    if photos:
        some = random.sample(photos, min(200, len(photos)))
        print(f"photos of the training whose caption is the nearest: {share_found(model, tokenizer, *zip(*some)):.2f}")
    (model.half() if preset.half else model).save_pretrained(args.out)
    siglip_preprocessor(args.out, preset.image)


if __name__ == "__main__":
    main()

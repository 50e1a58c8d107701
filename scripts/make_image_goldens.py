#!/usr/bin/env python3
"""Writes tests/golden/images/: small pictures of every kind, and beside each the samples Pillow decodes from it.

    python3 -m venv .venv && .venv/bin/pip install Pillow && .venv/bin/python scripts/make_image_goldens.py

X.png or X.jpg is the picture, X.rgb is ImageOps.exif_transpose(image).convert("RGB"), whose size is in sizes.txt.
One exception: Pillow clips 16-bit grey at 255; its golden holds the high bytes (see src/vision/decode.h).
"""
import pathlib
import struct
import zlib

from PIL import Image, ImageOps

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "images"
W, H = 21, 14


def picture(width=W, height=H):
    image = Image.new("RGB", (width, height))
    image.putdata([((x * 37 + y * 5) % 256, (y * 61 + x * x) % 256, (x * y * 3) % 256)
                   for y in range(height) for x in range(width)])
    return image


def smooth(width=W, height=H):
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 255 // width, y * 255 // height, 255 - x * 200 // width) for y in range(height) for x in range(width)])
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(rows, depth):
    """Rows of samples to filtered (type 0) scan lines."""
    lines = b""
    for row in rows:
        if depth == 16:
            line = b"".join(struct.pack(">H", s) for s in row)
        else:
            bits = "".join(format(s, f"0{depth}b") for s in row)
            bits += "0" * (-len(bits) % 8)
            line = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        lines += b"\0" + line
    return lines


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def write_png(name, pixels, depth, colour, interlaced=False, extra=b""):
    """pixels[y][x] is a tuple of samples."""
    height, width = len(pixels), len(pixels[0])
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for x0, y0, dx, dy in passes:
        rows = [[s for p in row[x0::dx] for s in p] for row in pixels[y0::dy]]
        if rows and rows[0]:
            data += pack_rows(rows, depth)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    (OUT / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra +
                             chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def pngs():
    rgb = picture()
    rgb.convert("1").save(OUT / "grey1.png")
    rgb.convert("L").save(OUT / "grey8.png")
    rgb.convert("LA").save(OUT / "grey_alpha.png")
    rgb.save(OUT / "rgb8.png")
    for colours in (2, 4, 16, 200):
        rgb.quantize(colours).save(OUT / f"palette{colours}.png")
    rgb.quantize(16).save(OUT / "palette_transparent.png", transparency=3)
    rgb.save(OUT / "rgb_transparent.png", transparency=rgb.getpixel((3, 3)))
    rgba = rgb.copy()
    rgba.putalpha(rgb.convert("L"))
    rgba.save(OUT / "rgba8.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb.save(OUT / "exif6.png", exif=exif)
    for depth in (2, 4, 16):
        top = (1 << depth) - 1
        write_png(f"grey{depth}.png", [[((x * 97 + y * 31) * (257 if depth == 16 else 1) & top,) for x in range(W)]
                                       for y in range(H)], depth, 0)
    wide = [[((x * 3001) % 65536, (y * 4003) % 65536, (x * y * 211) % 65536) for x in range(W)] for y in range(H)]
    write_png("rgb16.png", wide, 16, 2)
    write_png("rgba16.png", [[p + (40000,) for p in row] for row in wide], 16, 6)
    narrow = [[tuple(s >> 8 for s in p) for p in row] for row in wide]
    write_png("rgb8_interlaced.png", narrow, 8, 2, interlaced=True)
    write_png("grey1_interlaced.png", [[((x ^ y) & 1,) for x in range(W)] for y in range(H)], 1, 0, interlaced=True)
    write_png("rgb16_interlaced.png", wide, 16, 2, interlaced=True)


def jpegs():
    rgb = smooth()
    rgb.convert("L").save(OUT / "grey.jpg", quality=85)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        rgb.save(OUT / f"ycc{name}.jpg", quality=85, subsampling=sampling)
        picture(37, 29).save(OUT / f"odd{name}.jpg", quality=70, subsampling=sampling)
    rgb.save(OUT / "progressive.jpg", quality=85, progressive=True)
    rgb.convert("CMYK").save(OUT / "cmyk.jpg", quality=90)
    adobe = (OUT / "cmyk.jpg").read_bytes()
    at = adobe.find(b"Adobe")  # APP14: version 2, flags 2+2, transform 1
    assert at > 0
    (OUT / "ycck.jpg").write_bytes(adobe[:at + 11] + b"\x02" + adobe[at + 12:])
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        rgb.save(OUT / f"exif{orientation}.jpg", quality=85, exif=exif)


def reference(path):
    with Image.open(path) as image:
        if image.mode.startswith("I"):
            image.load()
            values = [image.getpixel((x, y)) >> 8 for y in range(image.height) for x in range(image.width)]
            grey = Image.new("L", image.size)
            grey.putdata(values)
            return grey.convert("RGB")
        return ImageOps.exif_transpose(image).convert("RGB")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    pngs()
    jpegs()
    sizes = []
    for path in sorted(OUT.iterdir()):
        image = reference(path)
        path.with_name(path.name + ".rgb").write_bytes(image.tobytes())
        sizes.append(f"{path.name} {image.width} {image.height}\n")
    (OUT / "sizes.txt").write_text("".join(sizes))


if __name__ == "__main__":
    main()

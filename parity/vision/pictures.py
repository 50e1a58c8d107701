"""Small pictures of every format, mode and oddity that a decoder meets; make_goldens.py writes them to tests/golden/images."""
import io
import struct
import subprocess
import zlib

from PIL import Image, ImageDraw, ImageFont

W, H = 21, 14


def sharp(width=W, height=H):
    image = Image.new("RGB", (width, height))
    image.putdata([((x * 37 + y * 5) % 256, (y * 61 + x * x) % 256, (x * y * 3) % 256)
                   for y in range(height) for x in range(width)])
    return image


def smooth(width=W, height=H):
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 255 // width, y * 255 // height, 255 - x * 200 // width) for y in range(height) for x in range(width)])
    return image


def page(width, height, ground="white", ink="black"):
    """Lines of text and a few shapes: edges, on which filters overshoot."""
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(11, height // 24))
    for line in range(height // (height // 16)):
        draw.text((width // 20, line * height // 16), f"{line:02d} The quick brown fox, 0O1lI| #{line * 7919:x}", ink, font)
    draw.ellipse((width * 6 // 10, height // 8, width * 9 // 10, height // 2), (200, 30, 60), (0, 90, 255), 3)
    draw.line((0, height, width, 0), (20, 160, 90), 1)
    return image


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def xmp(orientation):
    return (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
            b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/></rdf:RDF></x:xmpmeta>' % orientation)


def saved(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


# --- PNG

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


def png(pixels, depth, colour, interlaced=False, extra=b""):
    """pixels[y][x] is a tuple of samples."""
    height, width = len(pixels), len(pixels[0])
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        rows = [[s for p in row[x0::dx] for s in p] for row in pixels[y0::dy]]
        if rows and rows[0]:
            data += pack_rows(rows, depth)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def pngs():
    rgb = sharp()
    yield "grey1.png", saved(rgb.convert("1"), "PNG")
    yield "grey8.png", saved(rgb.convert("L"), "PNG")
    yield "grey_alpha.png", saved(rgb.convert("LA"), "PNG")
    yield "rgb8.png", saved(rgb, "PNG")
    for colours in (2, 4, 16, 200):
        yield f"palette{colours}.png", saved(rgb.quantize(colours), "PNG")
    yield "palette_transparent.png", saved(rgb.quantize(16), "PNG", transparency=3)
    yield "palette_alpha.png", saved(rgb.quantize(16), "PNG", transparency=bytes(range(0, 256, 16)))
    yield "rgb_transparent.png", saved(rgb, "PNG", transparency=rgb.getpixel((3, 3)))
    yield "grey_transparent.png", saved(rgb.convert("L"), "PNG", transparency=200)
    rgba = rgb.copy()
    rgba.putalpha(rgb.convert("L"))
    yield "rgba8.png", saved(rgba, "PNG")
    yield "exif6.png", saved(rgb, "PNG", exif=exif(6))
    for depth in (2, 4):
        yield f"grey{depth}.png", png([[((x * 97 + y * 31) & (1 << depth) - 1,) for x in range(W)] for y in range(H)], depth, 0)
    # Around the 255 that Pillow clips at, and far above it.
    yield "grey16.png", png([[((x * 29 + y * 31) * (1 if y < 7 else 97) & 65535,) for x in range(W)] for y in range(H)], 16, 0)
    wide = [[((x * 3001) % 65536, (y * 4003) % 65536, (x * y * 211) % 65536) for x in range(W)] for y in range(H)]
    yield "rgb16.png", png(wide, 16, 2)
    yield "rgba16.png", png([[p + (40000,) for p in row] for row in wide], 16, 6)
    yield "grey_alpha16.png", png([[(p[0], p[1]) for p in row] for row in wide], 16, 4)
    narrow = [[tuple(s >> 8 for s in p) for p in row] for row in wide]
    yield "rgb8_interlaced.png", png(narrow, 8, 2, interlaced=True)
    yield "grey1_interlaced.png", png([[((x ^ y) & 1,) for x in range(W)] for y in range(H)], 1, 0, interlaced=True)
    yield "rgb16_interlaced.png", png(wide, 16, 2, interlaced=True)
    yield "grey16_interlaced.png", png([[(p[0] >> 7,) for p in row] for row in wide], 16, 0, interlaced=True)
    table = chunk(b"PLTE", bytes((9, 8, 7, 200, 100, 50)))
    yield "palette_short.png", png([[((x + y) % 5,) for x in range(W)] for y in range(H)], 4, 3, extra=table)
    yield "xmp8.png", png(narrow, 8, 2, extra=chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(8)))
    frames = [sharp(50, 37), smooth(50, 37)]
    yield "animation.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    yield "animation_apart.png", saved(frames[1], "PNG", save_all=True, append_images=frames, default_image=True)
    yield "column.png", saved(sharp(1, 40), "PNG")
    yield "row.png", saved(sharp(40, 1), "PNG")
    yield "dot.png", saved(sharp(1, 1), "PNG")
    yield "page.png", saved(page(640, 420).quantize(16), "PNG", optimize=True)
    yield "tall.png", saved(page(150, 900, "black", "lime").quantize(8), "PNG", optimize=True)


# --- JPEG

def cjpeg(image, *options):
    """libjpeg-turbo's own encoder, for what Pillow does not write."""
    return subprocess.run(["cjpeg", *options], input=saved(image, "PPM"), stdout=subprocess.PIPE, check=True).stdout


def jpegs():
    rgb = smooth()
    yield "grey.jpg", saved(rgb.convert("L"), "JPEG", quality=85)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"ycc{name}.jpg", saved(rgb, "JPEG", quality=85, subsampling=sampling)
        yield f"odd{name}.jpg", saved(sharp(37, 29), "JPEG", quality=70, subsampling=sampling)
    for name, sampling in (("440", "1x2"), ("411", "4x1"), ("410", "4x2"), ("441", "1x4")):
        yield f"odd{name}.jpg", cjpeg(sharp(37, 29), "-quality", "70", "-sample", sampling)
    yield "rgb.jpg", cjpeg(sharp(37, 29), "-quality", "80", "-rgb")
    yield "arithmetic.jpg", cjpeg(smooth(37, 29), "-quality", "80", "-arithmetic")
    yield "restart.jpg", cjpeg(smooth(67, 49), "-quality", "80", "-restart", "1")
    yield "progressive.jpg", saved(rgb, "JPEG", quality=85, progressive=True)
    yield "progressive_grey.jpg", saved(sharp(45, 33).convert("L"), "JPEG", quality=85, progressive=True)
    yield "progressive420.jpg", saved(page(131, 97), "JPEG", quality=60, progressive=True, subsampling=2)
    cmyk = saved(rgb.convert("CMYK"), "JPEG", quality=90)
    yield "cmyk.jpg", cmyk
    at = cmyk.find(b"Adobe")  # APP14: version 2, flags 2+2, transform 1
    assert at > 0
    yield "ycck.jpg", cmyk[:at + 11] + b"\x02" + cmyk[at + 12:]
    for orientation in range(1, 9):
        yield f"exif{orientation}.jpg", saved(rgb, "JPEG", quality=85, exif=exif(orientation))
    yield "exif_long.jpg", saved(rgb, "JPEG", quality=85, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x04\0\0\0\x01\0\0\0\x05\0\0\0\0")
    yield "xmp3.jpg", saved(rgb, "JPEG", quality=85, xmp=xmp(3))
    yield "exif6_xmp3.jpg", saved(rgb, "JPEG", quality=85, exif=exif(6), xmp=xmp(3))
    yield "low.jpg", saved(page(517, 389), "JPEG", quality=12)
    yield "page420.jpg", saved(page(700, 451, (250, 240, 210), (10, 20, 90)), "JPEG", quality=75)
    yield "wide.jpg", saved(page(1283, 211, "navy", "yellow"), "JPEG", quality=40)


# --- WebP

def riff(*chunks):
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunks(file):
    at, chunks = 12, []
    while at < len(file):
        size = struct.unpack("<I", file[at + 4:at + 8])[0]
        chunks.append((file[at:at + 4], file[at + 8:at + 8 + size]))
        at += 8 + size + size % 2
    return chunks


def int24(value):
    return struct.pack("<I", value)[:3]


def webp_animation(frames, width, height):
    """frames: (image, x, y, lossless); the offsets are even."""
    chunks = [(b"VP8X", bytes((0x12, 0, 0, 0)) + int24(width - 1) + int24(height - 1)), (b"ANIM", b"\xff\x80\x40\x20\0\0")]
    for image, x, y, lossless in frames:
        parts = [c for c in webp_chunks(saved(image, "WEBP", lossless=lossless, quality=80)) if c[0] in (b"VP8 ", b"VP8L", b"ALPH")]
        body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in parts)
        head = int24(x // 2) + int24(y // 2) + int24(image.width - 1) + int24(image.height - 1) + int24(100) + b"\0"
        chunks.append((b"ANMF", head + body))
    return riff(*chunks)


def webps():
    rgb = smooth(37, 29)
    rgba = sharp(37, 29)
    rgba.putalpha(sharp(37, 29).convert("L").point(lambda v: 0 if v < 90 else v))
    yield "lossy.webp", saved(rgb, "WEBP", quality=60)
    yield "lossless.webp", saved(sharp(37, 29), "WEBP", lossless=True)
    yield "lossless_alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "lossy_alpha.webp", saved(rgba, "WEBP", quality=70)
    yield "palette.webp", saved(sharp().quantize(5).convert("RGB"), "WEBP", lossless=True)
    yield "exif6.webp", saved(rgb, "WEBP", quality=60, exif=exif(6))
    yield "xmp3.webp", saved(rgb, "WEBP", quality=60, xmp=xmp(3))
    yield "animation.webp", webp_animation([(rgb, 0, 0, False), (sharp(37, 29), 0, 0, True)], 37, 29)
    yield "animation_offset.webp", webp_animation([(sharp(10, 9), 6, 4, False), (rgb, 0, 0, True)], 37, 29)
    yield "animation_alpha.webp", webp_animation([(rgba.crop((0, 0, 20, 20)), 4, 8, True), (rgb, 0, 0, False)], 37, 29)
    yield "page.webp", saved(page(611, 407), "WEBP", quality=50)
    yield "dot.webp", saved(sharp(1, 1), "WEBP", lossless=True)


# --- GIF

def lzw(indices, bits=8):
    """Codes that never grow beyond the first size: a clear code in good time."""
    clear, width, acc, count, data = 1 << bits, bits + 1, 0, 0, bytearray()
    codes = []
    for i, index in enumerate(indices):
        if i % ((1 << bits) - 2) == 0:
            codes.append(clear)
        codes.append(index)
    for code in [*codes, clear + 1]:
        acc |= code << count
        count += width
        while count >= 8:
            data.append(acc & 255)
            acc, count = acc >> 8, count - 8
    if count:
        data.append(acc)
    return bytes((bits,)) + b"".join(bytes((len(data[i:i + 255]),)) + bytes(data[i:i + 255]) for i in range(0, len(data), 255)) + b"\0"


def gif(size, screen, offset, indices, table=None, local=None, transparent=None, interlaced=False):
    def packed(colours):
        bits = max(1, (len(colours) - 1).bit_length())
        return bits - 1, b"".join(map(bytes, colours)) + b"\0\0\0" * ((1 << bits) - len(colours))
    bits, colours = packed(table) if table else (0, b"")
    out = b"GIF89a" + struct.pack("<HHBBB", *screen, (0x80 if table else 0) | bits, 0, 0) + colours
    if transparent is not None:
        out += b"!\xf9\x04\x01\0\0" + bytes((transparent,)) + b"\0"
    bits, colours = packed(local) if local else (0, b"")
    out += b"," + struct.pack("<HHHHB", *offset, *size, (0x80 if local else 0) | (0x40 if interlaced else 0) | bits) + colours
    return out + lzw(indices) + b";"


def gifs():
    table = [(i * 40 % 256, 255 - i * 30, i * i * 9 % 256) for i in range(8)]
    other = [(255 - r, b, g) for r, g, b in table]
    cells = [(x * 3 + y * 5) % 8 for y in range(H) for x in range(W)]
    yield "rgb.gif", saved(sharp(60, 41), "GIF")
    yield "palette.gif", saved(sharp(60, 41).quantize(13), "GIF")
    yield "grey.gif", saved(sharp(60, 41).convert("L"), "GIF")
    yield "interlaced.gif", saved(sharp(60, 41), "GIF", interlace=1)
    yield "interlaced_short.gif", gif((W, 3), (W, 3), (0, 0), cells[:W * 3], table, interlaced=True)
    yield "local.gif", gif((W, H), (W, H), (0, 0), cells, table, local=other)
    yield "only_local.gif", gif((W, H), (W, H), (0, 0), cells, local=other)
    yield "no_table.gif", gif((W, H), (W, H), (0, 0), [c * 30 for c in cells])
    yield "ramp.gif", gif((W, H), (W, H), (0, 0), [c * 3 for c in cells], [(i, i, i) for i in range(8)])
    yield "behind_table.gif", gif((W, H), (W, H), (0, 0), [c * 3 for c in cells], table)
    yield "transparent.gif", gif((W, H), (W, H), (0, 0), cells, table, transparent=3)
    yield "offset.gif", gif((W, H), (40, 30), (7, 5), cells, table)
    yield "offset_transparent.gif", gif((W, H), (40, 30), (7, 5), cells, table, transparent=5)
    yield "offset_transparent_behind.gif", gif((W, H), (40, 30), (7, 5), cells, table, transparent=77)
    yield "beyond_screen.gif", gif((W, H), (15, 10), (3, 2), cells, table, transparent=1)
    yield "gif87.gif", b"GIF87a" + gif((W, H), (W, H), (0, 0), cells, table)[6:]
    yield "animation.gif", saved(sharp(50, 37), "GIF", save_all=True, append_images=[smooth(50, 37), sharp(50, 37).rotate(180)])
    yield "animation_transparent.gif", saved(sharp(50, 37).quantize(20), "GIF", save_all=True, transparency=4, disposal=2,
                                             append_images=[smooth(50, 37).quantize(20)])
    yield "page.gif", saved(page(433, 299).quantize(16), "GIF")


# --- BMP

def bmp(width, height, bits, rows, table=b"", compression=0, colours=0, head=40, masks=b"", offset=None):
    extra = masks + b"\0" * max(0, head - 40 - len(masks)) if head > 40 else b""
    info = struct.pack("<IiiHHIIiiII", head, width, height, 1, bits, compression, len(rows), 2835, 2835, colours, 0) + extra
    info += masks if head == 40 else b""
    at = 14 + len(info) + len(table)
    return b"BM" + struct.pack("<IHHI", at + len(rows), 0, 0, at if offset is None else offset) + info + table + rows


def bmp_rows(pixels, bits):
    out = b""
    for row in pixels:
        if bits < 8:
            text = "".join(format(p, f"0{bits}b") for p in row)
            text += "0" * (-len(text) % 8)
            line = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        else:
            line = b"".join(p.to_bytes(bits // 8, "little") for p in row)
        out += line + b"\0" * (-len(line) % 4)
    return out


def bmps():
    table = b"".join(bytes((i * 40 % 256, 255 - i * 15, i * i * 9 % 256, 0)) for i in range(16))
    cells = [[(x * 3 + y * 5) % 16 for x in range(W)] for y in range(H)]
    rgb = sharp()
    yield "rgb24.bmp", saved(rgb, "BMP")
    yield "grey8.bmp", saved(rgb.convert("L"), "BMP")
    yield "palette8.bmp", saved(rgb.quantize(50), "BMP")
    yield "grey1.bmp", saved(rgb.convert("1"), "BMP")
    yield "colour1.bmp", bmp(W, H, 1, bmp_rows([[c & 1 for c in row] for row in cells], 1), table[:8])
    yield "palette4.bmp", bmp(W, H, 4, bmp_rows(cells, 4), table)
    yield "palette4_short.bmp", bmp(W, H, 4, bmp_rows(cells, 4), table[:20], colours=5)
    yield "palette8_no_offset.bmp", bmp(W, H, 8, bmp_rows(cells, 8), table, colours=16, offset=0)
    yield "palette8_head_offset.bmp", bmp(W, H, 8, bmp_rows(cells, 8), table, colours=16, offset=54)
    yield "ramp8.bmp", bmp(W, H, 8, bmp_rows(cells, 8), b"".join(bytes((i, i, i, 0)) for i in range(7)), colours=7)
    wide = [[(x * 3001 + y * 997) & 0xffff for x in range(W)] for y in range(H)]
    deep = [[x * 19088743 + y * 2596069104 & 0xffffffff for x in range(W)] for y in range(H)]
    yield "rgb555.bmp", bmp(W, H, 16, bmp_rows(wide, 16))
    yield "rgb565.bmp", bmp(W, H, 16, bmp_rows(wide, 16), compression=3, masks=struct.pack("<III", 0xf800, 0x7e0, 0x1f))
    yield "rgb32.bmp", bmp(W, H, 32, bmp_rows(deep, 32))
    yield "bitfields32.bmp", bmp(W, H, 32, bmp_rows(deep, 32), compression=3, masks=struct.pack("<III", 0xff000000, 0xff0000, 0xff00))
    yield "alpha32.bmp", bmp(W, H, 32, bmp_rows(deep, 32), compression=3, head=108,
                             masks=struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000))
    yield "alpha32_rgba.bmp", bmp(W, H, 32, bmp_rows(deep, 32), compression=3, head=124,
                                  masks=struct.pack("<IIII", 0xff, 0xff00, 0xff0000, 0xff000000))
    yield "top_down.bmp", bmp(W, -H, 24, bmp_rows([[p & 0xffffff for p in row] for row in deep], 24))
    core = struct.pack("<IHHHH", 12, W, H, 1, 4) + b"".join(table[i:i + 3] for i in range(0, 64, 4))
    rows = bmp_rows(cells, 4)
    yield "os2.bmp", b"BM" + struct.pack("<IHHI", 14 + len(core) + len(rows), 0, 0, 14 + len(core)) + core + rows
    rle8 = b""
    for y in range(H):
        rle8 += bytes((5, y % 16, 4, 9)) + b"\0\x05" + bytes((1, 2, 3, 4, 5)) + b"\0" + bytes((30, 7)) + b"\0\0"
    yield "rle8.bmp", bmp(W, H, 8, rle8 + b"\0\x01", table, 1, 16)
    jumps = b"\x03\x04\0\x02\x05\x02\x02\x07\0\0" + b"\x15\x03\0\0" * (H - 3) + b"\x15\x01\0\x01"
    yield "rle8_delta.bmp", bmp(W, H, 8, jumps, table, 1, 16)
    rle4 = b""
    for y in range(H):
        rle4 += bytes((7, 0x5a, 0, 6, 0x12, 0x34, 0x56, 0)) + bytes((W - 13, 16 * (y % 16) + 3)) + b"\0\0"
    yield "rle4.bmp", bmp(W, H, 4, rle4 + b"\0\x01", table, 2, 16)


def all_pictures():
    for family in (pngs, jpegs, webps, gifs, bmps):
        yield from family()

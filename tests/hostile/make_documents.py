#!/usr/bin/env python3
"""Makes tests/hostile/documents again: small PDFs that try to crash, stall, exhaust or deceive whoever reads them.

Each one shows or hides the word HIDDEN. pdf_pool_test.cpp gives them to the real worker: each must end in a reason, or be read
in full, which is to say that the word is in what was read.
"""
import pathlib
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

from harness.pdfs import assemble, pages, stream  # noqa: E402

WORD = b"BT /F 14 Tf 72 700 Td (HIDDEN) Tj ET\n"
XOBJECT = "/XObject<</X 4 0 R>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def one(content: bytes = WORD, more: list[bytes] = [], resources: str = "", **entries) -> bytes:
    return pages([content], more, resources, **entries)


def with_object(made: bytes, number: int, body: bytes) -> bytes:
    """An incremental update that replaces one object."""
    before = int(made.rsplit(b"startxref", 1)[1].split()[0])
    at = len(made)
    update = f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = f"xref\n{number} 1\n{at:010} 00000 n \ntrailer <</Root 1 0 R/Size 99/Prev {before}>>\n"
    return made + update + table.encode() + f"startxref\n{at + len(update)}\n%%EOF\n".encode()


def image(filter_name: str, data: bytes, size: str = "/Width 64/Height 64", more: str = "",
          bits: int = 8) -> bytes:
    entries = f"/Type/XObject/Subtype/Image{size}/ColorSpace/DeviceGray/BitsPerComponent {bits}{more}"
    return one(WORD + b"q 99 0 0 99 72 72 cm /X Do Q", [stream(entries + (f"/Filter/{filter_name}" if filter_name else ""), data)],
               XOBJECT)


def form(content: bytes, entries: str = "") -> bytes:
    return stream(f"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>{XOBJECT}>>{entries}", content)


def type3(procedure: bytes) -> list[bytes]:
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 5 0 R>>/FirstChar 97" \
           b"/LastChar 97/Widths[9]/Encoding<</Type/Encoding/Differences[97/a]>>/Resources<</Font<</T 4 0 R>>>>>>"
    return [font, stream("", procedure)]


def documents() -> dict[str, bytes]:
    flate = zlib.compress(b"0 0 m 9 9 l S " * 400_000 + WORD, 9)
    loop = assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])
    itself = one()
    start = itself.rsplit(b"startxref", 1)[1].split()[0]
    return {
        "annotation_appearance": one(b"", [b"<</Type/Annot/Subtype/Stamp/Rect[0 0 612 792]/AP<</N 5 0 R>>>>", form(WORD)],
                                     page="/Annots[4 0 R]"),
        "array_depth": one(more=[b"[" * 100_000 + b"]" * 100_000]),
        "bomb_flate": one(b"/X Do", [form(flate, "/Filter/FlateDecode")], XOBJECT),
        "bomb_flate_twice": image("", zlib.compress(zlib.compress(bytes(20_000_000), 9), 9), "/Width 20000/Height 1000",
                                  "/Filter[/FlateDecode/FlateDecode]"),
        "ccitt_garbage": image("CCITTFaxDecode", b"\x00\x01\xff\xaa" * 99),
        "count_huge": one(count=2147483647),
        "dct_garbage": image("DCTDecode", b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02"),
        "dict_depth": one(more=[b"<</A" * 50_000 + b" 1 " + b">>" * 50_000]),
        "form_recursion": one(WORD + b"/X Do", [form(b"/X Do /X Do")], XOBJECT),
        "form_text": one(b"/X Do", [form(WORD)], XOBJECT),
        "function_recursion": one(WORD + b"/S sh", [b"<</FunctionType 3/Domain[0 1]/Functions[4 0 R]/Bounds[]/Encode[0 1]>>"],
                                  "/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function 4 0 R>>>>"),
        "icc_garbage": one(WORD + b"/C cs 1 scn 0 0 9 9 re f", [stream("/N 3/Alternate/DeviceRGB", b"acsp" * 40)],
                           "/ColorSpace<</C[/ICCBased 4 0 R]>>"),
        "image_huge": image("", b"x", "/Width 100000/Height 100000"),
        "jbig2_garbage": image("JBIG2Decode", b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13\xff\xff\xff\xff\xff\xff\xff\xff" * 4,
                               bits=1),
        "jpx_garbage": image("JPXDecode", b"\xff\x4f\xff\x51\x00\x2f\x00\x00" + b"\xff" * 40),
        "layer_hidden": one(b"/OC /L BDC " + WORD + b"EMC", [b"<</Type/OCG/Name(l)>>"], "/Properties<</L 4 0 R>>",
                            catalog="/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]>>>>"),
        "length_negative": one(b"/X Do", [form(WORD).replace(f"/Length {len(WORD)}".encode(), b"/Length -999999")], XOBJECT),
        "numbers": one(b"1e400 -1e400 nan inf 99999999999999999999 0 cm " + WORD + b"1 0 0 1e30 1e30 1e30 cm " + WORD),
        "object_stream_itself": one(more=[stream("/Type/ObjStm/N 1/First 4/Extends 4 0 R", b"4 0 [4 0 R]")]),
        "page_huge": one(WORD + b"0 0 m 9 9 l S", box="0 0 999999999 999999999"),
        "page_none": one(box="0 0 0 0"),
        "pages_loop": loop,
        "pattern_recursion": one(
            WORD + b"/Pattern cs /P scn 0 0 600 700 re f",
            [stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001"
                    "/Resources<</Pattern<</P 4 0 R>>>>", b"/Pattern cs /P scn 0 0 9 9 re f")], "/Pattern<</P 4 0 R>>"),
        "polyglot_zip": one() + b"PK\x03\x04" + bytes(2000),
        "replaced_page_text": with_object(one(b"(harmless)"), 4, stream("", WORD)),
        "soft_mask_recursion": one(WORD + b"/G gs " + WORD, [b"<</SMask<</S/Luminosity/G 5 0 R>>>>",
                                   form(b"/G gs 0 0 9 9 re f", "/Group<</S/Transparency>>").replace(
                                       b"/XObject<</X 4 0 R>>", b"/ExtGState<</G 4 0 R>>")], "/ExtGState<</G 4 0 R>>"),
        "string_long": one(b"BT /F 1 Tf 0 0 Td (" + b"x" * 300_000 + b" HIDDEN) Tj ET"),
        "text_invisible": one(b"3 Tr " + WORD),
        "text_tiny": one(WORD.replace(b"/F 14 Tf", b"/F 0.001 Tf")),
        "text_white": one(b"1 g " + WORD),
        "to_unicode_wide": one(WORD.replace(b"/F", b"/U"), [
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>",
            stream("", b"begincmap 1 begincodespacerange <00><FF> endcodespacerange 1 beginbfrange "
                       b"<00000000><FFFFFFFF><0041> endbfrange endcmap")], fonts="/U 4 0 R"),
        "type3_recursion": one(WORD + b"BT /T 9 Tf (aaaa) Tj ET", type3(b"9 0 d0 BT /T 1 Tf (aaaa) Tj ET"),
                               fonts="/T 4 0 R"),
        "xref_loop": itself.replace(b"trailer <<", b"trailer <</Prev " + start, 1),
    }


def main() -> None:
    folder = HERE / "documents"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.pdf"):
        old.unlink()
    for name, made in documents().items():
        (folder / f"{name}.pdf").write_bytes(made)


if __name__ == "__main__":
    main()

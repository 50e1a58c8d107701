"""PDFs written by hand at test time, as data URIs: no library that makes them is needed."""
import base64

FIRST_FREE = 4  # number of the first object of `more`


def stream(entries: str, data: bytes) -> bytes:
    return f"<<{entries}/Length {len(data)}>> stream\n".encode() + data + b"\nendstream"


def assemble(objects: list[bytes], trailer: str = "") -> bytes:
    """Objects by number, 1 first; object 1 is the catalog."""
    out = b"%PDF-1.7\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    for number, body in enumerate(objects, 1):
        table += f"{len(out):010} 00000 n \n"
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    end = f"trailer <</Root 1 0 R/Size {len(objects) + 1}{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + table.encode() + end.encode()


def pages(contents: list[bytes], more: list[bytes] = [], resources: str = "", *, fonts: str = "", page: str = "",
          box: str = "0 0 612 792", catalog: str = "", count: int | None = None) -> bytes:
    """`more` are further objects, from number FIRST_FREE on; the others are further entries, and what stands for the usual."""
    objects = [f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(), b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", *more]
    kids = ""
    for content in contents:
        objects.append(stream("", content))
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {len(objects)} 0 R{page}"
                       f"/Resources<</Font<</F 3 0 R{fonts}>>{resources}>>>>".encode())
        kids += f"{len(objects)} 0 R "
    objects[1] = f"<</Type/Pages/Kids[{kids}]/Count {count or len(contents)}>>".encode()
    return assemble(objects)


def text(*lines_of_pages: str) -> bytes:
    """One page for each line."""
    return pages([f"BT /F 14 Tf 72 700 Td ({line}) Tj ET".encode() for line in lines_of_pages])


def scanned(jpeg: bytes, width: int, height: int) -> bytes:
    """A page that is a picture and nothing else."""
    picture = stream(f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB"
                     "/BitsPerComponent 8/Filter/DCTDecode", jpeg)
    return pages([f"q 540 0 0 {540 * height // width} 36 300 cm /P Do Q".encode()], [picture], "/XObject<</P 4 0 R>>")


def encrypted() -> bytes:
    """Needs a password that nobody knows."""
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"],
                    f"/ID[(a)(b)]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O({'o' * 32})/U({'u' * 32})>>")


def file_part(data: bytes, media_type: str = "application/pdf", name: str = "file.pdf") -> dict:
    uri = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    return {"type": "file", "file": {"filename": name, "file_data": uri}}


def user_message(*parts: dict, say: str = "What is this?") -> dict:
    return {"role": "user", "content": [{"type": "text", "text": say}, *parts]}

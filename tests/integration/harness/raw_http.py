"""HTTP by hand: exact bytes out, status and body in. For requests that no client library would send."""
import socket
import urllib.parse
from dataclasses import dataclass


@dataclass
class RawResponse:
    status: int  # 0: the peer closed without an answer
    headers: dict[str, str]
    body: bytes
    whole: bool = True  # it ended the way it was announced


def send(url: str, request: bytes, timeout: float = 20) -> RawResponse:
    """Sends `request` as it is and reads one response until the peer closes or its length is reached."""
    target = urllib.parse.urlsplit(url)
    with socket.create_connection((target.hostname, target.port), timeout=timeout) as connection:
        connection.sendall(request)
        stream = connection.makefile("rb")
        first = stream.readline()
        if not first:
            return RawResponse(0, {}, b"", False)
        status = int(first.split()[1])
        headers: dict[str, str] = {}
        while (line := stream.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body, whole = read_body(stream, headers)
        return RawResponse(status, headers, body, whole)


def read_body(stream, headers: dict[str, str]) -> tuple[bytes, bool]:
    """The body as far as it comes, and whether it ended the way it was announced. A connection that is reset is an end, too."""
    body = b""
    try:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(stream.readline().split(b";")[0] or b"-1", 16):
                piece = stream.read(size) if size > 0 else b""
                body += piece
                if len(piece) < size or size < 0 or not stream.readline().endswith(b"\n"):
                    return body, False
            return body, stream.readline() == b"\r\n"
        if "content-length" not in headers:
            return stream.read(), True
        body = stream.read(int(headers["content-length"]))
        return body, len(body) == int(headers["content-length"])
    except ConnectionResetError:
        return body, False


def post(url: str, body: bytes, path: str = "/v1/chat/completions",
         headers: list[tuple[str, str]] | None = None, timeout: float = 20) -> RawResponse:
    """A POST with these bytes as its body and these headers in this order, repeated names and all."""
    lines = [f"POST {path} HTTP/1.1", f"host: {urllib.parse.urlsplit(url).netloc}", "content-type: application/json",
             f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers or []]
    return send(url, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body, timeout)

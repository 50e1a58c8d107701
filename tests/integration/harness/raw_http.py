"""HTTP by hand: exact bytes out, status and body in. For requests that no client library would send."""
import socket
import urllib.parse
from dataclasses import dataclass


@dataclass
class RawResponse:
    status: int
    headers: dict[str, str]
    body: bytes


def send(url: str, request: bytes, timeout: float = 20) -> RawResponse:
    """Sends `request` as it is and reads one response until the peer closes or its length is reached."""
    target = urllib.parse.urlsplit(url)
    with socket.create_connection((target.hostname, target.port), timeout=timeout) as connection:
        connection.sendall(request)
        stream = connection.makefile("rb")
        status = int(stream.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := stream.readline().strip()):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if "content-length" in headers:
            body = stream.read(int(headers["content-length"]))
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(stream.readline().split(b";")[0], 16):
                body += stream.read(size)
                stream.readline()
        else:
            body = stream.read()
        return RawResponse(status, headers, body)


def post(url: str, body: bytes, path: str = "/v1/chat/completions",
         headers: list[tuple[str, str]] | None = None) -> RawResponse:
    """A POST with these bytes as its body and these headers in this order, repeated names and all."""
    lines = [f"POST {path} HTTP/1.1", f"host: {urllib.parse.urlsplit(url).netloc}", "content-type: application/json",
             f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers or []]
    return send(url, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)

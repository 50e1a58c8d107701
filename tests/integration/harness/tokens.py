"""Signed tokens and the servers that publish their keys, made with the openssl command: no library of ours involved."""
import base64
import http.server
import json
import pathlib
import ssl
import subprocess
import threading
import time


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments: str, text: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True).stdout


class Issuer:
    """An RSA key, its set, and tokens signed with it."""

    def __init__(self, folder: pathlib.Path, kid: str = "k1"):
        self.kid = kid
        self.key = folder / f"{kid}.pem"
        openssl("genrsa", "-out", str(self.key), "2048")
        modulus = openssl("rsa", "-in", str(self.key), "-noout", "-modulus").decode().strip().partition("=")[2]
        self.jwk = {"kty": "RSA", "kid": kid, "alg": "RS256", "use": "sig", "n": b64url(bytes.fromhex(modulus)),
                    "e": b64url(b"\x01\x00\x01")}

    def claims(self, **changes) -> dict:
        now = int(time.time())
        claims = {"iss": "https://issuer.test", "aud": "signalbox", "sub": "root@example.com", "iat": now,
                  "exp": now + 600, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, header: dict | None = None, **claims) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": self.kid, **(header or {})}
        signed = ".".join(b64url(json.dumps(part).encode()) for part in (head, self.claims(**claims)))
        return signed + "." + b64url(openssl("dgst", "-sha256", "-sign", str(self.key), text=signed.encode()))


class KeyServer:
    """Serves a key set over https with a certificate of its own; counts how often it is asked."""

    def __init__(self, folder: pathlib.Path):
        self.keys: list[dict] = []
        self.status = 200
        self.asked = 0
        self.certificate = folder / "server.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(folder / "server.key"), "-out",
                str(self.certificate))
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                body = json.dumps({"keys": outer.keys}).encode()
                self.send_response(outer.status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "server.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}/keys"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

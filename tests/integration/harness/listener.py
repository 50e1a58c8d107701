"""Starts the router of configs/listener.yaml: its plain, TLS and mutual TLS listeners."""
import pathlib
import shutil
from collections.abc import Callable

from harness.paths import INTEGRATION
from harness.processes import Router, free_port

TLS = INTEGRATION / "tls"


def start_listener(start_router: Callable[..., Router], upstream: str, folder: pathlib.Path,
                   **values: object) -> tuple[Router, str, str]:
    """The router, and the URLs of its TLS and mutual TLS listeners. Certificates lie in `folder` as cert.pem, key.pem."""
    shutil.copy(TLS / "first.crt", folder / "cert.pem")
    shutil.copy(TLS / "first.key", folder / "key.pem")
    ports = {"TLS_PORT": free_port(), "MUTUAL_PORT": free_port(), "STRICT_PORT": free_port()}
    router = start_router("listener.yaml", **{
        "UPSTREAM": upstream, "CERT": folder / "cert.pem", "KEY": folder / "key.pem", "CLIENT_CA": TLS / "client.crt",
        "MAX_CONNECTIONS": 5000, "MAX_ACTIVE": 4096, "PATIENCE": "20s", **ports, **values})
    router.extra["strict"] = f"http://127.0.0.1:{ports['STRICT_PORT']}"
    return router, f"https://localhost:{ports['TLS_PORT']}", f"https://localhost:{ports['MUTUAL_PORT']}"

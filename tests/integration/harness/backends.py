"""Configurations with several backends, a backend that fails as told, and what the router says about them."""
import json
import re
import socket
import threading
from collections.abc import Callable

import httpx

from harness.processes import Router
from harness.recording_upstream import Recorded, RecordingUpstream, Reply, completion

BODY = {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}


def model(name: str, *backends: dict, **more: object) -> dict:
    return {"name": name, "backend_refs": list(backends), **more}


def backend(upstream: RecordingUpstream | str, name: str, **more: object) -> dict:
    address = upstream if isinstance(upstream, str) else upstream.address
    return {"name": name, "endpoint": address, **more}


def start(start_router: Callable[..., Router], models: list[dict], refs: list[dict] | None = None,
          cards: list[dict] | None = None, **keywords: object) -> Router:
    """A router with these models; its one decision has them all as candidates, unless `refs` says otherwise."""
    names = [entry["name"] for entry in models]
    return start_router("backends.yaml", MODELS=json.dumps(models),
                        REFS=json.dumps(refs or [{"model": name, "use_reasoning": False} for name in names]),
                        CARDS=json.dumps(cards or [{"name": name} for name in names]), **keywords)


def ask(router: Router, **more: object) -> httpx.Response:
    return httpx.post(router.url + "/v1/chat/completions", json={**BODY, **more}, timeout=30, trust_env=False)


def metric(router: Router, name: str, **labels: str) -> float:
    """The sum of all series of a metric that have these labels."""
    total = 0.0
    for line in httpx.get(router.management + "/metrics", timeout=30, trust_env=False).text.splitlines():
        found = re.match(rf"{re.escape(name)}(?:\{{(.*)\}})? (\S+)$", line)
        if found and all(f'{key}="{value}"' in (found.group(1) or "") for key, value in labels.items()):
            total += float(found.group(2))
    return total


def log_lines(router: Router, event: str) -> list[dict]:
    lines = [json.loads(line) for line in router.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == event]


def status(code: int) -> Callable[[Recorded], Reply]:
    return lambda request: Reply(code, body=json.dumps({"error": {"message": f"status {code}"}}).encode())


def answer(name: str) -> Callable[[Recorded], Reply]:
    """A completion that says which backend it is."""
    return lambda request: Reply(body=json.dumps(completion(request.json.get("model", ""), name)).encode())


def content(response: httpx.Response) -> str:
    return response.json()["choices"][0]["message"]["content"]


class ClosingBackend:
    """Accepts, reads the whole request, says `last_words` and hangs up."""

    def __init__(self, last_words: bytes = b"") -> None:
        self._last_words = last_words
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.accepted = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            with connection:
                connection.recv(65536)
                connection.sendall(self._last_words)

    def close(self) -> None:
        self._socket.close()

"""What the tests of authentication and budgets share: the router of configs/access.yaml, and the SDK with a key."""
import hashlib
import json
import time
from collections.abc import Callable

import openai

from harness.processes import Router, free_port

KEYS = ("admin", "app", "narrow", "nothing", "member", "proxy", "disabled", "expired", "three", "tokens", "money")


def start_access(start_router: Callable[..., Router], upstream: str, optional: str = "false", jwt: str = "") -> Router:
    hashes = {f"HASH_{name}": hashlib.sha256(f"sk-{name}".encode()).hexdigest() for name in KEYS}
    router = start_router("access.yaml", UPSTREAM=upstream, OPTIONAL=optional, JWT=jwt, PLAIN_PORT=free_port(), **hashes)
    return router


def sdk(router: Router, key: str, **options) -> openai.OpenAI:
    return openai.OpenAI(base_url=router.url + "/v1", api_key=key, max_retries=0, timeout=30, **options)


def ask(router: Router, key: str, text: str = "Hi", model: str = "auto", headers: dict | None = None, **more):
    """The answer, or the list of its chunks: a stream ends with its client."""
    with sdk(router, key) as client:
        answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}],
                                                extra_headers=headers or {}, **more)
        return list(answer) if more.get("stream") else answer


def log_events(router: Router, event: str) -> list[dict]:
    lines = [json.loads(line) for line in router.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == event]


def logged(router: Router, event: str, request_id: str) -> dict:
    """The line of one request; it is written after the answer, so it is waited for."""
    deadline = time.monotonic() + 20
    while True:
        for line in log_events(router, event):
            if line["request_id"] == request_id:
                return line
        assert time.monotonic() < deadline, f"no {event} line of {request_id}"
        time.sleep(0.01)

"""What every fault test asks: did the counters and the log tell it, and is the next request served?"""
import json
from collections.abc import Callable

from harness import raw_http
from harness.observe import answers, eventually, metrics
from harness.processes import Router
from harness.scripted_backend import Call, ScriptedBackend, answer

ASK = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}).encode()
ASK_STREAM = ASK[:-1] + b',"stream":true}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
Script = Callable[[Call], None]


def says(data: bytes, then: Script = Call.close) -> Script:
    def script(call: Call) -> None:
        call.send(data)
        then(call)
    return script


def upstream_errors(router: Router) -> dict[str, float]:
    return metrics(router).by("signalbox_upstream_errors_total", "kind", backend="upstream")


def gained(after: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    return {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}


def assert_counted(router: Router, before: tuple[dict, dict], errors: dict[str, float], statuses: dict[str, float]) -> None:
    """Counters follow an answer by a moment."""
    now = lambda: (gained(upstream_errors(router), before[0]), gained(answers(metrics(router)), before[1]))
    eventually(lambda: now() == (errors, statuses))
    assert now() == (errors, statuses)


def counters(router: Router) -> tuple[dict, dict]:
    return upstream_errors(router), answers(metrics(router))


def assert_serves(router: Router, backend: ScriptedBackend) -> None:
    backend.script = lambda call: call.send(answer())
    response = raw_http.post(router.url, ASK)
    assert (response.status, response.whole) == (200, True)
    assert json.loads(response.body)["model"] == "small"


def assert_routed(router: Router, status: int, reason: str) -> None:
    """The log tells the status that the client saw, and why."""
    def last() -> tuple[int, str]:
        lines = [line for line in router.output.splitlines() if '"event":"routed"' in line]
        end = json.loads(lines[-1]) if lines else {}
        return end.get("status"), end.get("reason")
    eventually(lambda: last() == (status, reason))
    assert last() == (status, reason)


def error_code(response: raw_http.RawResponse) -> str:
    return json.loads(response.body)["error"]["code"]

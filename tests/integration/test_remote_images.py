"""Pictures by URL: fetched from the one server that the configuration lists, judged, and sent on as what was judged."""
import base64
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from harness import pictures
from harness.observe import metrics
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream
from harness.scripted_backend import Call, ScriptedBackend, answer

PASSPORT = pictures.text_picture(pictures.PASSPORT_LINES)
SECRET = "signature-that-nobody-logs"


def bytes_of(data_uri: str) -> bytes:
    return base64.b64decode(data_uri.split(",")[1])


def picture(body: bytes, kind: str = "image/png", status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedBackend]:
    backend = ScriptedBackend()
    yield backend
    backend.close()


@pytest.fixture
def images(server: ScriptedBackend) -> ScriptedBackend:
    """The server of pictures, as new."""
    server.reset()
    return server


@pytest.fixture(scope="module")
def start(start_router, recorder_server: RecordingUpstream, server: ScriptedBackend) -> Callable[..., Router]:
    def start(origin: str = f"http://{server.address}", timeout: str = "100s", private: str = "true") -> Router:
        return start_router("remote_images.yaml", UPSTREAM=recorder_server.address, ORIGIN=origin, TIMEOUT=timeout,
                            PRIVATE=private)
    return start


@pytest.fixture(scope="module")
def router(start: Callable[..., Router]) -> Router:
    return start()


def ask(router: Router, *urls: str) -> httpx.Response:
    return httpx.post(router.url + "/v1/chat/completions", timeout=150, headers={"x-client-secret": "mine", "cookie": "a=b"},
                      json={"model": "auto", "messages": [pictures.user_message("Summarize", *urls)]})


def decision(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return response.headers["x-vsr-selected-decision"]


def sent_urls(recorder: RecordingUpstream) -> list[str]:
    return [part["image_url"]["url"] for part in recorder.only.json["messages"][0]["content"][1:]]


def fetches(router: Router) -> dict[str, float]:
    return metrics(router).by("signalbox_remote_image_fetches_total", "outcome")


def test_picture_is_fetched_judged_and_sent_on(router: Router, recorder: RecordingUpstream, images: ScriptedBackend):
    heads: list[bytes] = []

    def script(call: Call) -> None:
        heads.append(call.head)
        call.send(picture(bytes_of(PASSPORT)))
    images.script = script
    url = f"http://{images.address}/passport.png?{SECRET}"
    assert decision(ask(router, url, url)) == "identity_document"
    assert sent_urls(recorder) == [PASSPORT, PASSPORT], "what was judged is what is sent"
    assert images.counts["requests"] == 1
    assert heads[0].startswith(f"GET /passport.png?{SECRET} HTTP/1.1\r\n".encode())
    assert not re.search(rb"cookie|secret: |authorization|x-request-id", heads[0].lower())


def test_clean_picture_takes_the_ordinary_way(router: Router, recorder: RecordingUpstream, images: ScriptedBackend):
    images.script = lambda call: call.send(picture(bytes_of(pictures.landscape()), "application/octet-stream"))
    assert decision(ask(router, f"http://{images.address}/a")) == "everything_else"
    assert sent_urls(recorder) == [pictures.landscape()]


@pytest.mark.parametrize("other", ["http://{host}:1/a.png", "https://{address}/a.png", "http://localhost:{port}/a.png",
                                   "http://me@{address}/a.png", "http://{address}@localhost/a.png", "ftp://{address}/a.png"])
def test_other_servers_are_not_asked(other: str, router: Router, recorder: RecordingUpstream, images: ScriptedBackend):
    host, port = images.address.split(":")
    url = other.format(host=host, port=port, address=images.address)
    remote = url.startswith("http")
    assert decision(ask(router, url)) == ("not_fetched" if remote else "everything_else")
    assert sent_urls(recorder) == [url]
    assert images.counts["accepted"] == 0


def drop(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\n\x89PNG")
    call.close()


FAILURES = {
    "too large by its length": ("too_large", lambda call: call.send(picture(b"x" * 400_001))),
    "a redirect on the same server": ("redirected", lambda call: call.send(picture(b"", status="302 Found", more="location: /b\r\n"))),
    "a redirect elsewhere": ("redirected", lambda call: call.send(picture(b"", status="301 Moved", more="location: http://localhost:1/\r\n"))),
    "not found": ("bad_status", lambda call: call.send(picture(bytes_of(PASSPORT), status="404 Not Found"))),
    "a page": ("not_an_image", lambda call: call.send(answer(b"<html>Sign in</html>", more="x-y: z\r\n"))),
    "broken off": ("bad_response", drop),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failed_fetch_is_evidence(case: str, router: Router, recorder: RecordingUpstream, images: ScriptedBackend):
    outcome, images.script = FAILURES[case]
    before = fetches(router).get(outcome, 0)
    url = f"http://{images.address}/a.png?{SECRET}"
    assert decision(ask(router, url)) == "fetch_failed"
    assert sent_urls(recorder) == [url]
    assert images.counts["requests"] == 1, "nothing is asked for twice"
    assert fetches(router)[outcome] == before + 1


def test_silent_server_is_not_waited_for(start, recorder: RecordingUpstream, images: ScriptedBackend):
    router = start(timeout="300ms")
    images.script = lambda call: call.peer_left() or None
    assert decision(ask(router, f"http://{images.address}/a.png")) == "fetch_failed"
    assert fetches(router) == {"timeout": 1}


def test_name_of_a_private_address_is_refused(start, recorder: RecordingUpstream, images: ScriptedBackend):
    origin = f"http://localhost:{images.address.split(':')[1]}"
    router = start(origin=origin, private="false")
    assert decision(ask(router, origin + "/a.png")) == "fetch_failed"
    assert fetches(router) == {"address_refused": 1}
    assert images.counts["accepted"] == 0


def test_broken_picture_is_what_it_is_inline(router: Router, recorder: RecordingUpstream, images: ScriptedBackend):
    images.script = lambda call: call.send(picture(bytes_of(PASSPORT)[:200]))
    fetched = ask(router, f"http://{images.address}/a.png")
    recorder.reset()
    inline = ask(router, "data:image/png;base64," + base64.b64encode(bytes_of(PASSPORT)[:200]).decode())
    assert decision(fetched) == decision(inline)


def test_evaluations_fetch_nothing_and_say_so(router: Router, cli, images: ScriptedBackend):
    url = f"http://{images.address}/a.png"
    said = cli("explain", "-c", router.extra["config"], "--text", "Summarize", "--image", url)
    assert said.status == 0, said.err
    assert "image 0: remote_url (an evaluation fetches nothing)" in said.out
    evaluated = httpx.post(router.management + "/api/v1/eval", timeout=60,
                           json={"messages": [pictures.user_message("Summarize", url)]})
    assert evaluated.status_code == 200, evaluated.text
    assert images.counts["accepted"] == 0


def test_log_names_servers_and_never_urls(start, recorder: RecordingUpstream, images: ScriptedBackend):
    images.script = lambda call: call.send(picture(b"", status="500 Oops"))
    router = start()
    answered = ask(router, f"http://{images.address}/private/path.png?{SECRET}")
    assert decision(answered) == "fetch_failed"
    assert router.process.stop() == 0  # what is logged is written by then
    lines = [line for line in router.output.splitlines() if "remote_image_failed" in line]
    assert any(f'"origin":"http://{images.address}"' in line and '"outcome":"bad_status"' in line for line in lines)
    assert SECRET not in router.output
    assert "private/path" not in router.output

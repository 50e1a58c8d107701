"""SDK clients that give a stream up after its k-th chunk, for every k: the backend is told at once, and nothing stays open."""
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import openai
import pytest

from harness.observe import descriptors, eventually, metrics, open_connections
from harness.paths import INTEGRATION, ROOT
from harness.processes import Router
from harness.scripted_backend import DONE, STREAM_HEAD, Call, ScriptedBackend, frame, in_chunk

CHUNKS = 5
EVERY = range(CHUNKS + 1)  # none, after each one, and after all of them but before the end


def as_many_as_asked(call: Call) -> None:
    """As many chunks as the user message says, then nothing until the router leaves."""
    asked = call.json["messages"][0]["content"]
    if asked != "silence":
        call.send(STREAM_HEAD + b"".join(in_chunk(frame(i)) for i in range(int(asked))))
    call.peer_left()


@pytest.fixture
def nothing_leaks(faulty: Router, backend: ScriptedBackend) -> Iterator[None]:
    backend.script = as_many_as_asked
    pid = faulty.process.process.pid
    assert eventually(lambda: open_connections(faulty) == 0)
    before, counted = descriptors(pid), metrics(faulty)
    yield
    assert eventually(lambda: open_connections(faulty) == 0), "client connections stay open"
    assert eventually(lambda: backend.connections == 0), "upstream connections stay open"
    assert eventually(lambda: descriptors(pid) <= before), "descriptors stay open"
    after = metrics(faulty)
    asked = backend.counts["requests"]
    for name, labels in (("signalbox_http_requests_total", {"listener": "test", "status": "499"}),
                         ("signalbox_upstream_errors_total", {"kind": "cancelled"})):
        assert after.sum(name, **labels) - counted.sum(name, **labels) == asked, name


@pytest.fixture
def sdk(faulty: Router) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=faulty.url + "/v1", api_key="sk-test", max_retries=0, timeout=60) as client:
        yield client


def ask(chunks: int | str) -> dict:
    return {"model": "auto", "messages": [{"role": "user", "content": str(chunks)}]}


@pytest.mark.parametrize("chunks", EVERY)
def test_python_stream_closed(chunks: int, nothing_leaks: None, sdk: openai.OpenAI, backend: ScriptedBackend):
    stream = sdk.chat.completions.create(stream=True, **ask(chunks))
    frames = iter(stream)
    for number in range(chunks):
        assert next(frames).choices[0].delta.content == f"{number} "
    stream.close()
    assert backend.wait_for("left", 1)


def test_python_gives_up_before_the_head(nothing_leaks: None, sdk: openai.OpenAI, backend: ScriptedBackend):
    for patience in (0.2, 2, 20):  # until one reaches the backend first: a busy machine may take its time
        with pytest.raises(openai.APITimeoutError):
            sdk.with_options(timeout=patience).chat.completions.create(stream=True, **ask("silence"))
        if backend.counts["requests"]:
            break
    assert backend.wait_for("left", 1)


def test_python_processes_killed(nothing_leaks: None, faulty: Router, backend: ScriptedBackend):
    done = subprocess.run([sys.executable, str(INTEGRATION / "clients/killed_streams.py"), faulty.url + "/v1", *map(str, EVERY)],
                          capture_output=True, text=True, timeout=100)
    assert done.stdout == f"killed {len(EVERY)}\n", done.stderr
    assert backend.wait_for("left", len(EVERY))


def start_node(router: Router, *arguments: object) -> subprocess.Popen:
    packages = pathlib.Path(os.environ.get("SIGNALBOX_NODE", ROOT / "build/node"))
    environment = {**os.environ, "BASE_URL": router.url + "/v1", "SIGNALBOX_NODE": str(packages)}
    command = [str(ROOT / "build/venv/bin/node"), str(INTEGRATION / "node/aborts.mjs"), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
                            start_new_session=True)


def test_node_streams_aborted(nothing_leaks: None, faulty: Router, backend: ScriptedBackend):
    out, err = start_node(faulty, "close", *EVERY).communicate(timeout=100)
    assert out == f"aborted {len(EVERY)}\n", err
    assert backend.wait_for("left", len(EVERY))


def test_node_gives_up_before_the_head(nothing_leaks: None, faulty: Router, backend: ScriptedBackend):
    client = start_node(faulty, "early")
    assert backend.wait_for("requests", 1)
    out, err = client.communicate("now\n", timeout=100)
    assert out == "gave up: APIUserAbortError\n", err
    assert backend.wait_for("left", 1)


def test_node_processes_killed(nothing_leaks: None, faulty: Router, backend: ScriptedBackend):
    clients = [start_node(faulty, "wait", chunks) for chunks in EVERY]
    for client in clients:
        assert client.stdout.readline() == "ready\n", client.stderr.read()
    assert backend.counts["left"] == 0  # nobody is told before it happens
    for client in clients:
        os.killpg(client.pid, signal.SIGKILL)  # `node` of a wheel is a script that starts the real one
    assert backend.wait_for("left", len(EVERY))
    for client in clients:
        client.communicate(timeout=20)


def test_stream_read_to_its_end_is_not_an_abort(sdk: openai.OpenAI, faulty: Router, backend: ScriptedBackend):
    before = metrics(faulty).sum("signalbox_http_requests_total", listener="test", status="499")
    backend.script = lambda call: call.send(STREAM_HEAD + in_chunk(frame(0)) + in_chunk(DONE) + b"0\r\n\r\n")
    assert len(list(sdk.chat.completions.create(stream=True, **ask(1)))) == 1
    assert metrics(faulty).sum("signalbox_http_requests_total", listener="test", status="499") == before

"""The end of the process: what was accepted is answered whole; and what a service manager is told on the way."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from harness.recording_upstream import RecordingUpstream, chunk, event_stream
from harness.reloading import ReloadingRouter, Template, chat, until


def test_sigterm_under_load_loses_nothing(start_reloading, recorder: RecordingUpstream):
    """Clients on 16 connections send until they are told to go. Whatever was begun ends whole: an answer, or a clean close
    before a byte of it. What reached the backend was answered."""
    router = start_reloading()
    answered, broken = [0] * 16, []
    stopping = threading.Event()

    def ask(number: int) -> None:
        with httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=1)) as session:
            while True:
                try:
                    with session.stream("POST", router.url + "/v1/chat/completions",
                                        json=chat("zprompt", stream=number % 2 == 0)) as answer:
                        body = answer.read()
                except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError) as error:
                    if not stopping.is_set() or isinstance(error, httpx.RemoteProtocolError) and "complete" in str(error):
                        broken.append(repr(error))
                    return
                whole = body.endswith(b"data: [DONE]\n\n") if number % 2 == 0 else json.loads(body)
                if answer.status_code != 200 or not whole:
                    broken.append(f"{answer.status_code} {body!r}")
                answered[number] += 1

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for client in clients:
        client.start()
    until(lambda: min(answered) >= 5, "load on every connection")
    stopping.set()
    assert router.stop() == 0
    for client in clients:
        client.join(60)
    assert broken == []
    assert sum(answered) == len(recorder.requests), "every request that reached the backend was answered to its client"


def test_streams_end_whole_and_the_delay_accepts_more(start_reloading, recorder: RecordingUpstream):
    template = Template(recorder.address, drain_delay="3s")
    router = start_reloading(template)
    first, go_on = threading.Event(), threading.Event()

    def pieces() -> Iterator[bytes]:
        yield chunk("small", {"content": "begun"})
        first.set()
        assert go_on.wait(60)
        yield chunk("small", {"content": "ended"}, "stop")
        yield b"data: [DONE]\n\n"

    recorder.reply_with(lambda request: event_stream(pieces()))
    bodies: list[str] = []
    reading = threading.Thread(target=lambda: bodies.append(
        httpx.post(router.url + "/v1/chat/completions", json=chat("zprompt", stream=True), timeout=60).text))
    reading.start()
    assert first.wait(60)
    os.kill(router.pid, signal.SIGTERM)
    until(lambda: router.get("/ready").status_code == 503, "/ready says so")
    assert router.get("/ready").json()["phase"] == "draining"
    assert router.get("/health").status_code == 200, "alive all the same"
    late = httpx.post(router.url + "/v1/chat/completions", json=chat("zfast"), timeout=60)
    assert late.status_code == 200 and late.headers["connection"] == "close"
    go_on.set()
    reading.join(60)
    assert "begun" in bodies[0] and bodies[0].endswith("data: [DONE]\n\n")
    assert router.process.process.wait(60) == 0


def test_idle_connections_are_closed(router: ReloadingRouter):
    address = ("127.0.0.1", int(router.url.rsplit(":", 1)[1]))
    with contextlib.ExitStack() as stack:
        fresh = stack.enter_context(socket.create_connection(address, timeout=60))
        used = stack.enter_context(socket.create_connection(address, timeout=60))
        used.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
        assert used.recv(65536).startswith(b"HTTP/1.1 200")
        os.kill(router.pid, signal.SIGTERM)
        assert used.recv(1) == b"" and fresh.recv(1) == b""
    assert router.process.process.wait(60) == 0


def test_request_of_a_client_that_has_just_connected_is_answered(router: ReloadingRouter):
    """Its connection is in the kernel's queue, or fresh, when the signal comes."""
    address = ("127.0.0.1", int(router.url.rsplit(":", 1)[1]))
    os.kill(router.pid, signal.SIGSTOP)  # so that nobody accepts
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address, timeout=60)) for _ in range(20)]
        for client in clients:
            client.sendall(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
        os.kill(router.pid, signal.SIGTERM)
        os.kill(router.pid, signal.SIGCONT)
        heads = [client.recv(65536) for client in clients]
    assert all(head.startswith(b"HTTP/1.1 200") for head in heads)
    assert router.process.process.wait(60) == 0


def test_second_signal_ends_at_once(start_reloading, recorder: RecordingUpstream):
    router = start_reloading()
    over = threading.Event()

    def never() -> Iterator[bytes]:
        over.wait(600)
        yield b""

    recorder.reply_with(lambda request: event_stream(never()))
    errors: list[Exception] = []

    def ask() -> None:
        try:
            httpx.post(router.url + "/v1/chat/completions", json=chat("zprompt", stream=True), timeout=60)
        except httpx.HTTPError as error:
            errors.append(error)

    hanging = threading.Thread(target=ask)
    hanging.start()
    until(lambda: len(recorder.requests) == 1, "the request upstream")
    os.kill(router.pid, signal.SIGTERM)
    until(lambda: '"event":"stopping"' in router.output, "the first signal")
    assert router.process.process.poll() is None, "the first one waits"
    os.kill(router.pid, signal.SIGTERM)
    assert router.process.process.wait(60) == 0
    over.set()
    hanging.join(60)
    assert len(errors) == 1, "its client saw a cut, not an answer that looks whole"


class NotifySocket:
    """systemd's end of the sd_notify protocol."""

    def __init__(self, name: str):
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self._socket.settimeout(60)

    def next(self, *, but_not: str = "WATCHDOG") -> dict[str, str]:
        while True:
            message = dict(line.split("=", 1) for line in self._socket.recv(4096).decode().splitlines())
            if but_not not in message:
                return message

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def notify_socket(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[NotifySocket]:
    listener = NotifySocket(str(tmp_path / "notify") if request.param == "path" else f"@signalbox-test-{os.getpid()}")
    yield listener
    listener.close()


def test_service_manager_is_told(notify_socket: NotifySocket, start_reloading):
    router = start_reloading(environment={"NOTIFY_SOCKET": notify_socket.name, "WATCHDOG_USEC": "300000"})
    assert notify_socket.next()["READY"] == "1"
    for _ in range(3):
        assert notify_socket.next(but_not="STATUS") == {"WATCHDOG": "1"}
    before = time.monotonic_ns() // 1000
    router.hang_up()
    reloading = notify_socket.next()
    assert reloading["RELOADING"] == "1"
    assert before <= int(reloading["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    assert notify_socket.next()["READY"] == "1"
    os.kill(router.pid, signal.SIGTERM)
    assert notify_socket.next()["STOPPING"] == "1"


def test_health_command(binary: pathlib.Path, router: ReloadingRouter):
    address = router.management.removeprefix("http://")

    def health(*more: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(binary), "health", "--address", address, *more], capture_output=True, text=True, timeout=60)

    assert (health().returncode, health().stdout) == (0, "/health 200\n")
    assert health("--ready").returncode == 0
    os.kill(router.pid, signal.SIGTERM)
    assert router.process.process.wait(60) == 0
    gone = health("--ready")
    assert gone.returncode == 1 and "refused" in gone.stderr


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_standard_files_do_not_become_sockets(closed: tuple[int, ...], binary: pathlib.Path, tmp_path: pathlib.Path,
                                                     recorder: RecordingUpstream):
    """With standard error closed the next socket would be number 2, and log lines would go to a client."""
    template = Template(recorder.address)
    config = tmp_path / "router.yaml"
    config.write_text(template.text("one"))

    def close() -> None:
        for number in closed:
            os.close(number)

    process = subprocess.Popen([str(binary), "serve", "-c", str(config)], preexec_fn=close, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, "XDG_STATE_HOME": str(tmp_path)})
    try:
        def alive() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(template.management + "/health", timeout=60).status_code == 200
            return False

        until(alive, "the start")
        for number in (0, 1, 2):
            target = os.readlink(f"/proc/{process.pid}/fd/{number}")
            assert not target.startswith(("socket:", "anon_inode:")), f"{number} is {target}"
    finally:
        process.terminate()
        assert process.wait(60) == 0

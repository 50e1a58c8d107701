"""What the machine does to the router: a full disk, a stuck log, a clock that jumps, a backend that is stopped, no descriptors left."""
import email.utils
import json
import math
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import raw_http
from harness.observe import answers, descriptors, eventually, is_stopped, metrics, open_connections, rss_kib
from harness.paths import INTEGRATION
from harness.processes import Process, Router, free_port
from harness.scripted_backend import STREAM_HEAD, Call, ScriptedBackend, answer, frame, in_chunk

ASK = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}).encode()
Serve = Callable[..., Router]


def ask(router: Router, times: int = 1) -> list[int]:
    return [raw_http.post(router.url, ASK).status for _ in range(times)]


def connect(router: Router) -> socket.socket:
    host, port = router.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def keep_alive_request(body: bytes = ASK) -> bytes:
    return b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body


# --- logs ------------------------------------------------------------------------------------------------------------

def lost_lines(router: Router) -> float:
    return metrics(router).sum("signalbox_log_lines_lost")


def test_disk_full_for_logs(serve: Serve, backend: ScriptedBackend):
    with open("/dev/full", "w") as full:
        router = serve(log=full.fileno())
        assert ask(router, 50) == [200] * 50
        assert eventually(lambda: lost_lines(router) >= 100)  # two for each request, and those of /metrics
        assert router.stop() == 0
    assert backend.counts["requests"] == 50


def test_reader_of_the_log_is_gone(serve: Serve):
    read_end, write_end = os.pipe()
    router = serve(log=write_end)
    os.close(write_end)
    os.close(read_end)
    assert ask(router, 20) == [200] * 20
    assert eventually(lambda: lost_lines(router) >= 40)
    assert router.stop() == 0


def test_reader_of_the_log_is_stuck(serve: Serve):
    """A pipe holds 64 KiB; beyond that every line is one too many. Requests, and the stop, go on."""
    read_end, write_end = os.pipe()
    try:
        router = serve(log=write_end)
        assert ask(router, 200) == [200] * 200
        assert router.stop() == 0, "a stuck log must not keep the process from ending"
    finally:
        os.close(write_end)
        os.close(read_end)


# --- clock -----------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def clock_library(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    compiler = next((found for name in ("clang-19", "cc", "gcc") if (found := shutil.which(name))), None)
    assert compiler, "a C compiler builds harness/clock_jump.c"
    library = tmp_path_factory.mktemp("clock") / "clock_jump.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(INTEGRATION / "harness/clock_jump.c"), "-ldl"],
                   check=True)
    return library


class WallClock:
    """The wall clock of one router."""

    def __init__(self, library: pathlib.Path, file: pathlib.Path):
        self._file = file
        self.jump(0)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_JUMP": str(file)}

    def jump(self, seconds: int) -> None:
        staged = self._file.with_suffix(".next")
        staged.write_text(str(seconds))
        staged.rename(self._file)


@pytest.fixture
def wall_clock(clock_library: pathlib.Path, tmp_path: pathlib.Path, plain_binary: None) -> WallClock:
    return WallClock(clock_library, tmp_path / "jump")


DAY = 24 * 3600


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_clock_jumps_in_the_middle_of_requests(jump: int, serve: Serve, backend: ScriptedBackend, wall_clock: WallClock):
    """Deadlines rest on the monotonic clock: a stream goes on, silence still ends in time, and idle connections stay good."""
    router = serve(environment=wall_clock.environment, patience="1s")
    go_on = threading.Event()

    def stream(call: Call) -> None:
        call.send(STREAM_HEAD + in_chunk(frame(0)))
        go_on.wait(30)
        call.send(in_chunk(frame(1)) + b"0\r\n\r\n")

    with connect(router) as client:
        backend.script = stream
        client.sendall(keep_alive_request())
        received = client.recv(65536)
        wall_clock.jump(jump)
        shown = email.utils.parsedate_to_datetime(raw_http.send(router.url, b"GET /v1/models HTTP/1.1\r\nhost: x\r\nconnection: "
                                                                            b"close\r\n\r\n").headers["date"]).timestamp()
        assert (shown - time.time()) / jump == pytest.approx(1, abs=0.1)  # the jump was one
        go_on.set()
        while not received.endswith(b"0\r\n\r\n") and (more := client.recv(65536)):
            received += more
        assert received.endswith(b"0\r\n\r\n")
        backend.script = Call.peer_left
        assert raw_http.post(router.url, ASK).status == 504
        backend.script = lambda call: call.send(answer())
        client.sendall(keep_alive_request())
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
    assert ask(router, 3) == [200] * 3
    wall_clock.jump(0)
    assert ask(router, 3) == [200] * 3
    assert router.stop() == 0


# --- a stopped backend -----------------------------------------------------------------------------------------------

@pytest.fixture
def demo_process(binary: pathlib.Path):
    process = Process([str(binary), "mock-upstream", "--address", "127.0.0.1", "--port", str(free_port())])
    yield process
    process.process.send_signal(signal.SIGCONT)
    process.stop()


def test_stopped_backend_is_504_until_it_continues(serve: Serve, demo_process: Process):
    router = serve(upstream=demo_process.url.removeprefix("http://"), patience="1s")
    assert ask(router) == [200]
    demo_process.process.send_signal(signal.SIGSTOP)
    assert eventually(lambda: is_stopped(demo_process.process.pid))
    assert ask(router, 2) == [504, 504]
    demo_process.process.send_signal(signal.SIGCONT)
    assert ask(router, 3) == [200] * 3
    scrape = metrics(router)
    assert scrape.by("signalbox_upstream_errors_total", "kind") == {"timeout_first_byte": 2}
    assert answers(scrape) == {"200": 4, "504": 2}


def test_stream_survives_a_pause_of_its_backend(serve: Serve, demo_process: Process):
    router = serve(upstream=demo_process.url.removeprefix("http://"), patience="1s")
    body = json.dumps({"model": "auto", "stream": True, "messages": [{"role": "user", "content": "one two three"}]}).encode()
    with connect(router) as client:
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-mock-chunk-delay-ms: 20\r\ncontent-length: %d\r\n\r\n"
                       % len(body) + body)
        received = client.recv(1)
        demo_process.process.send_signal(signal.SIGSTOP)
        client.settimeout(1.2)  # longer than the patience for a head: that one no longer counts
        with pytest.raises(TimeoutError):
            while more := client.recv(65536):
                received += more
        assert b"[DONE]" not in received  # it did stop in the middle
        client.settimeout(20)
        demo_process.process.send_signal(signal.SIGCONT)
        while not received.endswith(b"0\r\n\r\n") and (more := client.recv(65536)):
            received += more
    assert received.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


# --- descriptors and memory ------------------------------------------------------------------------------------------

def test_descriptors_run_out_and_come_back(serve: Serve, backend: ScriptedBackend):
    router = serve("/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
    pid = router.process.process.pid
    assert ask(router) == [200]
    idle = descriptors(pid)
    crowd = [connect(router) for _ in range(100)]  # the kernel takes what the router cannot
    assert eventually(lambda: descriptors(pid) == 64)
    crowd[0].sendall(keep_alive_request())  # on a pooled upstream connection, or refused: there is none for a new one
    assert crowd[0].recv(65536).split()[1] in (b"200", b"502", b"503")
    for connection in crowd:
        connection.close()
    assert eventually(lambda: ask(router) == [200])
    assert ask(router, 20) == [200] * 20
    assert eventually(lambda: open_connections(router) == 0)
    assert descriptors(pid) <= idle + 2  # pooled upstream connections
    assert router.stop() == 0


def test_stop_without_descriptors(serve: Serve):
    """While the accept loop waits for better times."""
    router = serve("/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
    crowd = [connect(router) for _ in range(100)]
    assert eventually(lambda: descriptors(router.process.process.pid) == 64)
    assert router.stop() == 0
    for connection in crowd:
        connection.close()


def test_announced_bodies_cost_nothing_before_they_come(faulty: Router, backend: ScriptedBackend, plain_binary: None):
    """300 clients announce 30 MiB each, in both framings, and send next to nothing."""
    pid = faulty.process.process.pid
    before = rss_kib(pid)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
    announced = [head + b"content-length: %d\r\n\r\n{" % (30 << 20), head + b"transfer-encoding: chunked\r\n\r\n1e00000\r\n{"]
    crowd = [connect(faulty) for _ in range(300)]
    for number, connection in enumerate(crowd):
        connection.sendall(announced[number % 2])
    assert eventually(lambda: open_connections(faulty) >= 300)
    assert raw_http.post(faulty.url, ASK).status == 200
    assert rss_kib(pid) - before < 300 * 128
    for connection in crowd:
        connection.close()
    assert eventually(lambda: open_connections(faulty) == 0)
    assert backend.counts["requests"] == 1


def test_endless_request_body_is_413_and_not_kept(faulty: Router, backend: ScriptedBackend, plain_binary: None):
    pid = faulty.process.process.pid
    before = rss_kib(pid)
    with connect(faulty) as client:
        client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            for _ in range(200):
                client.sendall(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")
        except OSError:
            pass
        assert client.recv(65536).startswith(b"HTTP/1.1 413")
    assert rss_kib(pid) - before < 120 * 1024
    assert backend.counts["requests"] == 0
    assert eventually(lambda: rss_kib(pid) - before < 16 * 1024)  # and it is given back


def test_large_bodies_leave_no_memory_behind(serve: Serve, plain_binary: None):
    """glibc kept a third of it: freed blocks stayed on a heap that their neighbours held together."""
    router = serve()
    pid, chance = router.process.process.pid, random.Random(4)
    sizes = [int(math.exp(chance.uniform(math.log(1_000), math.log(1_000_000)))) for _ in range(400)]

    def ask_with(size: int) -> int:
        body = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "line " * (size // 5)}]}).encode()
        return raw_http.post(router.url, body).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask_with, [1_000] * 50)) == {200}
        before = rss_kib(pid)
        assert set(pool.map(ask_with, sizes)) == {200}
    assert eventually(lambda: rss_kib(pid) < before * 1.15)

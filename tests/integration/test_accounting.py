"""Nothing accepted is lost: under load, with a backend that dies and comes back, every request gets an answer, and the counts of the
clients, of the backend and of /metrics agree.
"""
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from harness import raw_http
from harness.observe import answers, eventually, metrics, open_connections
from harness.processes import Process, Router, free_port
from harness.scripted_backend import DONE, LAST_CHUNK, STREAM_HEAD, Call, ScriptedBackend, answer, frame, in_chunk
from harness.tcp_gate import TcpGate

PLAIN = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}).encode()
STREAM = PLAIN[:-1] + b',"stream":true}'
CLIENTS = 8


class Load:
    """Clients that ask, one request after the other, until they are told to stop; what they got is counted."""

    def __init__(self, router: Router):
        self.router = router
        self.got: Counter[str] = Counter()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._clients = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for client in self._clients:
            client.start()

    def _ask(self, number: int) -> None:
        while not self._stop.is_set():
            end = self._one_answer(STREAM if number % 2 else PLAIN)
            with self._lock:
                self.got[end] += 1

    def _one_answer(self, body: bytes) -> str:
        try:
            response = raw_http.post(self.router.url, body, timeout=60)
        except OSError as error:
            return f"0 {error}"
        done = response.status != 200 or body is PLAIN or response.body.endswith(DONE)
        return f"{response.status} {'whole' if response.whole and done else 'broken'}"

    def wait_for(self, what: str, more: int) -> None:
        """Until so many more of these answers have come."""
        target = self.got[what] + more
        assert eventually(lambda: self.got[what] >= target, 30), (what, self.got)

    def end(self) -> Counter[str]:
        self._stop.set()
        for client in self._clients:
            client.join(60)
        return self.got


def slow_stream(call: Call) -> None:
    """Whole answers that take a moment, so that a death finds some of them in the middle."""
    if not call.json.get("stream"):
        call.send(answer())
    elif call.send(STREAM_HEAD):
        for number in range(5):
            call.send(in_chunk(frame(number)))
            time.sleep(0.005)
        call.send(in_chunk(DONE) + LAST_CHUNK)


def says_all_and_closes(call: Call) -> None:
    call.send(answer())
    call.close()


def assert_sums_agree(router: Router, got: Counter[str]) -> None:
    """Clients, statuses, broken answers and upstream errors: the same numbers seen from four sides."""
    asked = sum(got.values())
    assert eventually(lambda: sum(answers(metrics(router)).values()) == asked)
    scrape = metrics(router)
    by_status: Counter[str] = Counter()
    for key, number in got.items():
        by_status[key.split()[0]] += number
    assert answers(scrape) == by_status
    broken = sum(number for key, number in got.items() if key.endswith("broken"))
    assert scrape.sum("signalbox_http_answers_broken_off_total", listener="test") == broken
    assert scrape.sum("signalbox_upstream_errors_total") == broken + by_status["502"] + by_status["504"]
    assert scrape.sum("llm_request_errors_total") == broken + by_status["502"] + by_status["504"]
    assert scrape.sum("llm_model_requests_total") == asked
    assert eventually(lambda: open_connections(router) == 0)


def test_backend_dies_and_comes_back_under_load(serve: Callable[..., Router], backend: ScriptedBackend):
    backend.script = slow_stream
    with TcpGate(backend.address) as gate:  # dies as a process does: connections end, new ones are refused
        router = serve(upstream=gate.address)
        load = Load(router)
        for _ in range(3):
            load.wait_for("200 whole", 60)
            gate.refuse()
            gate.break_all(reset=True)
            load.wait_for("502 whole", 30)
            gate.accept_again()
        load.wait_for("200 whole", 60)
        got = load.end()
    assert set(got) <= {"200 whole", "200 broken", "502 whole"}, got
    assert_sums_agree(router, got)
    # Every whole answer came from the backend; what it began and could not finish is a 502 or a broken one.
    assert got["200 whole"] <= backend.counts["requests"] <= sum(got.values())


def test_backend_killed_under_load(serve: Callable[..., Router], binary):
    command = [str(binary), "mock-upstream", "--address", "127.0.0.1", "--port", str(free_port())]
    backend = Process(command)
    router = serve(upstream=backend.url.removeprefix("http://"))
    load = Load(router)
    try:
        for _ in range(3):
            load.wait_for("200 whole", 100)
            backend.process.kill()
            backend.stop()
            load.wait_for("502 whole", 30)
            backend = Process(command)
        load.wait_for("200 whole", 100)
    finally:
        got = load.end()
        backend.stop()
    assert set(got) <= {"200 whole", "200 broken", "502 whole"}, got
    assert_sums_agree(router, got)


def test_backend_that_corrupts_under_load(serve: Callable[..., Router], backend: ScriptedBackend):
    """Bytes are changed at random, heads included. Whatever comes out, everybody is answered, and the sums agree."""
    with TcpGate(backend.address, seed=3) as gate:
        router = serve(upstream=gate.address, patience="1s")
        backend.script = says_all_and_closes  # a length that grew on its way would be waited for, a minute long
        gate.down.corrupt = 0.01

        def ask(number: int) -> tuple[int, bool]:
            response = raw_http.post(router.url, PLAIN, timeout=60)
            return response.status, response.whole

        with ThreadPoolExecutor(CLIENTS) as pool:
            got = Counter(pool.map(ask, range(300)))
        gate.down.corrupt = 0
        gate.break_all()
        assert raw_http.post(router.url, PLAIN).status == 200
    assert sum(got.values()) == 300
    assert got[(200, True)] > 0 and got[(502, True)] > 0, (got, gate)
    assert all(status != 0 for status, _ in got), got
    assert eventually(lambda: sum(answers(metrics(router)).values()) == 301)
    assert eventually(lambda: open_connections(router) == 0)

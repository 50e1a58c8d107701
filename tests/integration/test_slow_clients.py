"""A thousand clients that send or read next to nothing hold no thread and bounded memory; everyone else is served."""
import asyncio
import contextlib
import resource
import threading
import urllib.parse

import httpx
import pytest

from harness.listener import start_listener
from harness.processes import Router

HEADS, BODIES, READERS = 400, 400, 200
CHAT = {"model": "small", "messages": [{"role": "user", "content": "Hi"}]}
# What one connection may cost: its request so far, one read and one write in flight, the frames of its coroutines.
BYTES_A_CLIENT = 200 * 1024


class EndlessUpstream:
    """Answers `stream: true` with a stream that never ends, as fast as it is taken; anything else with a small object."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.streams = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000))
        self.address = "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                body = await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
                if b'"stream":true' in body.replace(b" ", b""):
                    self.streams += 1
                    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
                    while not writer.is_closing():
                        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
                        await writer.drain()
                        await asyncio.sleep(0)
                    return
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
                await writer.drain()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)


@pytest.fixture
def upstream():
    server = EndlessUpstream()
    yield server
    server.close()


def status_of(router: Router) -> tuple[int, int]:
    """Resident bytes and threads of the router."""
    with open(f"/proc/{router.process.process.pid}/status", encoding="utf-8") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["VmRSS"].split()[0]) * 1024, int(fields["Threads"])


async def open_slow_clients(router: Router) -> list[asyncio.StreamWriter]:
    address = urllib.parse.urlsplit(router.url)
    body = b'{"model":"small","stream":true,"messages":[{"role":"user","content":"Hi"}]}'
    begin = b"POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\n"
    sent = ([begin + b"X-Slow: "] * HEADS + [begin + b"Content-Length: 100000\r\n\r\n{"] * BODIES +
            [begin + b"Content-Length: %d\r\n\r\n" % len(body) + body] * READERS)
    writers = []
    for first in sent:
        _, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
        writer.write(first)
        writers.append(writer)
    return writers


async def drip(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers[:HEADS + BODIES]:
        writer.write(b"a")
    await asyncio.sleep(0.2)


def test_a_thousand_slow_clients(start_router, upstream: EndlessUpstream, tmp_path):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 4096:
        pytest.fail(f"this test needs 4096 open files, the hard limit is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    router, _, _ = start_listener(start_router, upstream.address, tmp_path, PATIENCE="300s")

    def ask() -> None:
        answer = httpx.post(router.url + "/v1/chat/completions", json=CHAT, timeout=60)
        assert (answer.status_code, answer.content) == (200, b"{}")

    ask()
    before, threads = status_of(router)

    async def play() -> None:
        writers = await open_slow_clients(router)
        for _ in range(8):
            await drip(writers)
            await asyncio.to_thread(ask)
        assert upstream.streams == READERS
        resident, now = status_of(router)
        assert now == threads, "slow clients hold threads"
        assert resident - before < (HEADS + BODIES + READERS) * BYTES_A_CLIENT, f"{resident - before} bytes more"
        open_now = httpx.get(router.management + "/metrics").text
        assert f'signalbox_http_connections{{listener="plain"}} {HEADS + BODIES + READERS}' in open_now
        for writer in writers:
            writer.transport.abort()

    asyncio.run(play())
    ask()
    assert router.process.process.poll() is None

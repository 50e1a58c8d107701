"""512 streams at once: every frame of every stream arrives, in order, and nothing stays open."""
import asyncio
import json
import random
from collections.abc import Iterator

import pytest

from harness.observe import descriptors, eventually, metrics, open_connections
from harness.scripted_backend import DONE, LAST_CHUNK, STREAM_HEAD, frame, in_chunk

STREAMS, FRAMES = 512, 40


class NumberedStreams:
    """A backend whose answers are numbered frames, each in a chunk of its own; the streams take turns in an order of chance."""

    def __init__(self, seed: int):
        self._chance = random.Random(seed)
        self.begun = 0
        self.all_begun = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        self.begun += 1
        if self.begun == STREAMS:
            self.all_begun.set()
        writer.write(STREAM_HEAD)
        await self.all_begun.wait()  # nobody is done before everybody is there
        for number in range(FRAMES):
            writer.write(in_chunk(frame(number)))
            if self._chance.random() < 0.3:
                await writer.drain()
                await asyncio.sleep(0)
        writer.write(in_chunk(DONE) + LAST_CHUNK)
        await writer.drain()
        writer.close()


async def one_client(url: str) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"model": "auto", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    data = await reader.read()
    writer.close()
    return data


def frames_of(answer: bytes) -> list[bytes]:
    """The events of a chunked answer; empty if it is not whole."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    body = b""
    while rest and head.startswith(b"HTTP/1.1 200"):
        size, _, rest = rest.partition(b"\r\n")
        if size == b"0":
            return body.split(b"\n\n")[:-1]
        body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]
    return []


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_512_parallel_streams_lose_no_frame(start_router, loop: asyncio.AbstractEventLoop):
    backend = NumberedStreams(seed=1)
    server = loop.run_until_complete(asyncio.start_server(backend, "127.0.0.1", 0, backlog=1024))
    router = start_router("faults.yaml", UPSTREAM="127.0.0.1:%d" % server.sockets[0].getsockname()[1], PATIENCE="60s")

    async def all_clients() -> list[bytes]:
        return await asyncio.wait_for(asyncio.gather(*(one_client(router.url) for _ in range(STREAMS))), 60)

    answers = loop.run_until_complete(all_clients())
    expected = [frame(number).rstrip(b"\n") for number in range(FRAMES)] + [DONE.rstrip(b"\n")]
    wrong = [number for number, answer in enumerate(answers) if frames_of(answer) != expected]
    assert wrong == []
    server.close()
    assert eventually(lambda: open_connections(router) == 0)
    scrape = metrics(router)
    assert scrape.by("signalbox_http_requests_total", "status", listener="test") == {"200": STREAMS}
    assert scrape.sum("signalbox_upstream_errors_total") == 0
    # Connections to the backend are kept for the next burst, at most one for each stream; nothing else is.
    assert descriptors(router.process.process.pid) < STREAMS + 100
    router.stop()

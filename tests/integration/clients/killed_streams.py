"""Streams of the OpenAI SDK whose process is killed after K chunks, for each K given: killed_streams.py BASE_URL K...

One process per stream, forked so that the SDK is imported once. The user message tells the backend how many chunks to send.
"""
import os
import signal
import sys

import openai


def stream(base_url: str, chunks: int, told: int) -> None:
    client = openai.OpenAI(base_url=base_url, api_key="sk-test", max_retries=0, timeout=60)
    messages = [{"role": "user", "content": str(chunks)}]
    answer = iter(client.chat.completions.create(model="auto", stream=True, messages=messages))
    for _ in range(chunks):
        next(answer)
    os.write(told, b"!")
    signal.pause()


def main() -> None:
    base_url, counts = sys.argv[1], [int(count) for count in sys.argv[2:]]
    for chunks in counts:
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            stream(base_url, chunks, write_end)
        os.close(write_end)
        read = os.read(read_end, 1)
        os.close(read_end)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert read == b"!", f"the client of {chunks} chunks ended by itself"
    print("killed", len(counts))


main()

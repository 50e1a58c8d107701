"""kill -9 of the processes that decode and read pictures, under load: no request is lost, and none is judged otherwise."""
import os
import signal
import threading

import httpx
import pytest
from PIL import Image, ImageDraw, ImageFont

from harness import pictures
from harness.observe import eventually
from harness.paths import ROOT
from harness.processes import Router

MODEL = ROOT / "tests/golden/trained-siglip"
CLIENTS, EACH, KILLS = 3, 8, 6


def workers(router: Router) -> list[int]:
    parent = router.process.process.pid
    return [int(pid) for thread in os.listdir(f"/proc/{parent}/task") for pid in open(f"/proc/{parent}/task/{thread}/children").read().split()]


def picture(number: int) -> tuple[str, str]:
    """One that no other request sends, and the decision it must reach."""
    marked = number % 2 == 0
    drawn = Image.new("RGB", (420, 300), (120 + number, 130, 140))
    draw = ImageDraw.Draw(drawn)
    if marked:
        draw.rectangle((0, 0, 420, 300), fill="white")
        draw.text((40, 120), f"WORMHOLE {number}", fill="black", font=ImageFont.load_default(36))
    else:
        draw.rectangle((90, 60, 270, 240), fill=(210, 40, 40))
    return pictures.data_uri(drawn), "marked" if marked else "red"


class Client(threading.Thread):
    """Sends its pictures one after the other and notes the decisions."""

    def __init__(self, router: Router, first: int):
        super().__init__()
        self.router, self.numbers = router, range(first, first + EACH)
        self.begun, self.wrong = 0, []

    def run(self) -> None:
        with httpx.Client(timeout=120) as http:
            for number in self.numbers:
                self.begun += 1
                uri, expected = picture(number)
                answer = http.post(self.router.url + "/v1/chat/completions", json={"model": "auto", "messages": [pictures.user_message("look", uri)]})
                decision = answer.headers.get("x-vsr-selected-decision")
                if answer.status_code != 200 or decision != expected:
                    self.wrong.append((number, expected, answer.status_code, decision))
        self.begun += 1


@pytest.fixture
def router(start_router, recorder) -> Router:
    return start_router("picture_text.yaml", UPSTREAM=recorder.address, MODEL=MODEL)


def test_a_killed_worker_loses_no_picture_under_load(router: Router):
    clients = [Client(router, EACH * index) for index in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = set()
    while len(killed) < KILLS and any(client.is_alive() for client in clients):
        before = [client.begun for client in clients]
        for pid in workers(router):
            if pid not in killed:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
                break
        # A picture is tried twice, so none may be killed twice: wait until every client has moved on.
        eventually(lambda: all(client.begun > past or not client.is_alive() for client, past in zip(clients, before)), 60)
    for client in clients:
        client.join()
    assert len(killed) >= 3, "the load was over too soon to kill anything"
    assert [wrong for client in clients for wrong in client.wrong] == []
    assert all(client.begun == EACH + 1 for client in clients)

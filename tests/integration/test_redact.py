"""redact, block and clarify, seen from both sides: what the upstream got, and what the client got back."""
import base64
import io
import json
import pathlib
import re
from collections.abc import Iterator

import httpx
import openai
import pytest
from PIL import Image, ImageDraw, ImageFont

from harness.cli import Cli
from harness.paths import CONFIGS, render
from harness.processes import Router
from harness.recording_upstream import Recorded, RecordingUpstream, Reply, chunk, completion, event_stream

MAIL, CARD = "bob.smith@example.com", "4111 1111 1111 1111"
TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"  # the example of GitHub's documentation


@pytest.fixture(scope="module")
def redactor(start_router, recorder_server: RecordingUpstream) -> Router:
    return start_router("redact.yaml", environment={"REDACT_KEY": "a key of thirty-two bytes, or so."},
                        UPSTREAM=recorder_server.address)


@pytest.fixture
def http(redactor: Router, recorder: RecordingUpstream) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=redactor.url, timeout=60) as session:
        yield session


def chat(text: str, **fields: object) -> dict:
    return {"model": "auto", "messages": [{"role": "user", "content": text}], **fields}


def ask(http: httpx.Client, body: dict) -> httpx.Response:
    return http.post("/v1/chat/completions", json=body)


def echo(request: Recorded) -> Reply:
    """The last message's text, said back."""
    return Reply(body=json.dumps(completion("small", request.json["messages"][-1]["content"])).encode())


def echo_in_pieces(request: Recorded) -> Reply:
    """The same as a stream of single characters, each event cut in two writes."""
    text = request.json["messages"][-1]["content"]

    def pieces() -> Iterator[bytes]:
        for character in text:
            event = chunk("small", {"content": character})
            yield event[:20]
            yield event[20:]
        yield chunk("small", {}, "stop")
        yield b"data: [DONE]\n\n"

    return event_stream(pieces())


def test_what_is_found_does_not_go_upstream_and_comes_back(http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(echo)
    answer = ask(http, chat(f"Write to {MAIL}, pay with {CARD}, again {MAIL}."))
    assert answer.json()["choices"][0]["message"]["content"] == f"Write to {MAIL}, pay with {CARD}, again {MAIL}."
    assert recorder.only.json["messages"][0]["content"] == (
        "Write to [EMAIL_ADDRESS_1], pay with [CREDIT_CARD_1], again [EMAIL_ADDRESS_1].")


def test_the_example_of_the_documentation(http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(lambda request: Reply(body=json.dumps(completion("small", "Done: [EMAIL_ADDRESS_1]")).encode()))
    answer = ask(http, chat(f"Write to {MAIL}, pay with {CARD}."))
    assert recorder.only.json["messages"][0]["content"] == "Write to [EMAIL_ADDRESS_1], pay with [CREDIT_CARD_1]."
    assert answer.json()["choices"][0]["message"]["content"] == f"Done: {MAIL}"


def test_a_stream_in_pieces_is_restored(redactor: Router, recorder: RecordingUpstream):
    recorder.reply_with(echo_in_pieces)
    text = f"Mail [EMAIL {MAIL} and [ {CARD}] é"
    with openai.OpenAI(base_url=redactor.url + "/v1", api_key="sk-test", max_retries=0) as sdk:
        events = list(sdk.chat.completions.create(**chat(text), stream=True))
    assert "".join(event.choices[0].delta.content or "" for event in events if event.choices) == text
    assert [event.choices[0].finish_reason for event in events if event.choices][-1] == "stop"
    assert MAIL not in recorder.only.body.decode() and CARD not in recorder.only.body.decode()


def test_escapes_and_bytes_around_survive(http: httpx.Client, recorder: RecordingUpstream):
    mail = "".join(f"\\u{ord(c):04x}" for c in MAIL)
    body = '{ "model":"auto","messages":[{"role":"user", "content":"\\u00e9 ' + mail + ' \\/ \\ud83d\\ude00"}] ,"temperature":0.10 }'
    http.post("/v1/chat/completions", content=body.encode(), headers={"content-type": "application/json"}).raise_for_status()
    assert recorder.only.body.decode() == body.replace(mail, "[EMAIL_ADDRESS_1]").replace('"auto"', '"small"')


def test_tool_arguments_and_results_are_redacted(http: httpx.Client, recorder: RecordingUpstream):
    call = {"id": "c1", "type": "function", "function": {"name": "pay", "arguments": json.dumps({"to": MAIL, "card": 4111111111111111})}}
    answered = completion("small", None)
    answered["choices"][0]["message"]["tool_calls"] = [
        {"id": "c2", "type": "function", "function": {"name": "pay", "arguments": json.dumps({"to": "[EMAIL_ADDRESS_1]"})}}]
    recorder.reply_with(lambda request: Reply(body=json.dumps(answered).encode()))
    answer = ask(http, {"model": "auto", "messages": [
        {"role": "user", "content": "Pay."}, {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": f"Sent to {MAIL} with {TOKEN}"}]})
    sent = recorder.only.json["messages"]
    assert json.loads(sent[1]["tool_calls"][0]["function"]["arguments"]) == {"to": "[EMAIL_ADDRESS_1]", "card": "[CREDIT_CARD_1]"}
    assert sent[2]["content"] == "Sent to [EMAIL_ADDRESS_1] with [GITHUB_TOKEN_1]"
    returned = answer.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(returned) == {"to": MAIL}


def test_hashes_are_stable_and_not_restored(http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(echo)
    answers = [ask(http, chat(f"zhash {MAIL}")).json()["choices"][0]["message"]["content"] for _ in range(2)]
    assert answers[0] == answers[1] and re.fullmatch(r"zhash \[EMAIL_ADDRESS_[0-9a-f]{16}\]", answers[0])


def test_tokens_are_new_each_time_and_restored(http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(echo)
    for _ in range(2):
        assert ask(http, chat(f"ztoken {MAIL}")).json()["choices"][0]["message"]["content"] == f"ztoken {MAIL}"
    sent = [request.json["messages"][0]["content"] for request in recorder.requests]
    assert sent[0] != sent[1] and all(re.fullmatch(r"ztoken \[REDACTED_[0-9a-f]{32}\]", text) for text in sent)


def test_only_listed_signals_count(http: httpx.Client, recorder: RecordingUpstream):
    ask(http, chat(f"ztoken {TOKEN}")).raise_for_status()
    assert TOKEN in recorder.only.json["messages"][0]["content"]


def test_masks(http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(echo)
    answer = ask(http, chat(f"zmask {MAIL} {CARD}")).json()["choices"][0]["message"]["content"]
    assert answer == recorder.only.json["messages"][0]["content"] == "zmask **** ****"


def test_a_value_in_another_member_stops_the_request(http: httpx.Client, recorder: RecordingUpstream):
    answer = ask(http, chat(f"I am {MAIL}", user=MAIL))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "not_redactable"
    assert MAIL not in answer.text and answer.headers["x-vsr-response-path"] == "blocked"
    assert recorder.requests == []


def test_a_file_name_stops_the_request(http: httpx.Client, recorder: RecordingUpstream):
    file = {"type": "file", "file": {"filename": f"{MAIL} notes.txt", "file_data": "data:text/plain;base64,aGVsbG8="}}
    body = {"model": "auto", "messages": [{"role": "user", "content": [{"type": "text", "text": "Read it."}, file]}]}
    answer = ask(http, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_redactable")
    assert recorder.requests == []


def picture(text: str) -> dict:
    sheet = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(sheet).text((40, 80), text, fill="black", font=ImageFont.load_default(32))
    png = io.BytesIO()
    sheet.save(png, "PNG")
    return {"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()}}


def test_what_stands_in_a_picture_stops_the_request(http: httpx.Client, recorder: RecordingUpstream):
    def body(text: str, shown: str) -> dict:
        return {"model": "auto", "messages": [{"role": "user", "content": [{"type": "text", "text": text}, picture(shown)]}]}

    answer = ask(http, body("Read it.", f"Write to {MAIL}"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_redactable")
    assert recorder.requests == []
    ask(http, body(f"Read it, {MAIL}.", "Nothing of note")).raise_for_status()
    assert recorder.only.json["messages"][0]["content"][0]["text"] == "Read it, [EMAIL_ADDRESS_1]."


def test_what_could_not_be_judged_stops_the_request(http: httpx.Client, recorder: RecordingUpstream):
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/passport.png"}}
    answer = ask(http, {"model": "auto", "messages": [{"role": "user", "content": [{"type": "text", "text": f"See {MAIL}"}, picture]}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "policy_unavailable")
    assert recorder.requests == []
    answer = ask(http, {"model": "auto", "messages": [{"role": "user", "content": [{"type": "text", "text": f"zpass {MAIL}"}, picture]}]})
    assert answer.status_code == 200
    assert MAIL not in recorder.only.body.decode()


def test_a_concrete_model_is_no_way_around(http: httpx.Client, recorder: RecordingUpstream):
    ask(http, chat(f"I am {MAIL}", model="other")).raise_for_status()
    assert MAIL not in recorder.only.body.decode()


def test_off_is_off(http: httpx.Client, recorder: RecordingUpstream):
    ask(http, chat(f"zoff {MAIL}")).raise_for_status()
    assert MAIL in recorder.only.json["messages"][0]["content"]


def test_block_answers_with_its_status(http: httpx.Client, recorder: RecordingUpstream):
    answer = ask(http, chat("zblock", stream=True))
    assert answer.status_code == 451
    assert answer.json()["error"] == {"message": "Not in this place.", "type": "invalid_request_error", "param": None, "code": "not_here"}
    assert answer.headers["x-vsr-response-path"] == "blocked"
    assert recorder.requests == []


@pytest.mark.parametrize("stream", [False, True])
def test_clarify_asks(stream: bool, redactor: Router, http: httpx.Client, recorder: RecordingUpstream):
    with openai.OpenAI(base_url=redactor.url + "/v1", api_key="sk-test", max_retries=0) as sdk:
        answer = sdk.chat.completions.create(**chat("zclarify"), stream=stream)
        text = ("".join(event.choices[0].delta.content or "" for event in answer if event.choices) if stream
                else answer.choices[0].message.content)
    assert text == "Which account do you mean?"
    assert ask(http, chat("zclarify")).headers["x-signalbox-clarify"] == "true"
    assert recorder.requests == []


def test_nothing_of_it_is_in_logs_metrics_or_explanations(redactor: Router, http: httpx.Client, recorder: RecordingUpstream):
    recorder.reply_with(echo)
    ask(http, chat(f"Mail {MAIL} {TOKEN}")).raise_for_status()
    debug = http.post("/v1/chat/completions", json=chat(f"Mail {MAIL} {TOKEN}"), headers={"x-vsr-debug": "true"})
    ask(http, chat(f"Mail {MAIL}", user=MAIL))
    metrics = httpx.get(redactor.management + "/metrics").text
    for text in (redactor.output, metrics, str(debug.headers)):
        assert MAIL not in text and TOKEN not in text
    for request in recorder.requests:
        assert MAIL not in f"{request.body!r} {request.headers}" and TOKEN not in f"{request.body!r}"


def test_explain_names_places_not_values(cli: Cli, tmp_path: pathlib.Path):
    path = tmp_path / "redact.yaml"
    path.write_text(render((CONFIGS / "redact.yaml").read_text(),
                           {"GATEWAY_PORT": 18899, "MANAGEMENT_PORT": 18080, "UPSTREAM": "127.0.0.1:18001"})
                    .replace("${REDACT_KEY}", "a key of thirty-two bytes, or so."))
    result = cli("explain", "-c", path, "--text", f"Mail {MAIL}", "--json")
    response = json.loads(result.out)
    assert response["routing_decision"] == "redacted"
    contact = next(entry for entry in response["signals"] if entry["signal"] == "pii:contact")
    assert contact["evidence"][0]["what"] == "EMAIL_ADDRESS"
    response.pop("original_text")
    assert MAIL not in json.dumps(response)

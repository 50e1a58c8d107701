"""TLS on the gateway's listeners: real clients, client certificates, and certificates that change while it runs."""
import shutil
import socket
import ssl
import time
import urllib.parse

import httpx
import openai
import pytest

from harness.listener import TLS, start_listener
from harness.processes import Router, StartFailure
from harness.recording_upstream import RecordingUpstream

CHAT = {"model": "small", "messages": [{"role": "user", "content": "Hi"}]}
FEW_SECONDS = 30  # to be patient with; the files are looked at every three


@pytest.fixture
def listener(start_router, recorder: RecordingUpstream, tmp_path) -> tuple[Router, str, str]:
    return start_listener(start_router, recorder.address, tmp_path)


def trusting(name: str, certificate: str | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=TLS / f"{name}.crt")
    if certificate:
        context.load_cert_chain(TLS / f"{certificate}.crt", TLS / f"{certificate}.key")
    return context


def served_name(url: str) -> str:
    """The common name of the certificate that a new connection is shown."""
    target = urllib.parse.urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    for name in ("first", "second"):
        context.load_verify_locations(TLS / f"{name}.crt")
    with socket.create_connection((target.hostname, target.port), timeout=20) as plain:
        with context.wrap_socket(plain) as secure:
            return dict(pair[0] for pair in secure.getpeercert()["subject"])["commonName"]


def test_sdk_over_tls_streamed_and_not(listener):
    _, url, _ = listener
    with openai.OpenAI(base_url=url + "/v1", api_key="x", max_retries=0,
                       http_client=httpx.Client(verify=trusting("first"))) as sdk:
        assert sdk.chat.completions.create(**CHAT).choices[0].message.content == "recorded"
        streamed = [chunk.choices[0].delta.content for chunk in sdk.chat.completions.create(**CHAT, stream=True)]
        assert streamed[0] == "recorded"


def test_large_body_over_tls_arrives_whole(listener, recorder: RecordingUpstream):
    _, url, _ = listener
    text = "0123456789abcdef" * 200_000
    with httpx.Client(verify=trusting("first"), timeout=60) as client:
        body = {**CHAT, "messages": [{"role": "user", "content": text}]}
        assert client.post(url + "/v1/chat/completions", json=body).status_code == 200
    assert recorder.only.json["messages"][0]["content"] == text


def test_mutual_tls_serves_only_known_clients(listener):
    _, _, url = listener
    with httpx.Client(verify=trusting("first", "client")) as client:
        assert client.get(url + "/v1/models").status_code == 200
    for certificate in (None, "stranger"):
        with httpx.Client(verify=trusting("first", certificate)) as client, pytest.raises(httpx.TransportError):
            client.get(url + "/v1/models")


def test_new_certificate_is_served_without_a_restart_and_old_connections_go_on(listener, tmp_path):
    _, url, _ = listener
    with httpx.Client(verify=trusting("first")) as before:
        assert before.get(url + "/v1/models").status_code == 200
        shutil.copy(TLS / "second.crt", tmp_path / "cert.pem")
        shutil.copy(TLS / "second.key", tmp_path / "key.pem")
        end = time.monotonic() + FEW_SECONDS
        while served_name(url) != "second" and time.monotonic() < end:
            time.sleep(0.2)
        assert served_name(url) == "second"
        assert before.get(url + "/v1/models").status_code == 200, "a running connection was touched"


def test_bad_certificate_changes_nothing_and_says_so(listener, tmp_path):
    router, url, _ = listener
    (tmp_path / "cert.pem").write_text("not a certificate")
    end = time.monotonic() + FEW_SECONDS
    while "certificate_reload_failed" not in router.output and time.monotonic() < end:
        assert served_name(url) == "first"
        time.sleep(0.2)
    assert "holds no PEM certificate" in router.output
    assert served_name(url) == "first"
    metrics = httpx.get(router.management + "/metrics").text
    assert 'signalbox_tls_reloads_total{listener="secure",result="failure"} ' in metrics


def test_plain_http_on_the_tls_port_gets_no_answer(listener):
    _, url, _ = listener
    target = urllib.parse.urlsplit(url)
    with socket.create_connection((target.hostname, target.port), timeout=20) as plain:
        plain.sendall(b"GET /v1/models HTTP/1.1\r\nHost: t\r\n\r\n")
        assert b"200" not in plain.recv(4096)


@pytest.mark.parametrize(("values", "what"), [
    ({"CERT": "/nonexistent/cert.pem"}, "tls.cert_file /nonexistent/cert.pem: No such file or directory"),
    ({"KEY": TLS / "second.key"}, "does not fit the certificate in"),
    ({"CLIENT_CA": TLS / "first.key"}, "holds no PEM certificate"),
], ids=["missing", "another key", "not an authority"])
def test_what_cannot_be_served_ends_the_start_with_one_sentence(values, what, start_router, recorder, tmp_path):
    with pytest.raises(StartFailure) as failure:
        start_listener(start_router, recorder.address, tmp_path, **values)
    assert failure.value.status == 2
    assert what in failure.value.output

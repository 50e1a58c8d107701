"""Several backends of a model, and several models of a decision: who gets a request, and who gets it after a failure."""
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from harness.backends import ClosingBackend, answer, ask, backend, content, log_lines, metric, model, start, status
from harness.processes import free_port
from harness.recording_upstream import EndConnection, RecordingUpstream, Reply, chunk, event_stream

RETRY_ALL = {"retry_count": 2, "retry_on": "5xx,reset,connect-failure"}


@pytest.fixture
def servers() -> Iterator[list[RecordingUpstream]]:
    """Three backends; each says its index."""
    made = [RecordingUpstream() for _ in range(3)]
    for index, server in enumerate(made):
        server.reply_with(answer(str(index)))
    yield made
    for server in made:
        server.close()


def dead() -> str:
    return f"127.0.0.1:{free_port()}"


def wait_until(condition, what: str) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"did not happen: {what}")


def test_requests_are_shared_by_weight(start_router, servers):
    router = start(start_router, [model("main", backend(servers[0], "a", weight=3), backend(servers[1], "b"),
                                        backend(servers[2], "c", weight=0))])
    seen = Counter(content(ask(router)) for _ in range(40))
    assert seen == {"0": 30, "1": 10}
    assert metric(router, "signalbox_upstream_requests_total", backend="a") == 30
    assert metric(router, "signalbox_upstream_responses_total", backend="b", **{"class": "2xx"}) == 10


def test_least_request_goes_round_a_busy_backend(start_router, servers):
    release = threading.Event()

    def slow(request):
        release.wait(20)
        return answer("0")(request)

    servers[0].reply_with(slow)
    router = start(start_router, [model("main", backend(servers[0], "a"), backend(servers[1], "b"),
                                        reliability={"lb_policy": "least_request"})])
    with ThreadPoolExecutor(1) as pool:
        held = None
        while not servers[0].requests:
            held = pool.submit(ask, router)
            wait_until(lambda: held.done() or servers[0].requests, "an answer or a request that is held")
        assert {content(ask(router)) for _ in range(20)} == {"1"}
        release.set()
        assert content(held.result()) == "0"


def test_a_refused_connection_is_tried_elsewhere_by_default(start_router, servers):
    router = start(start_router, [model("main", backend(dead(), "dead"), backend(servers[1], "b"))])
    for _ in range(6):
        response = ask(router)
        assert response.status_code == 200 and content(response) == "1"
    line = [entry for entry in log_lines(router, "routed") if entry["attempts"] == 2][0]
    assert line["backend"] == "b" and line["status"] == 200
    assert metric(router, "signalbox_upstream_errors_total", backend="dead", kind="connect_failed") == 3
    assert metric(router, "signalbox_upstream_retries_total", backend="dead") == 3


def test_what_reached_a_backend_is_not_repeated_by_default(start_router, servers):
    closing = ClosingBackend()
    router = start(start_router, [model("main", backend(closing.address, "closing"), backend(servers[1], "b"))])
    results = Counter(ask(router).status_code for _ in range(4))
    assert results == {502: 2, 200: 2}
    assert closing.accepted == 2
    closing.close()


def test_retries_happen_only_where_they_are_allowed(start_router, servers):
    servers[0].reply_with(status(503))
    router = start(start_router, [model("main", backend(servers[0], "a"), backend(servers[1], "b"),
                                        reliability=RETRY_ALL)])
    assert [ask(router).status_code for _ in range(6)] == [200] * 6
    servers[0].reset()
    servers[0].reply_with(status(429))  # not a word of retry_on
    assert 429 in {ask(router).status_code for _ in range(2)}


def test_the_last_answer_is_passed_on_when_every_attempt_fails(start_router, servers):
    for index, server in enumerate(servers[:2]):
        server.reply_with(status(500 + index))
    router = start(start_router, [model("main", backend(servers[0], "a"), backend(servers[1], "b"),
                                        reliability={"retry_count": 1, "retry_on": "5xx"})])
    response = ask(router)
    assert response.status_code in (500, 501)
    assert response.json()["error"]["message"] == f"status {response.status_code}"  # the backend's own words
    assert len(servers[0].requests) + len(servers[1].requests) == 2


def test_nothing_is_repeated_once_the_client_has_a_byte(start_router, servers):
    def broken(request):
        def pieces():
            yield chunk("m", {"content": "begun"})
            raise EndConnection

        return event_stream(pieces())

    for server in servers[:2]:
        server.reply_with(broken)
    router = start(start_router, [model("main", backend(servers[0], "a"), backend(servers[1], "b"),
                                        reliability=RETRY_ALL)])
    with pytest.raises(httpx.RemoteProtocolError):
        ask(router, stream=True)
    assert len(servers[0].requests) + len(servers[1].requests) == 1
    wait_until(lambda: log_lines(router, "routed"), "the log line")
    line = log_lines(router, "routed")[0]
    assert (line["status"], line["reason"], line["attempts"]) == (200, "reset_mid_body", 1)


@pytest.mark.parametrize("head", [b"content-type: application/json\r\ncontent-length: 100\r\n\r\n",
                                  b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"])
def test_a_backend_that_dies_between_head_and_body_has_not_answered(start_router, servers, head):
    """It is tried elsewhere where `reset` allows that, and is a plain 502 where nothing does."""
    dying = ClosingBackend(b"HTTP/1.1 200 OK\r\n" + head)
    main = model("main", backend(dying.address, "a", weight=3), backend(servers[1], "b"), reliability=RETRY_ALL)
    router = start(start_router, [main])
    assert content(ask(router)) == "1"
    assert dying.accepted == 1
    assert metric(router, "signalbox_upstream_errors_total", backend="a", kind="reset_mid_body") == 1
    assert metric(router, "signalbox_upstream_retries_total", backend="a") == 1
    router = start(start_router, [model("main", backend(dying.address, "a"))])
    response = ask(router)
    assert (response.status_code, response.json()["error"]["code"]) == (502, "reset_mid_body")
    dying.close()


def test_failover_follows_the_candidates_and_rewrites_the_request(start_router, servers):
    models = [model("first", backend(dead(), "dead"), reasoning_family="switch"),
              model("second", backend(servers[1], "b"), provider_model_id="vendor/second", reasoning_family="effort"),
              model("main", backend(servers[2], "c"))]
    refs = [{"model": "first", "use_reasoning": True}, {"model": "second", "use_reasoning": True,
                                                        "reasoning_effort": "high"}, {"model": "main", "use_reasoning": False}]
    router = start(start_router, models, refs)
    response = ask(router)
    assert content(response) == "1"
    assert response.headers["x-vsr-selected-model"] == "second"
    sent = servers[1].only
    assert sent.json["model"] == "vendor/second"
    assert sent.json["reasoning_effort"] == "high"
    assert "chat_template_kwargs" not in sent.json  # that was the first model's
    assert sent.header("x-selected-model") == "second"
    assert metric(router, "llm_model_requests_total", model="second") == 1
    assert metric(router, "signalbox_upstream_failovers_total") == 1
    assert log_lines(router, "routed")[0]["model"] == "second"
    assert servers[2].requests == []


def test_a_named_model_does_not_fail_over(start_router, servers):
    router = start(start_router, [model("first", backend(dead(), "dead")), model("main", backend(servers[1], "b"))])
    response = ask(router, model="first")
    assert response.status_code == 502
    assert response.json()["error"]["code"] == "connect_failed"
    assert servers[1].requests == []


def test_a_candidate_that_nothing_serves_is_passed_over(start_router, servers):
    router = start(start_router, [model("first", provider_model_id="x"), model("main", backend(servers[1], "b"))])
    response = ask(router)
    assert content(response) == "1"
    assert response.headers["x-vsr-selected-model"] == "main"


def test_ejection_and_return(start_router, servers):
    servers[0].reply_with(status(500))
    router = start(start_router, [model("main", backend(servers[0], "a"), backend(servers[1], "b"), reliability={
        **RETRY_ALL, "consecutive_5xx": 2, "base_ejection_time": "4s"})])
    wait_until(lambda: ask(router).status_code == 200 and metric(router, "signalbox_upstream_ejections_total", backend="a"),
               "the ejection")
    assert log_lines(router, "backend_ejected")[0]["backend"] == "a"
    assert metric(router, "signalbox_upstream_healthy", backend="a") == 0
    servers[0].reset()
    servers[0].reply_with(answer("0"))
    wait_until(lambda: content(ask(router)) == "0", "the return")
    wait_until(lambda: metric(router, "signalbox_upstream_healthy", backend="a") == 1, "the gauge")


def test_active_checks_take_a_backend_out_and_back(start_router, servers):
    sick = threading.Event()
    servers[0].reply_with(lambda request: status(500)(request) if request.method == "GET" and sick.is_set()
                          else Reply(body=b"ok") if request.method == "GET" else answer("0")(request))
    servers[1].reply_with(lambda request: Reply(body=b"ok") if request.method == "GET" else answer("1")(request))
    router = start(start_router, [model("main", backend(servers[0], "a", api_key="sk-check-me-0001"), backend(servers[1], "b"),
                                        reliability={"health_check_path": "/healthz?deep=1",
                                                     "health_check_interval": "100ms", "health_check_timeout": "2s"})])
    wait_until(lambda: servers[0].requests, "a check before any request")
    check = servers[0].requests[0]
    assert (check.method, check.path, check.header("authorization")) == ("GET", "/healthz?deep=1", "Bearer sk-check-me-0001")
    sick.set()
    wait_until(lambda: metric(router, "signalbox_upstream_healthy", backend="a") == 0, "out")
    assert {content(ask(router)) for _ in range(6)} == {"1"}
    sick.clear()
    wait_until(lambda: metric(router, "signalbox_upstream_healthy", backend="a") == 1, "back")
    assert {content(ask(router)) for _ in range(6)} == {"0", "1"}
    assert [line["event"] for line in log_lines(router, "backend_unhealthy") + log_lines(router, "backend_healthy")] == [
        "backend_unhealthy", "backend_healthy"]


def test_ineligible_models_are_passed_over_and_named(start_router, servers):
    models = [model("small", backend(servers[0], "a")), model("main", backend(servers[1], "b"))]
    cards = [{"name": "small", "context_window_size": 100, "capabilities": ["chat"]},
             {"name": "main", "context_window_size": 10_000, "capabilities": ["chat", "tools"]}]
    router = start(start_router, models, cards=cards)
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    assert content(ask(router)) == "0"
    assert content(ask(router, max_tokens=2000)) == "1"
    assert content(ask(router, tools=tools)) == "1"
    refused = ask(router, tools=tools, max_tokens=50_000)
    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"] == "no_eligible_model"
    assert "small (it takes no tools)" in error["message"]
    assert "main (its context window of 10000 tokens" in error["message"]


def test_a_full_backend_is_503_with_retry_after(start_router, servers):
    release = threading.Event()

    def slow(request):
        release.wait(20)
        return answer("0")(request)

    servers[0].reply_with(slow)
    router = start(start_router, [model("main", backend(servers[0], "a", max_connections=1, max_pending=1))])
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(ask, router) for _ in range(16)]
        wait_until(lambda: sum(future.done() for future in futures) > 0, "a refusal")
        release.set()
        responses = [future.result() for future in futures]
    refused = [response for response in responses if response.status_code == 503]
    assert refused and all(response.status_code in (200, 503) for response in responses)
    assert refused[0].headers["retry-after"] == "1"
    assert refused[0].json()["error"]["code"] == "upstream_overloaded"
    assert len(servers[0].requests) == len(responses) - len(refused)
    assert metric(router, "signalbox_upstream_active_requests", backend="a") == 0


@pytest.mark.parametrize("kind", ["first_byte", "idle"])
def test_timeouts_of_a_backend(start_router, servers, kind):
    release = threading.Event()

    def hang(request):
        if kind == "first_byte":
            release.wait(20)

        def pieces():
            yield chunk("m", {"content": "begun"})
            release.wait(20)

        return event_stream(pieces())

    servers[0].reply_with(hang)
    router = start(start_router, [model("main", backend(servers[0], "a", timeouts={kind: "200ms"}))])
    if kind == "first_byte":
        response = ask(router, stream=True)
        assert (response.status_code, response.json()["error"]["code"]) == (504, "timeout_first_byte")
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            ask(router, stream=True)
    release.set()
    assert metric(router, "signalbox_upstream_errors_total", backend="a", kind=f"timeout_{kind}") == 1


def test_a_client_that_leaves_is_logged_as_499(start_router, servers):
    arrived, release = threading.Event(), threading.Event()

    def hang(request):
        arrived.set()
        release.wait(20)
        return answer("0")(request)

    servers[0].reply_with(hang)
    router = start(start_router, [model("main", backend(servers[0], "a"))])
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(router.url + "/v1/chat/completions", timeout=0.5, trust_env=False,
                   json={"model": "auto", "messages": [{"role": "user", "content": "Hi"}]})
    wait_until(lambda: log_lines(router, "routed"), "the log line")
    release.set()
    line = log_lines(router, "routed")[0]
    assert (line["status"], line["reason"], line["backend"]) == (499, "cancelled", "a")


def test_a_backend_killed_under_load_loses_nothing(start_router, binary):
    """Requests in flight at the killed backend, and those that come afterwards, are all answered by the other one."""
    from harness.processes import Process

    processes = [Process([str(binary), "mock-upstream", "--address", "127.0.0.1", "--port", str(free_port())])
                 for _ in range(2)]
    addresses = [process.url.removeprefix("http://") for process in processes]
    router = start(start_router, [model("main", backend(addresses[0], "a"), backend(addresses[1], "b"),
                                        reliability=RETRY_ALL)])
    stop, results, lock = threading.Event(), Counter(), threading.Lock()

    def load() -> None:
        with httpx.Client(timeout=30, trust_env=False) as session:
            while not stop.is_set():
                body = {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}
                response = session.post(router.url + "/v1/chat/completions", json=body, headers={"x-mock-latency-ms": "20"})
                with lock:
                    results[response.status_code] += 1

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    wait_until(lambda: results[200] >= 40, "load")
    processes[0].process.kill()
    killed_at = results[200]
    wait_until(lambda: results[200] >= killed_at + 200, "load after the kill")
    stop.set()
    for thread in threads:
        thread.join(30)
    processes[1].stop()
    processes[0].stop()
    assert set(results) == {200}, results
    assert metric(router, "signalbox_upstream_retries_total", backend="a") >= 1
    lines = log_lines(router, "routed")
    assert len(lines) == sum(results.values())
    assert {line["status"] for line in lines} == {200}
    assert json.dumps(lines).count("Hi") == 0

"""A running router takes a new configuration: by file, by signal, by API; a bad one changes nothing and says so."""
import os
import pathlib
import threading

import httpx

from harness.recording_upstream import RecordingUpstream, Recorded, chunk, event_stream
from harness.reloading import ReloadingRouter, Template, chat, until


def test_file_written_in_place(router: ReloadingRouter):
    router.config.write_text(router.text("two"))
    router.until_mark("two")


def test_file_replaced_by_rename(router: ReloadingRouter):
    for mark in ("two", "three"):
        router.replace(router.text(mark))
        router.until_mark(mark)


def test_kubernetes_turns_a_link(start_reloading, tmp_path: pathlib.Path, recorder: RecordingUpstream):
    """A ConfigMap: router.yaml -> ..data/router.yaml, and ..data -> the folder of a generation."""
    template = Template(recorder.address)
    mount = tmp_path / "mount"
    (mount / "..1").mkdir(parents=True)
    (mount / "..data").symlink_to("..1")
    (mount / "router.yaml").symlink_to("..data/router.yaml")
    from harness.processes import free_port
    (mount / "..1/router.yaml").write_text(template.text("one"))
    router = start_reloading(template=template, config=mount / "router.yaml")
    for generation, mark in (("..2", "two"), ("..3", "three")):
        (mount / generation).mkdir()
        (mount / generation / "router.yaml").write_text(template.text(mark))
        (mount / "..data_tmp").symlink_to(generation)
        os.replace(mount / "..data_tmp", mount / "..data")
        router.until_mark(mark)


def test_sighup_reloads_without_watching(router: ReloadingRouter):
    quiet = router.text("one").replace("debounce: 50ms", "watch: false")
    router.config.write_text(quiet)
    until(lambda: router.reloads("applied") == 1, "the reload that ends watching")
    router.replace(quiet.replace("answer one", "answer two"))
    assert router.mark() == "one"
    router.hang_up()
    router.until_mark("two")


def test_api_reloads_at_once(router: ReloadingRouter):
    router.replace(router.text("two"))
    answer = router.write("POST", "/config/router/reload")
    assert answer.status_code == 200, answer.text
    assert router.mark() == "two", "in force when the answer comes"
    assert answer.json()["status"] in ("applied", "unchanged")


def test_bad_file_changes_nothing_and_says_so(router: ReloadingRouter):
    before = router.tag()
    router.replace(router.text("two") + "nonsense: {api_key: sk-very-secret}\n")
    until(router.last_error, "last_reload_error")
    error = router.last_error()
    assert (error["result"], error["source"], error["errors"]) == ("invalid", "file", 1)
    assert error["first"]["path"] == "nonsense" and error["first"]["code"] == "unknown_key" and error["first"]["line"] > 30
    assert error["time"].endswith("Z")
    assert router.mark() == "one"
    assert router.tag() == before
    assert router.metric("signalbox_config_last_reload_successful") == 0
    assert router.reloads("invalid") == 1
    until(lambda: "config_error" in router.output, "the log line")
    assert "sk-very-secret" not in router.output
    router.replace(router.text("three"))
    router.until_mark("three")
    assert router.last_error() is None
    assert router.metric("signalbox_config_last_reload_successful") == 1


def test_missing_file_is_reported_and_its_return_taken(router: ReloadingRouter):
    router.config.unlink()
    until(router.last_error, "last_reload_error")
    assert router.last_error()["result"] == "unreadable"
    assert router.mark() == "one"
    router.config.write_text(router.text("two"))
    router.until_mark("two")


def test_alias_bomb_and_oversized_files_cost_nothing(router: ReloadingRouter):
    before = router.resident_kib()
    bomb = "routing:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"  a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    router.replace(bomb)
    until(lambda: router.reloads("invalid") == 1, "the refusal of the bomb")
    router.replace("#" * (9 << 20))
    until(lambda: router.reloads("too_large") == 1, "the refusal of the large file")
    assert router.resident_kib() < before + 200 * 1024
    assert router.mark() == "one"


def test_memory_cap_refuses_what_would_exceed_it(router: ReloadingRouter):
    router.replace(router.text("one").replace("debounce: 50ms", "debounce: 50ms, memory_cap_mb: 1"))
    until(lambda: router.reloads("applied") == 1, "the cap")
    router.replace(router.text("two").replace("debounce: 50ms", "debounce: 50ms, memory_cap_mb: 1"))
    until(lambda: router.reloads("over_memory_cap") == 1, "the refusal")
    assert router.mark() == "one"


def test_what_needs_a_restart_is_named_and_the_rest_applied(router: ReloadingRouter):
    router.replace(router.text("two").replace("name: test, address: 127.0.0.1", "name: test, address: 127.0.0.2"))
    router.until_mark("two")
    until(lambda: '"event":"config_needs_restart","path":"listeners[0].address"' in router.output, "the warning")
    answer = router.write("POST", "/config/router/reload")
    assert answer.json()["needs_restart"] == ["listeners[0].address"]


def test_security_signal_without_model_is_refused_as_at_start(router: ReloadingRouter):
    guarded = router.text("two").replace("  signals:\n", "  signals:\n    jailbreak: [{name: injection, threshold: 0.5}]\n")
    guarded = guarded.replace("rules: {type: keyword, name: prompt}", "rules: {type: jailbreak, name: injection}")
    router.replace(guarded)
    until(router.last_error, "last_reload_error")
    assert router.last_error()["result"] == "missing_models"
    assert router.mark() == "one"


def test_requests_in_flight_keep_their_policy(router: ReloadingRouter, recorder: RecordingUpstream):
    """The backend answers after the reload; the policy that was begun with still names what is logged and sent."""
    arrived, reloaded = threading.Event(), threading.Event()

    def answer(request):
        arrived.set()
        assert reloaded.wait(60)
        return event_stream([chunk("small", {"content": "late"}), chunk("small", {}, "stop"), b"data: [DONE]\n\n"])

    recorder.reply_with(answer)
    seen: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: seen.append(
        httpx.post(router.url + "/v1/chat/completions", json=chat("zprompt", stream=True), timeout=60)))
    waiting.start()
    assert arrived.wait(60)
    renamed = router.text("two").replace("- name: prompt\n", "- name: renamed\n")
    router.replace(renamed)
    router.until_mark("two")
    assert router.metric("signalbox_config_snapshots") == 2, "the one in force, and the one that the request holds"
    reloaded.set()
    waiting.join(60)
    assert seen[0].status_code == 200 and "late" in seen[0].text and seen[0].text.endswith("data: [DONE]\n\n")
    assert seen[0].headers["x-vsr-selected-decision"] == "prompt"
    assert b"prompt one" in recorder.only.body
    until(lambda: router.metric("signalbox_config_snapshots") == 1, "the end of the former configuration")


def test_storm_of_reloads_under_load(router: ReloadingRouter, recorder: RecordingUpstream):
    """Hundreds of rewrites, good and bad, while 16 connections ask: every request is answered, once, by one policy."""
    for _ in range(50):
        router.mark()
    before = router.resident_kib()
    end = threading.Event()
    sent, wrong = [0] * 16, []

    def ask(number: int) -> None:
        with httpx.Client(timeout=60) as session:
            while not end.is_set():
                fast = sent[number] % 2 == 0
                answer = session.post(router.url + "/v1/chat/completions", json=chat("zfast" if fast else "zprompt"))
                sent[number] += 1
                marked = not fast or answer.json()["choices"][0]["message"]["content"].startswith("answer ")
                if answer.status_code != 200 or not marked:
                    wrong.append((answer.status_code, answer.text))

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for client in clients:
        client.start()
    for number in range(400):
        text = router.text(f"storm{number}")
        router.replace(text if number % 7 else text + "nonsense: 1\n")
        if number % 20 == 0:
            router.hang_up()
        if number % 50 == 0:
            until(lambda: sum(sent) > number, "requests between the rewrites")
    router.replace(router.text("calm"))
    router.until_mark("calm")
    end.set()
    for client in clients:
        client.join(60)
    assert wrong == []
    upstream = sum(number // 2 for number in sent)
    assert len(recorder.requests) == upstream, "every forwarded request arrived once"
    assert all(map(holds_one_prompt, recorder.requests))
    assert router.reloads("applied") + router.reloads("invalid") < 400, "bursts are one reload"
    until(lambda: router.metric("signalbox_config_snapshots") == 1, "the end of every former configuration")
    until(lambda: router.resident_kib() < before * 1.25 + 8 * 1024, f"memory back to {before} KiB (is {router.resident_kib()})")


def holds_one_prompt(request: Recorded) -> bool:
    """The system prompt of one configuration, whole."""
    first, *others = request.json["messages"]
    return first["role"] == "system" and first["content"].startswith("prompt ") and [m["role"] for m in others] == ["user"]

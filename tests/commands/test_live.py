"""The server and its live process: sockets handed over, one of the two killed, both ended."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess

import psutil
import pytest

from tests.commands.conftest import PASSWORD, Installation
from tests.core.live.streams import Stream, sign_in, until


def port_of(running: subprocess.Popen[str]) -> int:
    """Where a server listens."""
    assert running.stdout is not None
    return int(re.findall(r":(\d+)\D*$", running.stdout.readline())[0])


def child_of(running: subprocess.Popen[str]) -> psutil.Process:
    """The live process of a server."""
    found: psutil.Process = until(lambda: psutil.Process(running.pid).children())[0]
    return found


def listen(port: int, cookie: str) -> Stream:
    """A stream that is there, also when its process is just being started."""
    def once() -> Stream | None:
        stream = Stream(port, cookie, ["jobs"])
        if stream.status == 200:
            return stream
        stream.close()
        assert stream.status == 503
        return None

    found: Stream = until(once, 60)
    return found


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def status(port: int, path: str) -> int:
    """How the server answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    found = connection.getresponse().status
    connection.close()
    return found


@pytest.mark.full
def test_serving_on_either_database(fresh: Installation) -> None:
    """What does not differ by the front, once more with each."""
    test_serving_and_what_is_killed(fresh)


def test_serving_and_what_is_killed(empty: Installation) -> None:
    """With one thread: streams hold none."""
    assert empty.inside("init", "--password", PASSWORD).code == 0
    with empty.start("serve", "--port", "0", "--threads", "1") as running:
        streams: list[Stream] = []
        try:
            port = port_of(running)
            cookie = sign_in(port, "admin", PASSWORD)
            streams += [listen(port, cookie) for _at in range(12)]
            assert {stream.next().event for stream in streams} == {"ready"}
            assert status(port, "/healthz") == 200
            first = streams[0].next().data["data"]["turn"]
            assert empty.inside("schedules", "run", "files.purge").code == 0
            assert streams[0].next(10).data["data"]["turn"] != first

            kept = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            kept.request("GET", "/healthz")
            assert kept.getresponse().read()
            kept.request("GET", "/live?topic=jobs", headers={"Cookie": cookie})
            answer = kept.getresponse()
            assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/event-stream")
            assert answer.fp.readline() == b"retry: 2000\n", "a browser uses a connection again"
            answer.close()
            kept.close()
            assert status(port, "/live?topic=jobs") == 401

            live = child_of(running)
            live.kill()
            assert all(stream.ended() for stream in streams)
            assert status(port, "/healthz") == 200
            streams += [listen(port, cookie)]
            again = child_of(running)
            assert again.pid != live.pid
            running.send_signal(signal.SIGKILL)
            assert until(lambda: gone(again)), "nobody is left behind"
            assert streams[-1].ended()
        finally:
            running.kill()
            running.communicate(timeout=30)
            for stream in streams:
                stream.close()


@pytest.mark.full
def test_the_live_process_ends_with_the_server(empty: Installation) -> None:
    assert empty.inside("init", "--password", PASSWORD).code == 0
    with empty.start("serve", "--port", "0") as running:
        try:
            port = port_of(running)
            live = child_of(running)
            stream = listen(port, sign_in(port, "admin", PASSWORD))
            running.send_signal(signal.SIGTERM)
            _out, err = running.communicate(timeout=30)
        finally:
            running.kill()
    assert (running.returncode, "Traceback" in err) == (0, False), err
    assert gone(live)
    assert stream.ended()
    stream.close()


def test_a_server_without_it_and_one_beside_it(empty: Installation) -> None:
    """Behind a reverse proxy: the server answers pages, `remit live` the streams, each on its port."""
    assert empty.inside("init", "--password", PASSWORD).code == 0
    with empty.start("serve", "--port", "0", "--no-live") as running, empty.start("live", "--port", "0") as live:
        try:
            port, beside = port_of(running), port_of_live(live)
            assert status(port, "/live?topic=jobs") == 204, "pages ask for themselves"
            assert psutil.Process(running.pid).children() == []
            stream = listen(beside, sign_in(port, "admin", PASSWORD))
            assert stream.next().event == "ready"
            for head, code in ((b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"404"), (b"nonsense\r\n\r\n", b"400"),
                               (b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", b"405"),
                               (b"GET /live HTTP/1.1\r\nA: " + b"x" * 20_000 + b"\r\n\r\n", b"400")):  # fmt: skip
                with socket.create_connection(("127.0.0.1", beside), 10) as raw:
                    raw.sendall(head)
                    assert raw.recv(100).split()[1] == code
            live.send_signal(signal.SIGTERM)
            _out, err = live.communicate(timeout=20)
            assert (live.returncode, "Traceback" in err) == (0, False), err
            assert stream.ended()
            stream.close()
        finally:
            running.kill()
            live.kill()
            running.communicate(timeout=20)


def port_of_live(running: subprocess.Popen[str]) -> int:
    """Where a live process listens."""
    assert running.stdout is not None
    return int(re.findall(r":(\d+)/live", running.stdout.readline())[0])


@pytest.mark.parametrize("words", [("serve",), ("live",)], ids=["serve", "live"])
def test_an_address_that_cannot_be_listened_on(empty: Installation, words: tuple[str, ...]) -> None:
    assert empty.inside("init", "--password", PASSWORD).code == 0
    done = empty.process(*words, "--port", "0", "--host", "192.0.2.1")
    assert (done.code, "192.0.2.1" in done.err, "Traceback" in done.err) == (1, True, False)

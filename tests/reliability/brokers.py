"""Brokers that belong to one test and may be killed: servers of this machine, with ports and folders of their own."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reliability.processes import Process, free_port


@dataclass
class Broker:
    """A broker, its address and its process."""

    url: str
    process: Process


@contextmanager
def broker_of(kind: str, folder: Path) -> Iterator[Broker]:
    """A broker of its own; the test is skipped where its server is not installed."""
    folder.mkdir(exist_ok=True)
    made = _redis(folder) if kind == "redis" else _rabbitmq(folder)
    made.process.start()
    try:
        _answering(made)
        yield made
    finally:
        made.process.end()


def _redis(folder: Path) -> Broker:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no Redis: install the package redis-server")
    port = free_port()
    words = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Broker(f"redis://127.0.0.1:{port}/0", Process(words, os.environ, folder / "redis.log", whole=True))


def _rabbitmq(folder: Path) -> Broker:
    server = next((path for path in ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/sbin/rabbitmq-server")
                   if Path(path).exists()), None)  # fmt: skip
    if server is None:
        pytest.skip("no RabbitMQ: install the package rabbitmq-server")
    port, distribution = free_port(), free_port()
    plugins = folder / "enabled_plugins"
    plugins.write_text("[].\n", encoding="ascii")
    settings = folder / "own.conf"  # the machine's own may name another port
    settings.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n", encoding="ascii")
    env = {
        **os.environ, "RABBITMQ_NODENAME": f"remit{port}@localhost", "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_CONF_ENV_FILE": os.devnull, "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins), "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
        "HOME": str(folder), "ERL_CRASH_DUMP": str(folder / "erl_crash.dump"),
    }  # fmt: skip
    return Broker(f"amqp://guest:guest@127.0.0.1:{port}//", Process([server], env, folder / "rabbitmq.log", whole=True))


def _answering(broker: Broker) -> None:
    port = int(broker.url.rpartition("@" if "@" in broker.url else "//")[2].split(":")[1].split("/")[0])
    limit = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert broker.process.running is not None
            assert time.monotonic() < limit, broker.process.tail()
            time.sleep(0.05)

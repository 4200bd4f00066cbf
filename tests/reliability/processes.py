"""Real processes of an installation, killed at random moments while programs place orders."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
VENDOR = Path(__file__).parent / "vendor"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def children(pid: int) -> list[int]:
    """A process and all below it."""
    found, look = [], [pid]
    while look:
        one = look.pop()
        found.append(one)
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                look += [int(word) for word in (task / "children").read_text().split()]
    return found


@dataclass
class Process:
    """A command that is started again whenever it was killed. Of one that is ``whole`` nothing may outlive it: what is
    left of a broker would hold its port. Others have to bear that a process below them lives on for a while.
    """

    words: list[str]
    env: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    killed: int = 0
    struck: bool = False
    whole: bool = False
    family: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        self.struck, self.family = False, []
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.words, env=self.env, cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self, rng: random.Random) -> None:
        """Kill the process, or one below it, with signal 9; what is left of it is ended, and it starts again."""
        self.tend()
        assert self.running is not None
        assert self.running.poll() is None, f"it ended by itself: {self.tail()}"
        self.struck = True
        self.family = children(self.running.pid)
        victim = rng.choice(self.family)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        self.killed += 1
        if victim == self.running.pid or not self.lives():
            self.end()
            self.start()

    def tend(self) -> None:
        """Start it again if it has ended for want of a process below it that was killed, as a supervisor would."""
        if self.running is not None and self.struck and self.running.poll() is not None:
            self.end()
            self.start()

    def lives(self) -> bool:
        """Whether it goes on without the one that was killed."""
        assert self.running is not None
        time.sleep(0.05)
        return self.running.poll() is None

    def end(self, how: int = signal.SIGKILL) -> None:
        """End it and all below it."""
        if self.running is None:
            return
        family = [*children(self.running.pid), *(self.family if self.whole else ())]
        for pid in family if how == signal.SIGKILL else family[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        self.running.wait(60)

    def tail(self) -> str:
        """The last of what it said."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


@dataclass
class Customers:
    """Threads that place orders, each number once; an answer says that an order is committed."""

    url: str
    token: str
    threads: int = 2
    confirmed: list[int] = field(default_factory=list)
    asked: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        self._threads = [threading.Thread(target=self._go, daemon=True) for _n in range(self.threads)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)

    def _go(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                self.asked += 1
                number = self.asked
            if self._place(number):
                with self._lock:
                    self.confirmed.append(number)
            self._stopping.wait(0.01)

    def _place(self, number: int) -> bool:
        body = json.dumps({"number": number}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            with urlopen(Request(f"{self.url}/api/v1/orders", body, headers), timeout=20) as answer:  # noqa: S310
                return bool(answer.status == 201)
        except (URLError, OSError, ValueError):
            self._stopping.wait(0.1)  # nobody is there at the moment
            return False


def environment(folder: Path, database: str, extra: Mapping[str, str]) -> dict[str, str]:
    """What the processes of an installation are told, with the vendor's package on their path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REMIT_")}
    own: dict[str, str] = {
        "REMIT_INSTANCE": str(folder), "PYTHONPATH": f"{ROOT}{os.pathsep}{VENDOR}", "REMIT_LANG": "en",
        "REMIT_JOB_SILENCE_SECONDS": "3",
    }
    return kept | own | ({"REMIT_DATABASE_URL": database} if database else {}) | dict(extra)


def remit(env: Mapping[str, str], *words: str) -> str:
    """A command, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", *words], env=dict(env), cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kill_at_random(
    processes: Mapping[str, Process], times: int, seed: int, customers: Customers
) -> None:
    """Kill ``times`` times, each a random moment after the one before, while orders come in."""
    rng = random.Random(seed)  # noqa: S311
    names = sorted(processes)
    for _time in range(times):
        before, limit = len(customers.confirmed), time.monotonic() + 30
        while len(customers.confirmed) == before and time.monotonic() < limit:
            time.sleep(0.02)  # under load, not while everything starts
        time.sleep(rng.uniform(0, 0.6))
        processes[rng.choice(names)].kill(rng)

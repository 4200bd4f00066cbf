"""A real Tryton for tests: installed into an environment of its own, kept on this machine, started on loopback."""

from __future__ import annotations

import base64
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

RELEASE = "8.2"
PASSWORD = "a-password-of-tests"
HOME = Path(tempfile.gettempdir()) / f"remit-tests-tryton-{RELEASE}-{os.getuid()}"
_CONFIG = """[database]
uri = sqlite://
path = {folder}
[web]
listen = 127.0.0.1:{port}
"""


def prepared() -> Path:
    """The folder with Tryton and a database whose modules are activated; made once on a machine.

    Skips the test, with the reason, where the packages cannot be had.
    """
    HOME.mkdir(mode=0o700, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HOME / "installed").exists():
            _install()
        if not (HOME / "template.sqlite").exists():
            _activate()
    return HOME


def _install() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME / "venv"], check=True)
    done = subprocess.run(
        [HOME / "venv/bin/pip", "install", "-q", "--disable-pip-version-check",
         *(f"{one}=={RELEASE}.*" for one in ("trytond", "trytond-party", "trytond-sale", "trytond-sale-opportunity"))],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"Tryton cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    (HOME / "installed").touch()


def _activate() -> None:
    folder = HOME / "activating"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "crm.sqlite").touch()
    (folder / "trytond.conf").write_text(_CONFIG.format(folder=folder, port=0))
    (folder / "password").write_text(PASSWORD)
    subprocess.run(
        [HOME / "venv/bin/trytond-admin", "-c", folder / "trytond.conf", "-d", "crm", "-u", "sale_opportunity",
         "--activate-dependencies", "--email", "tests@example.org"],
        env={**_plain(), "TRYTONPASSFILE": str(folder / "password")}, check=True, capture_output=True,
    )  # fmt: skip
    shutil.move(folder / "crm.sqlite", HOME / "template.sqlite")


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


class Server:
    """One server over a database of its own. ``call`` asks as its administrator does."""

    def __init__(self, folder: Path) -> None:
        home = prepared()
        self.folder = folder
        shutil.copy(home / "template.sqlite", folder / "crm.sqlite")
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        (folder / "trytond.conf").write_text(_CONFIG.format(folder=folder, port=self.port))
        self._binary = home / "venv/bin/trytond"
        self._head: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.context: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, "-c", self.folder / "trytond.conf", "-d", "crm"], env=_plain(), stdout=log, stderr=log,
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                told = httpx.post(f"{self.url}/rpc/", timeout=60, json={
                    "id": 1, "method": "common.server.version", "params": []}).json()  # fmt: skip
                assert told["result"] == RELEASE
                return
            except (httpx.HTTPError, ValueError):
                assert self._process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.2)
        raise AssertionError("Tryton did not start")

    def kill(self) -> None:
        """End it in the midst of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def count(self, table: str) -> int:
        """How many rows a table has, read beside the server."""
        with closing(sqlite3.connect(f"file:{self.folder / 'crm.sqlite'}?mode=ro", uri=True, timeout=10)) as found:
            return int(found.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- of the tests

    def call(self, method: str, *params: Any) -> Any:
        """An answer, plain JSON."""
        if not self._head:
            user, session, _bus = self._ask("common.db.login", "admin", {"password": PASSWORD})
            plain = base64.b64encode(f"admin:{user}:{session}".encode()).decode()
            self._head = {"Authorization": f"Session {plain}"}
        return self._ask(f"model.{method}", *params, self.context)

    def _ask(self, method: str, *params: Any) -> Any:
        answer = httpx.post(f"{self.url}/crm/rpc/", timeout=120, headers=self._head, json={
            "id": 1, "method": method, "params": params})  # fmt: skip
        told = answer.json()
        assert "error" not in told, told
        return told["result"]

    def company(self, *people: str) -> tuple[int, dict[str, int]]:
        """A company that sells in yuan and its employees: their numbers."""
        (yuan,) = self.call("currency.currency.create", [{
            "name": "Yuan", "code": "CNY", "symbol": "¥", "digits": 2,
            "rounding": {"__class__": "Decimal", "decimal": "0.01"}}])  # fmt: skip
        party, *others = self.call("party.party.create", [{"name": one} for one in ("Our company", *people)])
        (made,) = self.call("company.company.create", [{"party": party, "currency": yuan}])
        employees = self.call("company.employee.create", [{"party": one, "company": made} for one in others])
        self.call("res.user.write", [1], {"companies": [["add", [made]]], "company": made})
        self.context = {"company": made, "companies": [made]}
        return made, dict(zip(people, employees, strict=True))

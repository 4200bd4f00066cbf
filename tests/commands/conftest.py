"""An installation of one's own, and `remit` in it: as a process, or quicker inside this one."""

from __future__ import annotations

import contextvars
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from core.cli.root import remit as command
from tests.commands.month import TODAY, write_files

if TYPE_CHECKING:
    from remit.testing.schema import Schemas

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse 9"  # noqa: S105 - of a company for tests


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """What `--json` printed; fails when anything else stands beside it."""
        return json.loads(self.out)


@dataclass
class Installation:
    """A folder, its database and how to run `remit` on it."""

    folder: Path
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command: nothing of the machine's own settings or language."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("REMIT_", "LC_", "LANG"))}  # fmt: skip
        own = {"REMIT_INSTANCE": str(self.folder), "REMIT_DEMO_DATE": TODAY, "REMIT_LANG": "en", "LC_ALL": "C.UTF-8"}
        return kept | own | ({"REMIT_DATABASE_URL": self.url} if self.url else {}) | self.extra

    def start(self, *words: str, cwd: Path | None = None, **options: Any) -> subprocess.Popen[str]:
        """`remit` as a process that goes on by itself."""
        return subprocess.Popen(
            [sys.executable, "-m", "core.cli", *words], env=self.env | {"PYTHONPATH": str(ROOT)}, cwd=cwd or ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # A shell that started the tests in the background made them, and what they start, deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler), **options,  # noqa: PLW1509
        )  # fmt: skip

    def process(self, *words: str, cwd: Path | None = None, typed: str | None = None) -> Ended:
        """`remit` as a process of its own, to its end."""
        with self.start(*words, cwd=cwd, stdin=subprocess.PIPE) as running:
            out, err = running.communicate(typed, timeout=120)
        return Ended(running.returncode, out, err)

    def inside(self, *words: str, account: str | None = "admin", typed: str | None = None, **env: str) -> Ended:
        """`remit` in this process, from its settings on: as exact, and without the start of an interpreter."""
        names = {name for name in os.environ if name.startswith(("REMIT_", "LC_", "LANG"))}
        told = dict.fromkeys(names) | self.env | ({"REMIT_AS": account} if account else {}) | env

        def invoke() -> Any:
            return CliRunner().invoke(command, list(words), env=told, input=typed)

        done = contextvars.copy_context().run(invoke)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement finds in the database, past every service."""
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url or f"sqlite:///{self.folder / 'remit.sqlite'}")
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(statement))]
        finally:
            engine.dispose()

    def content(self) -> list[str]:
        """Everything that an SQLite database holds."""
        with closing(sqlite3.connect(self.folder / "remit.sqlite")) as connection:
            return list(connection.iterdump())


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The good files of a month."""
    return write_files(tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Path:
    """An installation with people, salaries, punches, a closed month and a calculated payroll."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    assert made.inside("init", "--password", PASSWORD).code == 0
    for kind in ("units", "positions", "people", "salaries", "openings", "deductions"):
        name = "roster" if kind == "people" else kind
        done = made.inside("import", kind, str(files / f"{name}.xlsx"))
        assert done.code == 0, done
    for words in (("import", "punches", str(files / "attlog.dat")), ("attendance", "close", "2026-10"),
                  ("payroll", "run", "2026-10"),
                  ("user", "create", "guest", "--name", "Guest", "--password", PASSWORD)):  # fmt: skip
        done = made.inside(*words)
        assert done.code == 0, done
    return made.folder


@pytest.fixture
def remit(prepared: Path, tmp_path: Path) -> Installation:
    """A copy of it, on SQLite."""
    return Installation(Path(shutil.copytree(prepared, tmp_path / "instance")))


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """A folder where nothing is yet."""
    return Installation(tmp_path / "empty")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, database_schemas: Schemas) -> Iterator[Installation]:
    """A folder where nothing is yet, with a database on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield Installation(tmp_path / "instance")
        return
    server = database_schemas.server()
    name = server.create()
    url = server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    yield Installation(tmp_path / "instance", url)
    server.drop([name])

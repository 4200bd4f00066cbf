"""Settings, keys, disk and database as they should not be: one sentence, an exit code, and never a stack trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.conftest import PASSWORD, Ended, Installation

ASK = ("module", "list")


def told(done: Ended, code: int, *words: str) -> None:
    """The command ended with that code and one short message that has the words."""
    assert done.code == code, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "fault in the program" not in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert all(word in done.err for word in words), done.err


def test_there_is_no_installation(empty: Installation) -> None:
    for words in (ASK, ("migrate",), ("serve", "--port", "0"), ("demo", "accounts")):
        told(empty.inside(*words), 2, str(empty.folder), "remit init")
    assert not empty.folder.exists()


def test_the_database_file_is_missing(remit: Installation) -> None:
    (remit.folder / "remit.sqlite").unlink()
    told(remit.inside(*ASK), 2, "remit init")
    assert not (remit.folder / "remit.sqlite").exists(), "asking makes no empty database"


@pytest.mark.parametrize("words", [
    ASK, ("migrate",), ("init",), ("payroll", "run", "2026-10"), ("serve", "--port", "0"),
])  # fmt: skip
def test_the_database_is_something_else(remit: Installation, words: tuple[str, ...]) -> None:
    for name in ("remit.sqlite-wal", "remit.sqlite-shm"):
        (remit.folder / name).unlink(missing_ok=True)
    (remit.folder / "remit.sqlite").write_bytes(b"not a database at all, but long enough" * 200)
    told(remit.inside(*words), 1, "remit.sqlite")


def test_the_database_is_empty(remit: Installation) -> None:
    (remit.folder / "remit.sqlite").write_bytes(b"")
    for words in (ASK, ("payroll", "run", "2026-10"), ("serve", "--port", "0")):
        told(remit.inside(*words), 2, "remit migrate")


def test_the_keys_are_missing(remit: Installation) -> None:
    """They are never made anew over a database that was sealed with others."""
    kept = remit.folder / "keys.json"
    kept.rename(remit.folder / "kept.json")
    told(remit.inside(*ASK), 2, "keys.json", "backup")
    told(remit.inside("init"), 1, "keys.json", "backup")
    told(remit.inside("demo", "build"), 1, "keys.json", "backup")
    assert not kept.exists()
    (remit.folder / "kept.json").rename(kept)
    assert remit.inside("init").code == 0


@pytest.mark.parametrize("content", [
    "", "{", "[]", "{}", '{"keys": {"k1": "AAAA"}, "current": "k1", "index": ""}', "\x00",
])  # fmt: skip
def test_the_keys_are_damaged(remit: Installation, content: str) -> None:
    (remit.folder / "keys.json").write_text(content, encoding="utf-8")
    told(remit.inside(*ASK), 1, "keys")
    told(remit.inside("init"), 1, "keys")


@pytest.mark.parametrize("url", ["nonsense", "mysql://root@localhost/x", "sqlite:/x", "://"])
def test_the_address_of_the_database_is_none(remit: Installation, url: str) -> None:
    told(remit.inside(*ASK, REMIT_DATABASE_URL=url), 2, "REMIT_DATABASE_URL")
    told(remit.inside("init", REMIT_DATABASE_URL=url), 2, "REMIT_DATABASE_URL")


def test_the_server_of_the_database_does_not_answer(remit: Installation) -> None:
    url = "postgresql://root:geheim@127.0.0.1:9/none"
    for words in (ASK, ("init",), ("migrate",), ("serve", "--port", "0")):
        done = remit.inside(*words, REMIT_DATABASE_URL=url)
        told(done, 1, "127.0.0.1:9")
        assert "geheim" not in done.err


@pytest.mark.parametrize(("name", "value"), [
    ("REMIT_ZONE", "Mars/Olympus"), ("REMIT_IDLE_MINUTES", "many"), ("REMIT_JOB_THREADS", "1.5"),
])  # fmt: skip
def test_a_setting_cannot_be_meant(remit: Installation, name: str, value: str) -> None:
    told(remit.inside(*ASK, **{name: value}), 2, name, value)


def test_the_file_of_settings_is_damaged(remit: Installation) -> None:
    (remit.folder / "remit.toml").write_text("zone = ", encoding="utf-8")
    told(remit.inside(*ASK), 2, "remit.toml")


def test_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "instance"):
        done = Installation(folder).inside("init", "--password", PASSWORD)
        told(done, 1, "file")


def test_where_an_export_cannot_be_written(remit: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = remit.inside("payroll", "export", "bank", "2026-10", "--output", str(tmp_path / "file" / "x.csv"))
    assert (done.code, "Traceback" in done.err) == (1, False)


def test_a_fault_of_the_program_is_a_sentence_and_kept_for_the_operator(remit: Installation) -> None:
    with closing(sqlite3.connect(remit.folder / "remit.sqlite")) as connection:
        connection.execute("DROP TABLE payroll_run")
        connection.commit()
    done = remit.inside("payroll", "run", "2026-10")
    assert done.code == 1
    assert len(done.err.strip().splitlines()) <= 2
    assert "remit-faults.log" in done.err
    assert "Traceback" in (remit.folder / "remit-faults.log").read_text(encoding="utf-8")

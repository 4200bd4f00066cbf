"""What the documentation tells people to type works as it stands there."""

from __future__ import annotations

import contextlib
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from core.cli.root import remit as root
from tests.commands.conftest import PASSWORD, ROOT, Installation
from tests.commands.month import GROSS, TAX
from tests.commands.test_processes import asked

PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


def lines(page: str) -> Iterator[list[str]]:
    """The lines of its shell blocks, as words."""
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            if line.strip():
                yield shlex.split(line, comments=True)


def follow(page: str, made: Installation, folder: Path) -> list[str]:
    """Type what a page says, in order: on SQLite as processes, on PostgreSQL quicker; returns what was typed."""
    typed = []
    for words in lines(page):
        told = [word.replace("ACCOUNT", "admin") for word in words]
        typed.append(" ".join(told))
        if told[0] == "export":
            name, _equals, value = told[1].partition("=")
            made.extra[name] = value
        elif told[:2] == ["remit", "serve"]:
            serve(made)
        elif told[:2] == ["remit", "worker"]:
            work(made, *told[1:])
        elif told[:2] == ["pip", "install"]:
            extra = told[2].removeprefix("remit[").removesuffix("]")
            assert f"\n{extra} =\n" in (ROOT / "setup.cfg").read_text(encoding="utf-8"), told
        else:
            assert told[0] == "remit", told
            answers = f"{PASSWORD}\n{PASSWORD}\n"
            if made.url:
                with contextlib.chdir(folder):
                    done = made.inside(*told[1:], account=None, typed=answers)
            else:
                done = made.process(*told[1:], cwd=folder, typed=answers)
            assert done.code == 0, (told, done)
    return typed


def serve(made: Installation) -> None:
    """`remit serve` until it answers; on any port that is free."""
    with made.start("serve", "--port", "0") as running:
        try:
            assert running.stdout is not None
            port = int(re.findall(r":(\d+)\s*$", running.stdout.readline())[0])
            assert asked(port)[0] == 200
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 0


def work(made: Installation, *words: str) -> None:
    """`remit worker` until it says that it runs."""
    with made.start(*words) as running:
        try:
            assert running.stdout is not None
            assert "jobs at a time" in running.stdout.readline()
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=60)  # one that is looking for its broker is given half a minute
        finally:
            running.kill()
    assert running.returncode == 0


def test_the_first_month_is_paid_by_typing_it(fresh: Installation, files: Path, tmp_path: Path) -> None:
    page, folder = "docs/tutorial/first-month.md", tmp_path / "files"
    folder.mkdir()
    for file in files.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (lists,) = blocks(page, "yaml")
    (folder / "pay.yaml").write_text(lists, encoding="utf-8")
    typed = follow(page, fresh, folder)
    assert sum(line.startswith("remit import") for line in typed) >= 7
    slips = fresh.rows(
        "SELECT e.number, s.gross, s.tax, s.net FROM payroll_slip s JOIN core_employment e ON e.id = s.employment_id"
    )
    assert {number: (gross, tax, net) for number, gross, tax, net in slips} == {
        number: (GROSS[number], TAX[number], GROSS[number] - TAX[number]) for number in GROSS
    }
    assert fresh.rows("SELECT state FROM payroll_run") == [("approved",)]
    assert len(list(folder.glob("*2026-10.xlsx"))) == 2


def test_the_operator_can_do_what_his_page_says(remit: Installation, tmp_path: Path) -> None:
    typed = follow("docs/howto/operate.md", remit, tmp_path)
    assert {"remit migrate", "remit module list --as admin"} <= set(typed)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for told in re.findall(r"(?:`|^\s*|\$ )remit((?: [a-z]+(?:-[a-z]+)*)+)", text, re.M):
        here: click.Command = root
        for word in told.split():
            if not isinstance(here, click.Group):
                break  # the arguments
            below = here.get_command(click.Context(here), word)
            assert below is not None, f"{page.name}: remit{told}"
            here = below

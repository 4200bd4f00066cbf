"""Asked for by number on the command line: who may not see everybody learns nothing, neither by word nor by code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from core.cli.root import remit
from core.kernel.house import House

#: Chen Jing heads a group, Li Nan a department, Wang Fang directs human resources.
OWN, COLLEAGUE, NOBODY = "LK014", "LK001", "LK999"
Remit = Callable[..., Result]


@pytest.fixture
def run(demo: Flask, demo_house: House) -> Remit:
    """A command in somebody's name, in English."""
    del demo

    def invoke(login: str, *words: str) -> Result:
        return CliRunner().invoke(remit, ["--lang", "en", *words, "--as", login], obj=demo_house)

    return invoke


def said(result: Result, number: str) -> str:
    return result.stderr.replace(number, "NUMBER")


@pytest.mark.parametrize(
    "words",
    [("attendance", "show", "NUMBER", "2026-10"), ("payroll", "show", "NUMBER", "2026-10"),
     ("payroll", "salary", "NUMBER")],
)  # fmt: skip
@pytest.mark.parametrize("login", ["chenjing", "linan"])
def test_a_colleague_and_nobody_are_refused_alike(run: Remit, login: str, words: tuple[str, ...]) -> None:
    there, absent = (
        run(login, *(number if word == "NUMBER" else word for word in words)) for number in (COLLEAGUE, NOBODY)
    )
    assert (there.exit_code, absent.exit_code) == (3, 3)
    assert said(there, COLLEAGUE) == said(absent, NOBODY)
    assert said(there, COLLEAGUE).strip()


def test_who_sees_everybody_learns_that_there_is_nobody(run: Remit) -> None:
    for words in (("attendance", "show", NOBODY, "2026-10"), ("payroll", "show", NOBODY, "2026-10")):
        result = run("wangfang", *words)
        assert (result.exit_code, NOBODY in result.stderr) == (1, True), words


def test_of_one_s_own_one_learns_what_is_missing(run: Remit) -> None:
    assert run("chenjing", "payroll", "show", OWN, "2026-10").exit_code == 0
    assert run("chenjing", "payroll", "show", OWN, "2025-01").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [("payroll", "approve", "2026-10"), ("payroll", "approve", "2030-01"), ("payroll", "export", "bank", "2026-10"),
     ("payroll", "run", "2026-11", "--group", "none"), ("attendance", "close", "2026-11", "--group", "none"),
     ("attendance", "reopen", "2026-10", "--reason", "x", "--group", "none")],
)  # fmt: skip
def test_who_has_no_entry_is_refused_before_anything_is_looked_up(run: Remit, words: tuple[str, ...]) -> None:
    result = run("chenjing", *words)
    assert result.exit_code == 3, result.output
    assert "none" not in result.stderr


def test_a_month_without_payroll_is_missing_for_who_calculates_them(run: Remit) -> None:
    assert run("maxin", "payroll", "export", "tax", "2030-01").exit_code == 1
    assert run("maxin", "payroll", "run", "2026-11", "--group", "none").exit_code == 1

"""Every command: its help, its JSON, who may call it, and the language it speaks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from core.cli.root import remit as root
from tests.commands.conftest import PASSWORD, ROOT, Installation
from tests.commands.month import GROSS, TAX

#: What scripts rely on; a command that disappears or comes is written down here, too.
COMMANDS = {
    "init", "migrate", "serve", "worker", "user create", "module list", "module on", "module off", "authority import",
    "events list", "events replay", "events skip", "schedules list", "schedules run", "schedules set",
    "jobs list", "jobs show", "jobs retry", "jobs cancel", "webhooks list", "webhooks test", "webhooks redeliver",
    "letters issue", "letters list", "letters revoke", "files check", "files move", "mail test", "live",
    "audit verify", "audit prove", "audit export", "audit erase", "audit who-looked-at",
    "authority show", "authority can", "authority can-i", "authority who-can", "authority route", "authority coverage",
    "authority explain", "authority rates list", "authority rates publish", "authority rates policy",
    *(f"authority list {word}" for word in (
        "import", "show", "export", "fmt", "lint", "test", "diff", "print", "template", "sheets")),
    *(f"authority list shadow {word}" for word in ("start", "stop", "show")),
    "demo build", "demo accounts", "attendance close", "attendance reopen", "attendance balance",
    "attendance grant-leave", "attendance expire-leave",
    "attendance show", "payroll run", "payroll review", "payroll approve", "payroll pay", "payroll publish",
    "payroll lock", "payroll show", "payroll salary", "payroll export",
    *(f"import {kind}" for kind in (
        "units", "positions", "quotas", "people", "salaries", "openings", "deductions", "punches", "documents",
        "leads", "exposure", "kpi-values",
        "rates", "leave")),
}  # fmt: skip
SILENT = {"serve", "worker", "live", "authority list fmt"}
"""Those that answer nothing a program could read."""

LISTS = """\
list: OPS
version: 1
effective_from: "2026-10-01"
positions:
  OPS-H:
    duties:
      D1: {text: {zh: 对每月工资准确发放负责, en: Answer for pay that is right}, matter: payroll}
    authority:
      A1: {can: "payroll.run:approve", in: all, title: {zh: 审批工资, en: Approves the payroll}}
      A2: {can: "payroll.run:read", in: all, power: read, title: {zh: 查看工资核算, en: Sees the payroll}}
      A3: {can: "payroll.slip:read", in: all, power: read, title: {zh: 查看工资条, en: Sees payslips}}
      A4: {can: "payroll.slip:reveal", in: all, title: {zh: 查看工资条金额, en: Opens payslips}}
  OPS-S:
    authority:
      A1: {can: "payroll.run:review", in: all, title: {zh: 复核工资, en: Reviews the payroll}}
      A2: {can: "payroll.run:read", in: all, power: read, title: {zh: 查看工资核算, en: Sees the payroll}}
"""


def known(command: click.Command, path: tuple[str, ...] = ()) -> set[str]:
    """The commands of a tree by their words."""
    if not isinstance(command, click.Group):
        return {" ".join(path)}
    context = click.Context(command)
    found: set[str] = set()
    for word in command.list_commands(context):
        below = command.get_command(context, word)
        assert below is not None
        found |= known(below, (*path, word))
    return found


def test_these_are_the_commands(remit: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_INSTANCE", str(remit.folder))
    assert known(root) == COMMANDS


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_each_command_explains_itself_without_an_installation(empty: Installation, words: str) -> None:
    done = empty.inside(*words.split(), "--help", account=None)
    assert done.code == 0, done
    assert f"remit {words}" in done.out
    assert "--help" in done.out
    assert ("--json" in done.out) == (words not in SILENT)
    assert not empty.folder.exists()


def test_each_command_answers_programs(remit: Installation, tmp_path: Path) -> None:
    """In an order in which each succeeds: one JSON value on standard output, nothing else there or elsewhere."""
    lists, out = tmp_path / "ops.yaml", tmp_path / "out.csv"
    lists.write_text(LISTS, encoding="utf-8")

    def tell(*words: str, account: str = "admin") -> Any:
        done = remit.inside(*words, "--json", account=account)
        assert (done.code, done.err) == (0, ""), done
        return done.answer

    assert tell("migrate") == {}
    again = tell("init")
    assert isinstance(again, dict)
    assert again["created"] is False
    for login, name, number in (("zhang", "张伟", "1001"), ("li", "李娜", "1002")):
        created = tell("user", "create", login, "--name", name, "--employee", number, "--password", PASSWORD)
        assert isinstance(created, dict)
        assert created["login"] == login
    assert tell("authority", "import", str(lists)) == [{"list": "OPS", "version": 1, "published": True}]
    assert tell("authority", "import", str(lists)) == [{"list": "OPS", "version": 1, "published": False}]
    shown = tell("authority", "show", "OPS-H")
    assert isinstance(shown, dict)
    assert [entry["code"] for entry in shown["authority"]] == ["A1", "A2", "A3", "A4"]
    may = tell("authority", "can", "payroll.run:approve", account="zhang")
    assert isinstance(may, dict)
    assert (may["allowed"], may["list_version"]) == (True, 1)
    modules = tell("module", "list")
    assert isinstance(modules, list)
    assert {(one["name"], one["state"]) for one in modules} == {
        ("attendance", "on"), ("payroll", "on"), ("country_cn", "on"), ("crm", "on"),
        ("expense", "on"), ("performance", "on"), ("crm_tryton", "on"), ("crm_webhook", "on")}  # fmt: skip
    assert tell("module", "off", "attendance") == {"name": "attendance", "on": False, "changed": True}
    assert tell("module", "on", "attendance") == {"name": "attendance", "on": True, "changed": True}
    day = tell("attendance", "show", "1003", "2026-10")
    assert isinstance(day, dict)
    assert day["totals"]["absent_days"] == 200
    assert tell("payroll", "run", "2026-10")["gross"] is None, "what three people earn is not told"
    run = remit.inside("payroll", "run", "2026-10", "--json", REMIT_LEAST_PEOPLE="2").answer
    assert (run["slips"], run["gross"], run["tax"]) == (3, sum(GROSS.values()), sum(TAX.values()))
    assert run["net"] == sum(GROSS.values()) - sum(TAX.values())
    for step, state, account in (("review", "reviewed", "li"), ("approve", "approved", "zhang")):
        moved = tell("payroll", step, "2026-10", account=account)
        assert isinstance(moved, dict)
        assert moved["state"] == state
    slip = tell("payroll", "show", "1001", "2026-10", "--explain", account="zhang")
    assert isinstance(slip, dict)
    assert (slip["gross"], slip["tax"]) == (GROSS["1001"], TAX["1001"])
    assert all(line["agrees"] and line["formula"] for line in slip["lines"])
    history = tell("payroll", "salary", "1002")
    assert isinstance(history, list)
    assert [row["amount"] for row in history] == [800_000]
    bank = tell("payroll", "export", "bank", "2026-10", "--as-kind", "csv", "--output", str(out))
    assert bank == {"file": str(out), "rows": 3, "total": sum(GROSS.values()) - sum(TAX.values())}
    for name, amount in (("张伟", "9700.00"), ("李娜", "8000.00"), ("王强", "10896.55")):
        assert sum(name in line and f",{amount}," in line for line in out.read_text("utf-8-sig").splitlines()) == 1
    filed = tell("payroll", "export", "tax", "2026-10", "--output", str(tmp_path))
    assert isinstance(filed, dict)
    assert (filed["rows"], Path(filed["file"]).stat().st_size > 2000) == (3, True)
    assert all(tell("payroll", step, "2026-10") for step in ("pay", "publish", "lock"))
    held = remit.inside("attendance", "reopen", "2026-10", "--reason", "late card", "--json")
    assert (held.code, held.err, bool(held.answer["message"])) == (1, "", True), "what fails is JSON, too"


def test_a_closed_month_is_opened_and_closed_again(remit: Installation) -> None:
    assert remit.inside("attendance", "close", "2026-10", "--json").code == 1, "it is closed"
    opened = remit.inside("attendance", "reopen", "2026-10", "--reason", "late card", "--json")
    assert (opened.code, opened.answer["month"]) == (0, "2026-10")
    closed = remit.inside("attendance", "close", "2026-10", "--json")
    assert (closed.code, closed.answer["people"]) == (0, 3)


def test_the_demo_is_built_where_nothing_is_and_nowhere_else(empty: Installation, remit: Installation) -> None:
    built = empty.inside("demo", "build", "--json", account=None)
    assert (built.code, built.err) == (0, "")
    people = empty.inside("demo", "accounts", "--json", account=None).answer
    assert {"user", "password", "name", "position", "role"} == set(people[0])
    before = remit.content()
    refused = remit.inside("demo", "build", "--json", account=None)
    assert (refused.code, refused.answer["error"]) == (1, "demo.exists")
    assert remit.content() == before
    assert not (remit.folder / "demo-day").exists(), "an installation in use does not begin to live in the demo"


BY_NOBODY = {
    "audit verify", "init", "migrate", "serve", "worker", "live", "demo build", "demo accounts", "authority list fmt",
}
ARGUMENTS = {
    "audit prove": ("1",), "audit who-looked-at": ("1001",), "audit erase": ("1001", "--reason", "x"),
    "user create": ("new", "--name", "New", "--password", PASSWORD), "module on": ("payroll",),
    "module off": ("payroll",), "authority import": ("LISTS",), "authority can": ("payroll.run:approve",),
    "authority can-i": ("payroll.run:approve",), "authority who-can": ("payroll.run:approve",),
    "authority route": ("payroll.run:approve",), "authority explain": ("payroll.run:approve",),
    "authority list show": ("OPS",), "authority list export": ("OPS",),
    "authority list import": ("LISTS",), "authority list lint": ("LISTS",), "authority list test": ("LISTS",),
    "authority list diff": ("OPS", "1", "2"), "authority show": ("OPS",),
    "authority list print": ("OPS", "-o", "ops.pdf"), "authority list template": ("startup",),
    "authority rates publish": ("USD", "CNY", "7.1", "--source", "x"),
    "authority rates policy": ("--max-age", "5", "--basis", "x"), "import rates": ("ROSTER",),
    "authority list sheets": ("LISTS",), "authority list shadow start": ("LISTS",),
    "authority list shadow stop": ("OPS",),
    "attendance close": ("2026-10",), "attendance reopen": ("2026-10", "--reason", "x"),
    "attendance balance": ("1001",), "attendance grant-leave": ("2026",), "import leave": ("ROSTER",),
    "import leads": ("ROSTER",), "import exposure": ("ROSTER",), "import kpi-values": ("ROSTER",),
    "attendance show": ("1001", "2026-10"), "payroll show": ("1001", "2026-10"), "payroll salary": ("1001",),
    "payroll export": ("bank", "2026-10"), "import punches": ("LOG",),
    "events replay": ("1", "x"), "events skip": ("1", "x", "--reason", "x"),
    "schedules run": ("files.purge",), "schedules set": ("files.purge", "--pause"),
    "jobs show": ("1",), "jobs retry": ("1",), "jobs cancel": ("1",),
    "webhooks test": ("1",), "webhooks redeliver": ("1", "--delivery", "1"),
    "letters issue": ("letters.employment", "1001", "--purpose", "x"), "letters revoke": ("X-1", "--reason", "x"),
    "files move": ("--to", ""), "mail test": ("--to", "hr@example.com"), "import documents": ("ROSTER",),
    "import quotas": ("ROSTER",),
}  # fmt: skip
#: An account without entry for an action gets the answer no.
ANSWERED = {"authority can"}
#: What belongs to somebody else is not there.
HIDDEN = {"jobs show", "jobs retry", "jobs cancel"}


def arguments(words: str, files: Path, lists: Path) -> list[str]:
    """Good arguments of a command."""
    if words in ARGUMENTS:
        named = {"LISTS": str(lists), "LOG": str(files / "attlog.dat"), "ROSTER": str(files / "roster.xlsx")}
        return [*words.split(), *(named.get(word, word) for word in ARGUMENTS[words])]
    if words.startswith("import "):
        kind = words.split()[1]
        return [*words.split(), str(files / f"{'roster' if kind == 'people' else kind}.xlsx")]
    return [*words.split(), *(("2026-10",) if words.startswith("payroll ") else ())]


@pytest.mark.parametrize("words", sorted(COMMANDS - BY_NOBODY))
def test_who_has_no_entry_is_refused_and_who_is_nobody_is_wrong(
    remit: Installation, files: Path, tmp_path: Path, words: str
) -> None:
    lists = tmp_path / "ops.yaml"
    lists.write_text(LISTS, encoding="utf-8")
    given = arguments(words, files, lists)
    before = [line for line in remit.content() if "core_audit" not in line]
    nobody = remit.inside(*given, account=None)
    assert nobody.code == 2, nobody
    assert "--as" in nobody.err
    for account in (None, "guest"):
        refused = remit.inside(*given, *(("--as", "guest") if account is None else ()), "--json", account=account)
        assert refused.code == (1 if words in ANSWERED | HIDDEN else 3), refused
        assert refused.answer["message"]
        assert refused.err == ""
    assert remit.inside(*given, "--nonsense").code == 2
    assert [line for line in remit.content() if "core_audit" not in line] == before


def test_a_command_of_a_module_that_is_off_is_none(remit: Installation) -> None:
    assert remit.inside("module", "off", "payroll").code == 0
    done = remit.inside("payroll", "run", "2026-10")
    assert (done.code, "payroll" in done.err, "off" in done.err) == (2, True, True)
    salaries = remit.folder / "salaries.csv"
    salaries.write_text("工号,生效日期,基本工资\n1001,2026-12-01,5000\n", encoding="utf-8")
    before = remit.content()
    done = remit.inside("import", "salaries", str(salaries))
    assert (done.code, "payroll" in done.err, "off" in done.err) == (2, True, True)
    assert remit.content() == before
    kinds = remit.inside("import", "--help").out
    assert not re.search(r"^  salaries ", kinds, re.M)
    assert re.search(r"^  people ", kinds, re.M)
    assert not re.search(r"^  payroll ", remit.inside("--help").out, re.M)
    assert re.search(r"^  attendance ", remit.inside("--help").out, re.M)
    assert remit.inside("module", "on", "payroll").code == 0
    assert re.search(r"^  payroll ", remit.inside("--help").out, re.M)
    assert remit.inside("import", "salaries", str(salaries)).code == 0
    assert remit.inside("module", "off", "nonsense").code in (1, 2)


def test_without_an_installation_all_commands_are_listed(tmp_path: Path) -> None:
    done = Installation(tmp_path / "nothing").process("--help")
    assert done.code == 0, done
    for word in ("attendance", "payroll", "init", "import"):
        assert re.search(rf"^  {word} ", done.out, re.M), word


def test_wrong_words(remit: Installation) -> None:
    for words in (("nonsense",), ("import", "nonsense"), ("payroll", "run", "2026-13"), ("payroll", "run"),
                  ("payroll", "export", "gold", "2026-10"), ("import", "people", "missing.xlsx"),
                  ("import", "people", str(remit.folder)), ("serve", "--port", "seven")):  # fmt: skip
        done = remit.inside(*words)
        assert done.code == 2, (words, done)
        assert done.err
        assert "Traceback" not in done.err


def test_messages_are_in_the_language_that_was_asked_for(remit: Installation) -> None:
    """--lang, then REMIT_LANG, then the account's, then the terminal's; init speaks that of the terminal."""
    def said(*words: str, **env: str) -> str:
        return remit.inside(*words, **env).err

    close = ("attendance", "close", "2026-10")
    for words, env, chinese in (
        (("--lang", "zh_CN", *close), {}, True), (close, {"REMIT_LANG": "zh_CN"}, True),
        (close, {"REMIT_LANG": "en"}, False), (close, {"REMIT_LANG": "", "LC_ALL": "en_US.UTF-8"}, True),
        (("--lang", "en", *close), {"REMIT_LANG": "zh_CN"}, False),
    ):
        text = said(*words, **env)
        assert text
        assert any("\u4e00" <= character <= "\u9fff" for character in text) == chinese, (words, env, text)
    for language, word in (("zh_CN.UTF-8", "就绪"), ("en_GB.UTF-8", "ready"), ("C.UTF-8", "就绪")):
        assert word in remit.inside("init", REMIT_LANG="", LC_ALL=language).out


def test_a_command_waits_for_nothing_it_does_not_need() -> None:
    """The web framework, the migrations and the large tables stay out of a process that only imports a file."""
    asked = "import sys, json, core.cli.root as r; from core.cli.acting import the_house; the_house()\n" \
            "print(json.dumps(sorted(sys.modules)))"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "sqlalchemy" in loaded
    assert not loaded & {"flask", "werkzeug", "alembic", "reportlab", "openpyxl", "pypinyin", "marshmallow", "waitress"}

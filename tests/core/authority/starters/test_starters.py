"""Templates of lists as files and pages: codes put in, what is to be changed is told, and the result is publishable."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.authority.document import format_list, parse
from core.authority.starters import as_file, mapped, starter, starters, to_change
from core.base.errors import DomainError, InputErrors, NotFound
from core.base.text import use_locale
from core.kernel.registry import Registry
from tests.core.authority.company import Company
from tests.core.authority.test_list_commands import desk, run
from tests.core.authority.test_pages import app, quick_hashes, read, visit
from tests.core.identity.conftest import Browser

__all__ = ["app", "desk", "quick_hashes", "visit"]

Visit = Callable[[str], Browser]
#: The startup's codes as they are in the company of the tests, as far as it has such units and posts.
UNITS = {"MKT-ACQ": "ACQ", "MKT-BRAND": "BRAND", "SAL": "SALES", "SAL-FOL": "EAST", "SAL-CARE": "EAST", "HRD": "CO"}
POSTS = {"MKT-DIR": "MD", "ACQ-HEAD": "ACQ-H", "ACQ-ADS": "ACQ-S", "FOL-HEAD": "EA-H"}


def test_the_codes_of_an_organisation_take_the_place_of_those_of_the_template() -> None:
    draft, named = mapped(starter("startup"), UNITS, POSTS, date(2026, 4, 1))
    text = format_list(draft)
    for old in (*UNITS, *POSTS):
        assert not re.search(rf"(?<![\w-]){old}(?![\w-])", text), old
    entry = next(row for row in draft.entries if (row.position, row.code) == ("ACQ-H", "A1"))
    assert (entry.scope, entry.scope_unit, entry.limit_minor, entry.cap_minor) == ("subtree", "ACQ", 1000000, 6000000)
    assert {row.position for row in draft.duties if row.matter == "lead.ads"} == {"ACQ-H", "ACQ-S"}
    assert {row.position for row in draft.kpis} >= {"MD", "ACQ-H"}
    assert draft.boundaries[0].support == ("SALES",)
    assert [(test.post, test.resource["unit"]) for test in draft.tests][0] == ("ACQ-H", "ACQ")
    assert draft.effective_from == date(2026, 4, 1)
    assert (named.posts["ACQ-S"].unit, named.posts["ACQ-S"].reports_to) == ("ACQ", "ACQ-H")
    assert named.units["EAST"].parent == "SALES"
    unchanged, _same = mapped(starter("startup"), {}, {})
    assert unchanged == starter("startup").draft


def test_units_may_become_one_and_posts_may_not() -> None:
    draft, _named = mapped(starter("startup"), {"SAL": "MKT"}, {})
    assert draft.boundaries == (), "there is nothing to part"
    with pytest.raises(DomainError) as refused:
        mapped(starter("startup"), {}, {"ACQ-ADS": "CEO"})
    assert refused.value.code == "list.template_codes"
    for units, posts in (({"NOPE": "X"}, {}), ({}, {"NOPE": "X"})):
        with pytest.raises(DomainError) as refused:
            mapped(starter("startup"), units, posts)
        assert "NOPE" in str(refused.value)
    for units, posts in (({"MKT": "a,b"}, {}), ({}, {"CEO": "everybody"}), ({}, {"CEO": "x" * 41})):
        with pytest.raises(InputErrors):
            mapped(starter("startup"), units, posts)
    with pytest.raises(NotFound) as unknown:
        starter("bakery")
    assert "startup, institution, retailer, school" in str(unknown.value)


@pytest.mark.parametrize("name", starters())
def test_the_file_says_what_to_change_and_is_in_form(company: Company, name: str) -> None:
    """In both languages; its lines stand above the list, where the commands keep them."""
    registry = company.house.registry
    on = frozenset(registry.modules)
    draft, named = mapped(starter(name), {}, {})
    for locale, words in (("en", "To change before it is published"), ("zh_CN", "发布前须改")):
        with use_locale(locale):
            text = as_file(draft, named, registry, on)
        head = [line for line in text.splitlines() if line.startswith("#")]
        assert words in text
        assert text == "\n".join([*head, format_list(draft)])
        for entry in draft.entries:
            if entry.limit_minor is not None:
                amount = f"{entry.limit_minor / 100:.2f} {entry.currency}"
                assert any(f"{entry.position}.{entry.code}  up_to {amount}" in line for line in head), entry
        for unit in named.units.values():
            assert f"#   {unit.code}  {unit.title.in_locale(locale)}" in head
        for post in named.posts.values():
            assert any(line.startswith(f"#   {post.code}  {post.title.in_locale(locale)}") for line in head), post.code
            assert post.grade is None or any(post.grade in line for line in head)
        assert any(line.startswith("#   payroll.run:approve  ") for line in head), "no payroll in this house"
        assert not any(line.startswith("#   org.structure:change") for line in head), "which is asked"


def test_the_command_lists_the_templates_and_writes_one(desk: Company, tmp_path: Path) -> None:
    told = json.loads(run(desk, "template", "--json").stdout)
    assert [one["template"] for one in told] == ["startup", "institution", "retailer", "school"]
    assert "startup      Startup" in run(desk, "template").output
    file = tmp_path / "co.yaml"
    pairs = [part for old, new in UNITS.items() for part in ("--unit", f"{old}={new}")]
    pairs += [part for old, new in POSTS.items() for part in ("--position", f"{old}={new}")]
    done = run(desk, "template", "startup", *pairs, "--from", "2026-04-01", "-o", file, "--json")
    answer = json.loads(done.stdout)
    assert (answer["list"], answer["effective_from"], answer["file"]) == ("CO", "2026-04-01", str(file))
    assert "ACQ-H.A1" in answer["to_change"]
    assert "ACQ-H.A1" in answer["idle"]["crm.spend:approve"]
    text = file.read_text(encoding="utf-8")
    assert run(desk, "fmt", file, "--check", acting=False).exit_code == 0
    assert parse(text).unit == "CO"
    shown = run(desk, "template", "school")
    assert shown.output.startswith("# Template “School”")
    assert 'effective_from: "2026-03-10"' in shown.output, "today"
    assert run(desk, "template", "bakery").exit_code == 1
    assert run(desk, "template", "school", "--unit", "SCH").exit_code == 2
    assert "has no MKT" in run(desk, "template", "school", "--unit", "MKT=X").stderr


def test_lint_tells_what_still_stands_in_for_something(desk: Company, tmp_path: Path) -> None:
    file = tmp_path / "co.yaml"
    text = """
list: CO
version: 18
effective_from: "2026-04-01"
basis: 待改：章程
positions:
  MD:
    authority:
      A2: {can: "org.structure:change", in: unit, basis: 待改：办法, title: {zh: 调整, en: Adjusts}}
      A3: {can: "person.record:read", in: unit, basis: 人事办法, title: {zh: 查看, en: Sees}}
"""
    file.write_text(text, encoding="utf-8")
    assert to_change(parse(text)) == ["basis", "MD.A2"]
    told = run(desk, "lint", file)
    assert told.output.splitlines() == [
        "co.yaml: list CO, version 18, is in order.", "co.yaml: still marked 待改：: basis, MD.A2."]
    file.write_text(text.replace("待改：", ""), encoding="utf-8")
    assert run(desk, "lint", file).output == "co.yaml: list CO, version 18, is in order.\n"


def test_the_pages_offer_the_templates_to_who_may_import_lists(company: Company, visit: Visit) -> None:
    li = visit("li")
    assert 'href="/authority/templates"' in li.get("/authority/").text
    index = read(li, "/authority/templates")
    for words in ("Startup", "Public institution", "Retailer", "School", "9 units, 15 positions, 76 authority entries"):
        assert words in index, words
    page = read(li, "/authority/templates/startup")
    for words in ("Marketing director", "Set the marketing plan", "Approves online advertising spend",
                  "up to ¥10,000 an item, ¥60,000 a month", "Lead acquisition group and below", "Not applied here yet",
                  "待改：费用管理办法", "Marketing leads, beside it Sales", "Is there already.", "Is not there yet."):
        assert words in page, words
    wang = visit("wang")
    assert "/authority/templates" not in wang.get("/authority/").text
    for path in ("", "/startup", "/startup/list.yaml"):
        assert wang.get(f"/authority/templates{path}").status_code == 403, path
    assert li.get("/authority/templates/bakery").status_code == 404


def test_the_form_writes_the_file_and_keeps_what_was_wrong(company: Company, visit: Visit) -> None:
    li = visit("li")
    done = li.get("/authority/templates/startup/list.yaml?from=2026-04-01&unit.MKT-ACQ=ACQ&position.ACQ-HEAD=ACQ-H&"
                  "unit.MKT=&unit.OTHER=X")
    assert (done.status_code, done.mimetype) == (200, "application/yaml")
    assert "CO.yaml" in done.headers["Content-Disposition"]
    draft = parse(done.text)
    assert draft.effective_from == date(2026, 4, 1)
    assert {row.position for row in draft.entries} >= {"ACQ-H", "MKT-DIR"}
    for query, words in (
        ("position.ACQ-ADS=CEO", "Two posts of the template would be CEO"),
        ("from=soon", "A date is written 2026-10-01."), ("unit.MKT=a%2Cb", "This is no code of a unit."),
    ):
        wrong = li.get(f"/authority/templates/startup/list.yaml?{query}")
        assert wrong.status_code == 422, query
        assert words in wrong.text, query
    kept = li.get("/authority/templates/startup/list.yaml?position.ACQ-ADS=CEO").text
    assert 'value="CEO" id="f-position-ACQ-ADS"' in kept


def test_a_template_of_which_every_action_is_asked_about_says_nothing_of_modules() -> None:
    draft, named = mapped(starter("startup"), {}, {})
    registry = Registry({}, {}, {}, {})
    with use_locale("en"):
        assert "No module that is on asks" in as_file(draft, named, registry, frozenset())
        assert "No module that is on asks" not in as_file(replace(draft, entries=()), named, registry, frozenset())

"""Two versions of a list compared: by clause, and by what they mean for people. Expected values are worked by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.authority.diffing import compare, pair, versions
from core.authority.document import parse
from core.authority.effects import effects
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import bootstrap, publish
from core.base.errors import NotFound
from core.base.period import FOREVER
from core.kernel import state
from core.org import services as org
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_list_commands import desk, run
from tests.core.authority.test_pages import Visit, app, quick_hashes, read, visit

__all__ = ["app", "desk", "quick_hashes", "visit"]

#: The next version: li's limit falls, wang gains a duty and an entry, zhao's entry moves to another scope, EA-H loses
#: his, everybody is forbidden something, targets and the boundary say otherwise.
NEXT = """
list: CO
version: 18
effective_from: "2026-03-05"
basis: Rule 9
positions:
  ACQ-H:
    duties:
      D1: {text: {zh: 投放策略, en: Strategy}, raci: R}
      D2: {text: {zh: 复盘, en: Review}}
    authority:
      A1: {can: "crm.spend:approve", in: subtree(ACQ), up_to: 10000.00 CNY,
           cap: 60000.00 CNY/month, duty: D1, basis: Rule 9, title: {zh: 审批投放, en: Approves spend}}
      A5: {can: "crm.rule:edit", in: unit, title: {zh: 改规则, en: Edits rules}}
    assessment:
      K1: {metric: leads.count, at_least: 120, weight: 40, duty: D1, title: {zh: 线索数, en: Leads}}
  MD:
    authority:
      A2: {can: "crm.spend:approve", in: subtree(MKT), up_to: 50000.00 CNY, title: {zh: 审批投放, en: Approves spend}}
      A4: {can: "org.staffing:adjust", in: subtree(MKT), title: {zh: 调整编制, en: Adjusts staffing}}
  CEO:
    authority:
      A3: {can: "crm.spend:approve", in: subtree(CO), up_to: 2000000.00 CNY, title: {zh: 审批投放, en: Approves spend}}
everybody:
  authority:
    E1: {can: "authority.list:read", in: all, power: read, title: {zh: 查看清单, en: Reads lists}}
    P1: {cannot: "crm.gift:approve", in: all, title: {zh: 不得审批礼品, en: Approves no gifts}}
boundaries:
  B1: {matter: lead.handover, lead: MKT, support: [FIN, SALES], text: {zh: 线索移交, en: Leads are handed over}}
"""


def as_data(company: Company, one: int = 17, other: int = 18) -> tuple[Any, Any]:
    """Clauses and effects of two versions, as zhao reads them."""
    told = run(company, "diff", "CO", one, other, "--effects", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    return found["clauses"], found["effects"]


@pytest.fixture
def next_version(desk: Company) -> Company:
    with desk.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(NEXT))
    return desk


def test_clauses_say_what_is_new_gone_and_different(next_version: Company) -> None:
    clauses, _effects = as_data(next_version)
    found = {(one["holder"], one["kind"], one["code"]): one for one in clauses}
    assert {key: one["state"] for key, one in found.items()} == {
        ("Everybody who holds a post", "Authority", "P1"): "added",
        ("ACQ-H", "Duty", "D1"): "changed", ("ACQ-H", "Duty", "D2"): "added",
        ("ACQ-H", "Authority", "A1"): "changed", ("ACQ-H", "Authority", "A5"): "added",
        ("ACQ-H", "KPI target", "K1"): "changed",
        ("CEO", "Authority", "A3"): "changed", ("CEO", "Authority", "L0"): "removed",
        ("EA-H", "Authority", "A6"): "removed",
        ("MD", "Authority", "A2"): "changed", ("MD", "Authority", "A4"): "changed",
        ("Boundaries", "Boundary", "B1"): "changed",
    }

    def columns(*key: str) -> list[tuple[str, str, str]]:
        return [(one["column"], one["before"], one["after"]) for one in found[key]["columns"]]  # type: ignore[index]

    assert columns("ACQ-H", "Duty", "D1") == [("Part taken", "Answers for it", "Carries it out")]
    assert columns("ACQ-H", "Authority", "A1") == [("Basis", "–", "Rule 9")]
    assert columns("ACQ-H", "KPI target", "K1") == [("Target", "at least 100", "at least 120")]
    assert columns("MD", "Authority", "A2") == [("Limit", "up to ¥100,000", "up to ¥50,000")]
    assert columns("MD", "Authority", "A4") == [("Also by whoever acts for the post", "no", "yes")]
    assert columns("Boundaries", "Boundary", "B1") == [("Units beside it", "Unit SALES", "Unit FIN, Unit SALES")]
    assert ("Where", "Unit EAST and below", "–") in columns("EA-H", "Authority", "A6")


def test_effects_say_who_may_more_and_less(next_version: Company) -> None:
    """On 5 March 2026: wang is head of ACQ and, beside it, of EAST; li and the acting chen hold MD; zhao is CEO."""
    _clauses, found = as_data(next_version)
    assert (found["day"], found["gain"], found["lose"]) == ("2026-03-05", 2, 5)
    posts = {one["post"]: one for one in found["posts"]}
    shifts = {
        post: [(one["entry"], one["kind"], one["before"], one["after"]) for one in effect["shifts"]]
        for post, effect in posts.items()
    }
    assert shifts == {
        "Everybody who holds a post": [("ALL.P1", "lose", None, "Everywhere")],
        "ACQ-H": [("ACQ-H.A5", "gain", None, "Own unit")],
        "MD": [
            ("MD.A2", "lose", "up to ¥100,000", "up to ¥50,000"),
            ("MD.A4", "gain", "Unit MKT and below", "Unit MKT and below"),
        ],
        "CEO": [
            ("CEO.A3", "other", "Everywhere; up to ¥1,000,000", "Unit CO and below; up to ¥2,000,000"),
            ("CEO.L0", "lose", "Everywhere", None),
        ],
        "EA-H": [("EA-H.A6", "lose", "Unit EAST and below; up to ¥50,000", None)],
    }, "wang's A1 gains a basis and nothing else; only chen, who acts for MD, gains A4"
    assert {post: one["held"] for post, one in posts.items()} == {
        "Everybody who holds a post": 5, "ACQ-H": 1, "MD": 2, "CEO": 1, "EA-H": 1,
    }


def test_the_other_way_round_gains_are_losses(next_version: Company) -> None:
    clauses, found = as_data(next_version, 18, 17)
    assert {one["state"] for one in clauses if one["code"] in ("D2", "A5", "P1")} == {"removed"}
    kinds = {shift["entry"]: shift["kind"] for one in found["posts"] for shift in one["shifts"]}
    assert kinds == {"ALL.P1": "gain", "ACQ-H.A5": "lose", "MD.A2": "gain", "MD.A4": "lose", "CEO.A3": "other",
                     "CEO.L0": "gain", "EA-H.A6": "gain"}
    assert found["day"] == "2025-01-01"


ROW = '{can: "crm.spend:approve", in: subtree(MKT), up_to: 100.00 CNY, title: T}'


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (ROW, ROW.replace("title: T", "title: U, basis: B"), []),
        (ROW, ROW.replace("100.00", "100.01"), ["gain"]),
        (ROW, ROW.replace("100.00 CNY", "100.00 USD"), ["other"]),
        (ROW, ROW.replace("up_to: 100.00 CNY, ", ""), ["gain"]),
        (ROW, ROW.replace("title", "cap: 500.00 CNY/month, title"), ["lose"]),
        (ROW, ROW.replace("title", "when: {category: ads}, title"), ["lose"]),
        (ROW.replace("title", "when: {a: x}, title"), ROW.replace("title", "when: {a: y}, title"), ["other"]),
        (ROW, ROW.replace("subtree(MKT)", "subtree(ACQ)"), ["lose"]),
        (ROW, ROW.replace("subtree(MKT)", "unit(MKT)"), ["lose"]),
        (ROW, ROW.replace("subtree(MKT)", "subtree(SALES)"), ["other"]),
        (ROW, ROW.replace("subtree(MKT)", "subtree"), []),
        (ROW, ROW.replace("subtree(MKT)", "company"), ["gain"]),
        (ROW, ROW.replace("subtree(MKT)", "all"), ["gain"]),
        (ROW, ROW.replace("subtree(MKT)", "self"), ["other"]),
        (ROW.replace("subtree(MKT)", "unit(ACQ)"), ROW.replace("subtree(MKT)", "company(FIN)"), ["gain"]),
        (ROW, ROW.replace("crm.spend", "crm.lead"), ["lose", "gain"]),
        (ROW, ROW.replace("title", "by_acting: no, title"), ["lose"]),
        (ROW, ROW.replace("title", "power: propose, title"), ["lose"]),
        (ROW.replace("title", "power: propose, title"), ROW.replace("title", "power: review, title"), []),
        (ROW, '{cannot: "crm.spend:approve", in: subtree(MKT), title: T}', ["lose"]),
        ('{cannot: "crm.x:do", in: unit, title: T}', '{cannot: "crm.x:do", in: all, title: T}', ["lose"]),
        ('{cannot: "crm.x:do", in: all, title: T}', '{cannot: "crm.x:do", in: unit, title: T}', ["gain"]),
    ],
)  # fmt: skip
def test_what_is_more_and_what_is_less(company: Company, old: str, new: str, kinds: list[str]) -> None:
    """MD is a post of MKT; ACQ is below MKT, SALES and FIN beside it, all in one company."""
    head = 'list: FIN\nversion: {}\neffective_from: "2026-0{}-01"\npositions: {{MD: {{authority: {{X: {}}}}}}}'
    with company.house.session(SYSTEM, write=True) as session:
        made = [publish(session, SYSTEM, parse(head.format(n, n, row)))[0] for n, row in ((1, old), (2, new))]
        found = effects(session, company.actor("zhao"), *made)
    assert [shift.kind for effect in found.posts for shift in effect.shifts] == kinds
    assert all(effect.held == 1 for effect in found.posts), "li holds MD on 1 February; chen acts from March"


def test_a_bootstrap_entry_and_its_end(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        first = bootstrap(session, 7, date(2026, 1, 1), ())
        second, _written = publish(session, SYSTEM, parse('list: "-"\nversion: 2\neffective_from: "2026-02-01"'))
        (section,) = compare(session, first, second).sections
        assert [(one.code, one.state, one.address) for one in section.clauses] == [("BOOTSTRAP", "removed", None)]
        assert pair(versions(session, SYSTEM, None), None, None) == (first, second)


# -- pages -----------------------------------------------------------------------------------------------------------


def test_the_page_of_a_difference(app: Flask, visit: Visit, company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(NEXT))
    unit = company.units["CO"].id
    li = visit("li")
    assert "What version 18 changed" in read(li, f"/authority/units/{unit}")
    told = read(li, f"/authority/units/{unit}/diff?from=17&to=18")
    for words in ("Unit CO: version 17 and version 18", "in force from 2025-01-01 and from 2026-03-05",
                  "2 people may do more, 5 people may do less", "Limit up to ¥100,000 up to ¥50,000",
                  "before: up to ¥100,000; now: up to ¥50,000",
                  "only those who act for the post", "Edits rules", "New", "Gone"):  # fmt: skip
        assert words in told, words
    assert read(li, f"/authority/units/{unit}/diff") == told, "by default the last version against the one before"
    same = read(li, f"/authority/units/{unit}/diff?from=18&to=18")
    assert "No difference Both versions say the same." in same
    assert "What it means for people" not in same
    for path in (f"/authority/units/{unit}/diff?from=1&to=18", "/authority/everybody/diff", "/authority/units/99/diff"):
        assert li.get(path).status_code == 404, path
    with company.house.session(SYSTEM, write=True) as session:
        for entry in session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "E1")):
            entry.scope, entry.scope_unit_id = "unit", company.units["FIN"].id
        state.bump_epoch(session)
    assert li.get(f"/authority/units/{unit}/diff?from=17&to=18").status_code == 404, "neither is it hers to read"


def test_names_are_shown_to_whom_the_people_are(next_version: Company) -> None:
    """Zhao reads lists and no files of people: he is told how many, not who; with the entry for it he reads names."""
    told = run(next_version, "diff", "CO", 17, 18, "--effects").output
    assert "Post MD MD (2 people)\n" in told
    assert "2 people may do more, 5 people may do less." in told
    grant = ('list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions: {CEO: {authority: {F: '
             '{can: "person.record:read", in: all, title: T}}}}')
    with next_version.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(grant))
    assert "Post MD MD (2 people) chen li\n" in run(next_version, "diff", "CO", 17, 18, "--effects").output
    assert "MD (" not in run(next_version, "diff", "CO", 17, 18).output
    assert run(next_version, "diff", "CO", 17, 17).output == "Both versions say the same.\n"
    assert run(next_version, "diff", "CO", 1, 18).exit_code == 1


def test_whoever_holds_no_post_on_the_day_is_not_counted(next_version: Company) -> None:
    with next_version.house.session(SYSTEM, write=True) as session:
        org.leave(session, SYSTEM, next_version.people["li"], last_day=date(2026, 3, 3))
        before, after = pair(versions(session, SYSTEM, next_version.units["CO"].id), 17, 18)
        found = effects(session, SYSTEM, before, after)
    assert {one.code: one.people for one in found.posts}["MD"] == ["chen"]
    assert found.lose == 4
    with pytest.raises(NotFound):
        pair([], None, None)


def test_a_draft_is_compared_from_its_file_and_published_nowhere(desk: Company, tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(NEXT, encoding="utf-8")
    told = run(desk, "diff", "CO", 17, file, "--effects", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["before"], found["after"], found["effects"]["gain"], found["effects"]["lose"]) == (17, 18, 2, 5)
    assert (found["replay"]["judged"], found["replay"]["decisions"]) == (0, [])
    with desk.house.session(SYSTEM) as session:
        assert list(session.scalars(select(PublishedList.version))) == [17]
        assert session.scalar(select(PublishedList.effective_to)) == FOREVER
    assert "Nothing was decided last quarter" in run(desk, "diff", "CO", 17, file, "--effects").output
    for words, wrong in [
        (("MKT", 17, file), "The draft is the list of CO, not of MKT."),
        (("CO", 17, tmp_path / "none.yaml"), "is neither the number of a version nor a file."),
        (("CO", 16, file), "There is no such version of this list"),
    ]:
        refused = run(desk, "diff", *words)
        assert refused.exit_code != 0
        assert wrong in refused.stderr.replace("\n", " ")
    file.write_text(NEXT.replace("version: 18", "version: 17"), encoding="utf-8")
    assert "Version 17 is published already" in run(desk, "diff", "CO", 17, file).stderr

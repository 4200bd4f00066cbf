"""What a list is expected to answer: asked of the draft as it would be in force, and insisted on at publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from core.authority import expecting
from core.authority.document import ListDraft, format_list, parse
from core.authority.drafting import draft_of
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import codes, publish
from core.authority.routing import route
from core.authority.supposing import Supposed
from core.authority.workbook import from_workbook, to_workbook
from core.base.errors import InputErrors
from core.base.text import use_locale
from core.kernel.specs import Facts
from core.org import services as org
from core.org.models import Position, Unit
from tests.core.authority.company import LIST, SPENT, SYSTEM, Company
from tests.core.authority.test_routing import company

__all__ = ["company"]

HEAD = LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-04-01")
ASK = 'can: "crm.spend:approve"'


def drafted(*rows: str, text: str = HEAD) -> ListDraft:
    """The list of the cases as its next version, with expectations."""
    return parse(text + "tests:\n" + "".join(f"  - {{{row}}}\n" for row in rows))


def asked(company: Company, draft: ListDraft) -> list[tuple[str, str]]:
    """State and sentence of each expectation."""
    with company.house.session(SYSTEM) as session, use_locale("en"):
        found = expecting.run(session, draft, codes(session, Unit), codes(session, Position))
        return [(one.state, str(one.sentence)) for one in found]


#: Expectations with the answers of the cases: who decides what stands in the table of the design.
TABLE = [
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.00 CNY}, expect: allow, cite: A1',
     "passed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.00 CNY}, expect: allow, '
     "cite: ACQ-H.A1", "passed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.00 CNY}, expect: allow, cite: A2',
     "failed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.01 CNY}, expect: deny, '
     "code: OVER_LIMIT", "passed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.01 CNY}, expect: allow', "failed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.00 CNY}, expect: deny', "failed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 1500.00 USD}, expect: deny, '
     "code: CURRENCY_UNKNOWN", "passed"),
    # wang holds EA-H as well; a list is asked post by post, so his other hat is none of its business.
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: EAST, amount: 1.00 CNY}, expect: deny, '
     "code: OUT_OF_SCOPE", "passed"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 1.00 CNY, requester: ACQ-H}, expect: deny, '
     "code: SOD_SELF", "passed"),
    ('route: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.00 CNY}, expect: [ACQ-H]', "passed"),
    ('route: "crm.spend:approve", resource: {unit: ACQ, amount: 60000.00 CNY}, expect: [MD]', "passed"),
    ('route: "crm.spend:approve", resource: {unit: ACQ, amount: 5000.00 CNY, requester: ACQ-H}, expect: [MD]',
     "passed"),
    ('route: "crm.spend:approve", resource: {unit: ACQ, amount: 2000000.00 CNY}, expect: []', "passed"),
    ('route: "crm.spend:approve", resource: {unit: ACQ, amount: 2000000.00 CNY}, expect: [CEO]', "failed"),
    ('who_can: "crm.spend:approve", resource: {unit: MKT, amount: 90000.00 CNY}, expect: [CEO, MD]', "passed"),
    ('who_can: "crm.spend:approve", resource: {unit: MKT, amount: 90000.00 CNY}, expect: [MD]', "failed"),
    ('list: "crm.spend:approve", as: ACQ-H, expect_units: [ACQ]', "passed"),
    ('list: "crm.spend:approve", as: MD, expect_units: [MKT, BRAND, ACQ]', "passed"),
    ('list: "crm.spend:approve", as: MD, expect_units: [MKT]', "failed"),
    ('list: "crm.spend:approve", as: ACQ-S, expect_units: []', "passed"),
    ('as: GONE, can: "crm.spend:approve", expect: deny', "failed"),
    ('as: MD, can: "crm.spend:approve", resource: {unit: GONE}, expect: deny', "failed"),
    ('as: MD, can: "crm.spend:approve", resource: {unit: ACQ, colour: red}, expect: deny', "failed"),
    ('as: MD, can: "crm.unheard:of", expect: deny', "idle"),
    ('as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ, amount: 10000.01 CNY}, expect: deny, '
     "code: OUT_OF_SCOPE", "failed"),
    # A position stands for its unit, unless one is named.
    ('as: MD, can: "crm.spend:approve", resource: {position: ACQ-S, amount: 1.00 CNY}, expect: allow', "passed"),
    ('as: MD, can: "crm.spend:approve", resource: {position: EA-H, amount: 1.00 CNY}, expect: allow', "failed"),
    ('as: MD, can: "crm.spend:approve", resource: {position: EA-H, unit: ACQ, amount: 1.00 CNY}, expect: allow',
     "passed"),
]


def test_each_is_answered_as_the_cases_say(company: Company) -> None:
    found = asked(company, drafted(*(row for row, _state in TABLE)))
    assert [(row, state) for (row, _state), (state, _sentence) in zip(TABLE, found, strict=True)] == TABLE
    assert found[2][1] == ("Expected: allowed by A2. Came instead: Allowed by ACQ-H.A1 (list version 18): Approves "
                           "spend")
    assert found[4][1] == ("Expected: allowed. Came instead: ¥10,000.01 is more than ¥10,000.00, the limit of ACQ-H.A1 "
                           "(list version 18).")
    assert found[13][1].startswith("Expected: CEO. Came instead: none. On the way: ")
    assert found[24][1].startswith("Expected: refused with OUT_OF_SCOPE. Came instead: OVER_LIMIT, ¥10,000.01 is more")
    assert found[15][1] == "Expected: MD. Came instead: CEO, MD."
    assert [sentence for _state, sentence in found[20:23]] == [
        "There is no position GONE.", "There is no unit GONE.",
        "“Approve spend” knows no attribute colour. Known are: category, amount.",
    ]


def test_a_list_is_asked_as_a_document_whoever_is_there_and_whatever_was_spent(company: Company) -> None:
    """A vacant post, and a total that is used up, change the answers of the day, not those of the list."""
    SPENT.append(("ACQ-H.A1", datetime(2026, 3, 5, tzinfo=UTC), 60_000_00))
    with company.house.session(SYSTEM, write=True) as session:
        org.leave(session, SYSTEM, company.people["li"], last_day=date(2026, 3, 19))
    draft = drafted(
        f"as: ACQ-H, {ASK}, resource: {{unit: ACQ, amount: 10000.00 CNY}}, expect: allow",
        'route: "crm.spend:approve", resource: {unit: ACQ, amount: 60000.00 CNY}, expect: [MD]',
    )
    assert [state for state, _sentence in asked(company, draft)] == ["passed", "passed"]


def test_what_comes_is_that_of_the_draft_and_of_the_other_lists(company: Company) -> None:
    raised = HEAD.replace("up_to: 10000.00 CNY", "up_to: 20000.00 CNY")
    row = f"as: ACQ-H, {ASK}, resource: {{unit: ACQ, amount: 20000.00 CNY}}, expect: allow"
    assert [state for state, _s in asked(company, drafted(row))] == ["failed"]
    assert [state for state, _s in asked(company, drafted(row, text=raised))] == ["passed"]
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            'list: FIN\nversion: 1\neffective_from: "2026-03-01"\neverybody: {authority: {P9: {cannot: '
            '"crm.spend:approve", in: subtree(ACQ), title: T}}}\n'
        ))
    ((state, sentence),) = asked(company, drafted(row, text=raised))
    assert state == "failed"
    assert "ALL.P9" in sentence
    with company.house.session(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(AuthorityEntry)) == 7, "asking writes nothing"


def test_a_list_that_misses_what_is_expected_of_it_is_not_published(company: Company) -> None:
    good = f"as: ACQ-H, {ASK}, resource: {{unit: ACQ, amount: 10000.00 CNY}}, expect: allow, cite: A1"
    bad = f"as: ACQ-H, {ASK}, resource: {{unit: ACQ, amount: 10000.01 CNY}}, expect: allow"
    with pytest.raises(InputErrors) as refused, company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, drafted(good, bad))
    (problem,) = refused.value.problems
    assert (refused.value.code, problem.row) == ("list.tests", HEAD.count("\n") + 3)
    with use_locale("en"):
        assert "OVER" not in str(problem.message)
        assert "¥10,000.01 is more than ¥10,000.00" in str(problem.message)
    with company.house.session(SYSTEM, write=True) as session:
        assert [row.version for row in session.scalars(select(PublishedList))] == [17]
        made, _written = publish(session, SYSTEM, drafted(good))
        assert draft_of(session, made).tests == drafted(good).tests, "what is exported is asked again"
    with company.house.session(SYSTEM) as session:
        draft = drafted(good)
        again = replace(draft, version=19, effective_from=date(2026, 5, 1))
        assert expecting.problems(session, again, codes(session, Unit), codes(session, Position)) == []


def test_a_question_goes_another_way_from_the_first_day_on(company: Company) -> None:
    """Case 25: nothing is stored of where a question would go, so a raised limit moves it exactly on its day."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(HEAD.replace("up_to: 10000.00 CNY", "up_to: 50000.00 CNY")))
    asked_about = Supposed(Facts(unit_ids=(company.units["ACQ"].id,), amount=50_000_00, currency="CNY",
                                 creator_person_id=company.people["sun"].person_id))
    with company.house.session(SYSTEM) as session:
        for day, post in ((date(2026, 3, 31), "MD"), (date(2026, 4, 1), "ACQ-H")):
            decider = route(session, "crm.spend:approve", asked_about, day=day).decider
            assert decider is not None
            assert decider.post.code == post, day


def test_the_one_form_keeps_every_kind(company: Company) -> None:
    draft = drafted(*(row for row, _state in TABLE))
    text = format_list(draft)
    assert parse(text) == draft
    assert from_workbook(to_workbook(draft)).draft.tests == draft.tests
    assert format_list(parse(text)) == text
    assert '  - {list: "crm.spend:approve", as: MD, expect_units: [ACQ, BRAND, MKT]}\n' in text
    assert ('  - {route: "crm.spend:approve", resource: {amount: 2000000.00 CNY, unit: ACQ}, expect: []}\n') in text


@pytest.mark.parametrize(
    ("row", "message", "remedy"),
    [
        ("as: MD, expect: deny", "An expectation asks one of can, route, who_can, list.", "Write one of them"),
        (f'{ASK}, route: "a.b:c", expect: deny', "An expectation asks one of", "Write one of them"),
        ('route: "a.b:c", expect: MD', "expect is a list of codes.", "Write [MD], or []"),
        ('route: "a.b:c", expect: [MD, MD]', "MD stands twice.", "Name each once."),
        ('route: "a.b:c", expect: ["M,D"]', "M,D is no code.", ""),
        ('who_can: "a.b:c", resource: {unit: X}', "expect is a list of codes.", "Write [MD], or []"),
        ('list: "a.b:c", as: MD, expect: [X]', "This key is not known here.", "Known are: list, as, expect_units."),
        ('list: "a.b:c", expect_units: [X]', "The text is missing.", ""),
        ('route: "a.*:c", expect: []', "An action is written module.noun:verb.", ""),
        ("7", "Here stand names with their content", ""),
    ],
)
def test_what_is_malformed_is_refused_with_its_line_and_what_to_do(row: str, message: str, remedy: str) -> None:
    head = 'list: CO\nversion: 1\neffective_from: "2026-01-01"\ntests:\n  - '
    with pytest.raises(InputErrors) as refused, use_locale("en"):
        parse(head + (row if row == "7" else "{" + row + "}") + "\n")
    with use_locale("en"):
        said = [(problem.row, str(problem.message), str(problem.remedy or "")) for problem in refused.value.problems]
    assert any(line == 5 and told.startswith(message) and todo.startswith(remedy) for line, told, todo in said), said


def test_what_is_only_there_later_is_not_asked_of(company: Company) -> None:
    """A post and a unit of June have no part in what a list of April is expected to answer."""
    with company.house.session(SYSTEM, write=True) as session:
        later = org.create_unit(session, SYSTEM, code="LATER", title={"zh_CN": "以后", "en": "Later"},
                                valid_from=date(2026, 6, 1), parent=company.units["MKT"])
        org.create_position(session, SYSTEM, code="LATER-H", unit=later, title={"zh_CN": "以后", "en": "Later"},
                            valid_from=date(2026, 6, 1))
    found = asked(company, drafted(
        f"as: LATER-H, {ASK}, expect: deny", 'list: "crm.spend:approve", as: MD, expect_units: [MKT, BRAND, ACQ]',
    ))
    assert [state for state, _sentence in found] == ["failed", "passed"]
    assert "The post LATER-H does not exist on 2026-04-01." in found[0][1]


def test_where_a_post_has_something_leaves_out_where_it_is_prohibited(company: Company) -> None:
    """A limit narrows what, not where; a prohibition takes the place away."""
    barred = HEAD.replace("  MD:\n    authority:\n", "  MD:\n    authority:\n      P1: {cannot: \"crm.spend:approve\", "
                          "in: subtree(ACQ), title: T}\n")
    assert barred != HEAD
    (found,) = asked(company, drafted('list: "crm.spend:approve", as: MD, expect_units: [MKT, BRAND]', text=barred))
    assert found[0] == "passed", found


def test_the_list_of_everybody_is_asked_like_any_other(company: Company) -> None:
    """It belongs to no unit; what the units' lists say stays in force beside it."""
    text = """
list: "-"
version: 3
effective_from: "2026-04-01"
everybody: {authority: {E9: {can: "person.record:read", in: unit, power: read, title: T}}}
"""
    assert [state for state, _sentence in asked(company, drafted(
        f"as: MD, {ASK}, resource: {{unit: ACQ, amount: 90000.00 CNY}}, expect: allow, cite: A2",
        'as: ACQ-S, can: "person.record:read", resource: {unit: ACQ}, expect: allow, cite: E9',
        'as: ACQ-S, can: "person.record:read", resource: {unit: FIN}, expect: deny', text=text,
    ))] == ["passed"] * 3

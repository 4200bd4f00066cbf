"""``remit authority explain``: whole sentences, in both languages, as whoever runs personnel would read them aloud."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from core.access.decision import Decision
from core.authority import explaining
from core.authority.models import AuthorityEntry, PublishedList
from core.base.actor import Actor
from core.base.text import use_locale
from core.cli.root import remit
from core.kernel import state
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_asking import ASK, desk
from tests.core.authority.test_routing import APPROVED, company, hand, writing

__all__ = ["company", "desk"]

DAY = date(2026, 3, 10)

A1 = ("ACQ-H.A1 stands in the list of Unit CO, version 17, in force from 2025-01-01: “Approves spend”; Unit ACQ and "
      "below; up to ¥10,000 an item, ¥60,000 a month. It rests on 费用管理办法 §8.")  # fmt: skip
A1_ZH = ("ACQ-H.A1 载于CO部清单第 17 版（自 2025-01-01 起生效）：“审批投放”；ACQ部及下级；"
         "每项不超过 ¥10,000，每月累计不超过 ¥60,000。依据：费用管理办法 §8。")  # fmt: skip
A2 = ("MD.A2 stands in the list of Unit CO, version 17, in force from 2025-01-01: “Approves spend”; Unit MKT and "
      "below; up to ¥100,000.")  # fmt: skip
OTHER = ("Also looked at: EA-H.A6 (list version 17) is about other places or cases: “Approves spend”; Unit EAST and "
         "below; up to ¥50,000.")  # fmt: skip
OTHER_ZH = "另外核对：EA-H.A6（清单第 17 版）适用于其他范围或情形：“审批投放”；EAST部及下级；不超过 ¥50,000。"


@pytest.fixture
def told(desk: Company) -> Company:
    """The desk, with what an entry rests on."""
    with writing(desk) as session:
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A1").values(basis="费用管理办法 §8"))
    return desk


def run(desk: Company, lang: str, who: str, *words: str) -> tuple[int, list[str]]:
    """Exit code and lines."""
    words = ("--lang", lang, "authority", "explain", *words, "--as", who)
    found = CliRunner().invoke(remit, words, obj=desk.house)
    return found.exit_code, found.output.splitlines()


def test_allowed(told: Company) -> None:
    words = ("wang", *ASK, "--amount", "10000.00CNY")
    assert run(told, "en", *words) == (0, ["Allowed for wang as Post ACQ-H (ACQ-H): “Approve spend”.", A1])
    assert run(told, "zh_CN", *words) == (0, ["wang作为岗位ACQ-H（ACQ-H）有权“Approve spend”。", A1_ZH])


def test_refused_with_who_may_instead(told: Company) -> None:
    """The reason, where it stands and what it rests on, what else was looked at, and the next."""
    words = ("wang", *ASK, "--amount", "12000.00CNY", "--with", "category=ads")
    assert run(told, "en", *words) == (3, [
        "Refused for wang: ¥12,000.00 is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17).", A1, OTHER,
        "li may decide it, as Post MD (MD), under MD.A2, up to ¥100,000.",
    ])
    assert run(told, "zh_CN", *words) == (3, [
        "wang无权办理：¥12,000.00 超过 ACQ-H.A1 的额度 ¥10,000.00（清单第 17 版）。", A1_ZH, OTHER_ZH,
        "可由岗位MD（MD）li审批，依据 MD.A2，不超过 ¥100,000。",
    ])


def test_routed_past_everybody_who_may_not(told: Company) -> None:
    """What li asks for himself: neither he nor who stands in for him; who may ask about others sees the whole way."""
    words = ("zhao", APPROVED.key, "--unit", "BRAND", "--requester", "1", "--for", "1", "--amount", "20000.00CNY")
    assert run(told, "en", *words) == (3, [
        "Refused for li: Nobody decides his own request; “Approve spend” goes to the next position.",
        "zhao may decide it, as Post CEO (CEO), under CEO.A3, up to ¥1,000,000.",
        "Passed over, 1: Brand (BR-H): Nobody holds this post; it goes to the next one above.",
        "Passed over, 2: Post MD (MD), li: Nobody decides his own request; “Approve spend” goes to the next position.",
        "Passed over, 3: Post MD (MD), chen: This person would decide for somebody about a request of that one's own.",
    ])
    assert run(told, "zh_CN", *words) == (3, [
        "li无权办理：不得审批本人的申请，“Approve spend”交由上一级岗位。",
        "可由岗位CEO（CEO）zhao审批，依据 CEO.A3，不超过 ¥1,000,000。",
        "未能审批的岗位 1：品牌（BR-H）：该岗位空缺，转至上一级岗位。",
        "未能审批的岗位 2：岗位MD（MD）li：不得审批本人的申请，“Approve spend”交由上一级岗位。",
        "未能审批的岗位 3：岗位MD（MD）chen：此人若代为审批，即是替被代理人审批其本人的申请。",
    ])


def test_what_was_delegated_says_by_whom_and_how_far(told: Company) -> None:
    hand(told, "li", "wang", "A2", limit_minor=30_000_00, currency="CNY")
    narrowed = "By the delegation it is up to ¥30,000."
    near = "Also looked at: ¥30,000.00 is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17)."
    assert run(told, "en", "wang", *ASK, "--amount", "30000.00CNY") == (0, [
        "Allowed for wang, to whom li delegated it as Post MD (MD): “Approve spend”.", A2, narrowed, near, OTHER,
    ])
    code, lines = run(told, "en", "wang", *ASK, "--amount", "30000.01CNY")
    assert (code, lines[:3]) == (3, [
        "Refused for wang: ¥30,000.01 is more than ¥30,000.00, the limit of MD.A2 (list version 17).", A2, narrowed,
    ])


def test_about_others_in_their_words(told: Company) -> None:
    """Who acts for a post, who has nothing, and who has it for another place."""
    acts = run(told, "en", "zhao", *ASK, "--amount", "60000.00CNY", "--for", "4")
    assert acts == (0, ["Allowed for chen, who acts as Post MD (MD) for li: “Approve spend”.", A2])
    words = ("--amount", "5000.00CNY", "--for")
    assert run(told, "en", "zhao", *ASK, *words, "3")[1][0] == (
        "Refused for sun: No entry of the lists gives it to this person."
    )
    sales = run(told, "en", "zhao", APPROVED.key, "--unit", "SALES", *words, "2")
    assert sales[1][0] == "Refused for wang: It is on this person's list, but not for this one."
    assert sales[1][-1] == "zhao may decide it, as Post CEO (CEO), under CEO.A3, up to ¥1,000,000."


def test_that_several_must_agree_is_said(told: Company) -> None:
    """Of the entry that allows it, of the one it goes to, and to programs."""
    with writing(told) as session:
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A2").values(needs_second=2))
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A1").values(needs_second=3))
    three = A1.replace("a month. It", "a month; 3 people must agree. It")
    assert run(told, "en", "wang", *ASK, "--amount", "10000.00CNY")[1] == [
        "Allowed for wang as Post ACQ-H (ACQ-H): “Approve spend”.", three]
    assert run(told, "en", "wang", *ASK, "--amount", "12000.00CNY")[1] == [
        "Refused for wang: ¥12,000.00 is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17).", three, OTHER,
        "li may decide it, as Post MD (MD), under MD.A2, up to ¥100,000; 2 people must agree.",
    ]
    assert run(told, "zh_CN", "wang", *ASK, "--amount", "12000.00CNY")[1][-1] == (
        "可由岗位MD（MD）li审批，依据 MD.A2，不超过 ¥100,000；须 2 人同意。")
    found = json.loads("\n".join(run(told, "en", "wang", *ASK, "--amount", "10000.00CNY", "--json")[1]))
    assert found["citation"]["needs"] == 3


def test_whoever_is_asked_and_who_can_say_it_too(told: Company) -> None:
    """``can-i`` and ``who-can`` answer by the same decision."""
    with writing(told) as session:
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A2").values(needs_second=2))
    words = ["--lang", "en", "authority", "who-can", *ASK, "--amount", "60000.00CNY", "--as", "zhao"]
    lines = CliRunner().invoke(remit, words, obj=told.house).output.splitlines()
    assert any(line.startswith("Post MD (MD), li: Allowed by MD.A2") and line.endswith("; 2 people must agree")
               for line in lines), lines
    assert not any("CEO.A3" in line and "must agree" in line for line in lines)


def test_a_gap_is_said(told: Company) -> None:
    code, lines = run(told, "en", "wang", *ASK, "--amount", "2000000.00CNY")
    assert (code, lines[-1]) == (3, "Nobody may decide this. The lists leave a gap here.")


def test_only_who_may_ask_about_others_sees_others(told: Company) -> None:
    words = (*ASK, "--amount", "60000.00CNY")
    assert not any(line.startswith("Passed over") for line in run(told, "en", "wang", *words)[1])
    code, lines = run(told, "en", "wang", *words, "--for", "1")
    assert code == 3
    assert "“Ask what others may decide, and who decides what” is not on your authority list." in lines


def test_for_programs(told: Company) -> None:
    code, lines = run(told, "en", "zhao", *ASK, "--amount", "60000.00CNY", "--for", "2", "--json")
    found = json.loads("\n".join(lines))
    assert (code, found["allowed"], found["code"], found["next"]) == (3, False, "OVER_LIMIT", "MD")
    assert found["citation"]["basis"] == "费用管理办法 §8"
    assert [(one["entry"], one["code"]) for one in found["near_misses"]] == [("EA-H.A6", "OUT_OF_SCOPE")]
    assert [(one["post"], one["code"]) for one in found["path"]] == [("ACQ-H", "OVER_LIMIT"), ("MD", "ALLOW")]


@pytest.mark.parametrize(("words", "said"), [
    ((), "Name an action"), ((APPROVED.key, "--task", "1"), "Name an action"),
    (("--task", "1", "--unit", "ACQ"), "A task says itself"), (("--task", "1", "--for", "2"), "A task says itself"),
    (("--task", "99"), "There is no such task"), (("no.such:thing",), "There is no action no.such:thing."),
])  # fmt: skip
def test_a_question_that_cannot_be_put_says_why(desk: Company, words: tuple[str, ...], said: str) -> None:
    code, lines = run(desk, "en", "wang", *words)
    assert code in (1, 2)
    assert said in "\n".join(lines)


def test_what_keeps_somebody_else_apart_is_told_as_the_answer_to_him(told: Company) -> None:
    """The reason speaks to whoever is refused, so that it is quoted where another one asks."""
    answer = Decision(False, "SOD_OBJECT", "You took another step of it.", APPROVED.key)
    with use_locale("en"):
        assert str(explaining.told(answer, himself=True)) == "You took another step of it."
        assert str(explaining.told(answer)) == "The answer to this person is: You took another step of it."


def test_who_may_instead_without_a_limit(told: Company) -> None:
    with writing(told) as session:
        session.execute(update(AuthorityEntry).where(AuthorityEntry.code == "A2").values(
            limit_minor=None, currency=None))
    code, lines = run(told, "en", "wang", *ASK, "--amount", "12000.00CNY")
    assert (code, lines[-1]) == (3, "li may decide it, as Post MD (MD), under MD.A2.")


def test_the_first_account_may_without_a_post(told: Company) -> None:
    with writing(told) as session:
        session.add(AuthorityEntry(
            list_id=session.scalars(select(PublishedList.id)).first(), code="F1", account_id=7, power="read",
            action="authority.list:read", title={"en": "First", "zh_CN": "首个账号"}, scope="all",
        ))  # fmt: skip
        state.bump_epoch(session)
    nobody = Actor(kind="person", name="root", account_id=7, locale="en")
    with told.house.session(nobody) as session, use_locale("en"):
        action = told.house.registry.actions["authority.list:read"]
        found = explaining.explain(session, nobody, "root", action, None, None)
        assert found.decision.allowed
        assert str(found.verdict) == "Allowed for root: “Read the duty and authority lists”."


def test_an_entry_that_stands_in_no_list_is_not_cited(told: Company) -> None:
    with told.house.session(SYSTEM) as session:
        assert explaining.cite(session, "ACQ-H.A1", 17, DAY) is not None
        assert explaining.cite(session, "ACQ-H.A9", 17, DAY) is None
        assert explaining.cite(session, None, 17, DAY) is None

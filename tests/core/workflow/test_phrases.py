"""The phrases of a person: those that ship, and his own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.base.errors import DomainError, NotFound
from core.base.text import use_locale
from core.workflow import phrases
from tests.core.workflow.conftest import Office


def mine(office: Office, who: str = "wang") -> list[str]:
    found: list[str] = office.do(who, phrases.mine)
    return found


def test_those_that_ship_are_there_in_both_languages(office: Office) -> None:
    with use_locale("zh_CN"):
        assert mine(office)[:2] == ["同意。", "请补充附件。"]
        assert mine(office)[-1] == "不同意，理由如下："
    with use_locale("en"):
        assert mine(office)[0] == "I agree."
    assert office.do("wang", phrases.changed) is False


def test_the_first_change_makes_the_list_ones_own(office: Office) -> None:
    with use_locale("zh_CN"):
        office.do("wang", phrases.add, "  按  预算 执行 ")
    assert mine(office)[0] == "同意。", "kept in the language it was changed in"
    assert mine(office)[-1] == "按 预算 执行"
    assert mine(office, "li")[-1] != "按 预算 执行"
    office.do("wang", phrases.change, "按 预算 执行", "按预算执行")
    office.do("wang", phrases.move, "按预算执行", up=True)
    assert mine(office)[-2] == "按预算执行"
    for _step in range(9):
        office.do("wang", phrases.move, "按预算执行", up=True)
    assert mine(office)[0] == "按预算执行"
    office.do("wang", phrases.move, "按预算执行", up=False)
    assert mine(office)[:2] == ["同意。", "按预算执行"]
    for one in mine(office):
        office.do("wang", phrases.remove, one)
    assert mine(office) == []
    assert office.do("wang", phrases.changed) is True
    office.do("wang", phrases.restore)
    assert len(mine(office)) == len(phrases.SHIPPED)


@pytest.mark.parametrize(("text", "code"), [("  ", "phrase.empty"), ("x" * 101, "phrase.long"),
                                            ("I agree.", "phrase.twice")])  # fmt: skip
def test_what_cannot_be_kept_is_said(office: Office, text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        office.do("wang", phrases.add, text)
    assert (refused.value.code, refused.value.field) == (code, "text")
    assert office.do("wang", phrases.changed) is False


def test_so_many_and_no_more(office: Office) -> None:
    for number in range(phrases.MOST - len(phrases.SHIPPED)):
        office.do("wang", phrases.add, f"phrase {number}")
    with pytest.raises(DomainError, match="at most 20"):
        office.do("wang", phrases.add, "one more")


def test_what_is_gone_is_said(office: Office) -> None:
    acts: list[tuple[Any, tuple[str, ...], dict[str, bool]]] = [
        (phrases.change, ("x",), {}), (phrases.remove, (), {}), (phrases.move, (), {"up": True}),
    ]
    for act, more, named in acts:
        with pytest.raises(DomainError, match="not in your list any more"):
            office.do("wang", act, "never there", *more, **named)


def test_a_phrase_belongs_to_an_account(office: Office) -> None:
    actor = replace(office.company.actor("wang"), account_id=None)
    with office.company.house.session(actor, write=True) as session, pytest.raises(NotFound):
        phrases.add(session, actor, "x")

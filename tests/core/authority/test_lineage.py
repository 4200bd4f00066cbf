"""Rules about a line of records and about relatives: what a list may say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.authority import checks, wording
from core.authority.document import ListDraft, SeparationDraft, format_list, parse
from core.base.errors import InputErrors
from core.base.text import use_locale
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef
from tests.core.authority.worlds import THING

TEXT = """list: ACQ
version: 1
effective_from: "2026-01-01"
separation:
  S1: {same_lineage: ["t.x:ask", "t.x:pay"], risk: high}
  S2: {relation: ["t.x:pay"]}
"""
WHOLE = ActionDef("t.w:do", "Whole")  # type: ignore[arg-type]


def registry(**more: object) -> Registry:
    thing = replace(THING, **more)  # type: ignore[arg-type]
    actions = {f"t.x:{verb}": ActionDef(f"t.x:{verb}", verb.title(), resource="thing")  # type: ignore[arg-type]
               for verb in ("ask", "pay")}  # fmt: skip
    return Registry({}, {}, {**actions, WHOLE.key: WHOLE}, {"thing": thing})


def found(kind: str, *actions: str, **more: object) -> list[str]:
    draft = ListDraft("ACQ", 1, date(2026, 1, 1), separation=(SeparationDraft("S1", kind, actions),))
    with use_locale("en"):
        return [str(one.message) for one in checks.problems(registry(**more), draft)]


def test_both_are_written_as_the_others_are() -> None:
    assert format_list(parse(TEXT, source="x.yaml")) == TEXT


def test_a_line_needs_two_actions_and_relatives_one() -> None:
    with use_locale("en"), pytest.raises(InputErrors) as refused:
        parse(TEXT.replace('["t.x:ask", "t.x:pay"]', '["t.x:ask"]'), source="x.yaml")
    assert [str(one.message) for one in refused.value.problems] == ["Here are fewer actions than can be kept apart."]


def test_what_the_program_could_not_keep_to_is_refused() -> None:
    both = ("t.x:ask", "t.x:pay")
    assert found("same_lineage", *both) == []
    assert found("same_lineage", *both, parents=None) == ["Nothing tells what these objects came from."]
    assert found("same_lineage", *both, acts=None) == [
        "Nothing tells who did “Ask” on an object.", "Nothing tells who did “Pay” on an object.",
    ]
    assert found("relation", "t.x:pay") == []
    assert found("relation", "t.w:do") == ["“Whole” is about nobody in particular."]


def test_both_are_said_in_words() -> None:
    with use_locale("en"):
        assert str(wording.kept_apart("same_lineage", ["Ask", "Pay"], None)) == (
            "Nobody does two of these on the same object or on what it came from: “Ask”, “Pay”"
        )
        assert str(wording.kept_apart("relation", ["Pay"], None)) == (
            "Nobody does this for a relative, or for one in whom he has an interest: “Pay”"
        )

"""The canonical form of a list: reading undoes writing, writing twice changes nothing, and lines are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from core.authority.document import DutyDraft, EntryDraft, ListDraft, format_list, parse
from core.authority.document.source import comments
from core.base.errors import InputErrors
from core.db.types import Translation
from core.demo import story
from tests.core.authority import drafts
from tests.core.authority.company import LIST

T = Translation(zh_CN="事项", en="Matter")

#: Written by hand from the rules of the format: the order of words, defaults left out, long rows one word a line.
CANONICAL = """\
list: CO
version: 17
effective_from: "2025-01-01"
basis: 《费用管理办法》〔2026〕3号
unit:
  duties:
    U1: {text: 公司事务}
everybody:
  authority:
    E1: {can: "authority.list:read", title: {zh: 查看清单, en: Reads lists}, in: all, power: read}
positions:
  ACQ-H:
    duties:
      D1: {text: {zh: 投放策略, en: Strategy}, raci: A, matter: lead.ads}
    authority:
      A1:
        can: "crm.spend:approve"
        title: {zh: "审批投放, 每项", en: "Approves: spend"}
        in: subtree(ACQ)
        when: {amount: "> 100.00 CNY", category: "ads, event"}
        up_to: 10000.00 CNY
        cap: 60000.00 CNY/month
        duty: D1
        delegable: yes
        by_acting: no
      P1: {cannot: "crm.gift:approve", title: 不得审批礼品, in: unit}
    assessment:
      K1: {title: 线索数, metric: leads.count, at_least: 100, weight: 40, duty: D1}
      K2: {title: 转化率, metric: leads.conversion, at_most: 20.5%, per: quarter}
boundaries:
  B1: {matter: lead.handover, lead: MKT, support: [FIN, SALES], text: {zh: 线索移交, en: Leads are handed over}}
tests:
  - {as: ACQ-H, can: "crm.spend:approve", resource: {amount: 10000.01 CNY, unit: ACQ}, expect: deny, code: OVER_LIMIT}
  - {as: ACQ-H, can: "crm.spend:approve", resource: {unit: ACQ}, expect: allow, cite: ACQ-H.A1}
"""

#: The same list as somebody might write it.
FREE = """
version: "17"
list: "CO"
effective_from: 2025-01-01
tests: [{as: ACQ-H, expect: deny, code: OVER_LIMIT, can: crm.spend:approve, resource: {unit: ACQ, amount: 10000.01 CNY}
       }, {as: ACQ-H, expect: allow, cite: ACQ-H.A1, can: crm.spend:approve, resource: {unit: ACQ}}]
boundaries: {B1: {text: {en: Leads are handed over, zh: 线索移交}, support: [SALES, FIN, SALES], lead: MKT,
                  matter: lead.handover}}
everybody: {authority: {E1: {power: read, title: {en: Reads lists, zh: 查看清单}, in: all, can: "authority.list:read"}}}
basis: |
  《费用管理办法》〔2026〕3号
positions:
  ACQ-H:
    authority:
      P1: {cannot: crm.gift:approve, title: 不得审批礼品}
      A1: {title: {zh: "审批投放, 每项", en: 'Approves: spend'}, can: crm.spend:approve, by_acting: false,
           delegable: true, up_to: "10,000 CNY", cap: "¥60,000.0 CNY/month", in: subtree(ACQ), duty: D1,
           when: {category: "ads, event", amount: "> 100.00 CNY"}}
    duties: {D1: {matter: lead.ads, raci: A, text: {zh: 投放策略, en: Strategy}}}
    assessment:
      K1: {metric: leads.count, title: 线索数, at_least: 100.000, per: month, weight: 40, duty: D1}
      K2: {metric: leads.conversion, title: 转化率, at_most: 20.50%, per: quarter}
unit: {duties: {U1: {text: 公司事务, raci: R}}}
"""


def test_the_canonical_form_is_this_one() -> None:
    assert format_list(parse(FREE)) == CANONICAL
    assert format_list(parse(CANONICAL)) == CANONICAL


@settings(max_examples=150, deadline=None)
@given(drafts.lists())
def test_reading_undoes_writing(draft: ListDraft) -> None:
    text = format_list(draft)
    assert parse(text) == draft
    assert format_list(parse(text)) == text


@pytest.mark.parametrize("text", [LIST, *(path.read_text(encoding="utf-8") for path in story.lists())])
def test_real_lists_keep_what_they_say(text: str) -> None:
    draft = parse(text)
    written = format_list(draft)
    assert parse(written) == draft
    assert format_list(parse(written)) == written
    assert list(yaml.safe_load(written))[:3] == ["list", "version", "effective_from"], "any reader of YAML reads it"


def test_each_part_of_a_list_keeps_its_order_whatever_the_order_of_posts() -> None:
    """P comes before Q among duties, R before P among entries; a list that contradicts itself is written, too."""
    entries = tuple(EntryDraft("A", post, "a.b:c", T, "all") for post in ("R", "P"))
    draft = ListDraft("CO", 1, date(2026, 1, 1), tuple(DutyDraft("D", post, T) for post in ("P", "Q")), entries)
    assert parse(format_list(draft)) == draft
    crossed = ListDraft("CO", 1, date(2026, 1, 1), tuple(DutyDraft("D", post, T) for post in ("P", "R")), entries)
    once = format_list(crossed)
    assert format_list(parse(once)) == once
    assert set(parse(once).duties) == set(crossed.duties)


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        ("list: CO\nversion: 1\neffective_from: x\n", 3, "A date is written"),
        (CANONICAL.replace("10000.00 CNY\n", "1,0000 CNY\n"), 21, "is not an amount"),
        (CANONICAL.replace('"crm.spend:approve"\n', "approve\n"), 17, "An action is written"),
        (CANONICAL.replace("      K2: {title: 转化率, ", "      K2: {"), 29, "The text is missing."),
        (CANONICAL.replace("      K2:", "      K1:"), 29, "K1 stands twice"),
        (CANONICAL.replace("U1: {", "U1: {mater: x, "), 7, "This key is not known here."),
        (CANONICAL.replace("U1: {text: 公司事务}", "U1: {text: *a}"), 7, "no anchors"),
        (CANONICAL.replace("U1: {text: 公司事务}", "U1: &a {text: 公司事务}"), 7, "no anchors"),
        (CANONICAL.replace("公司事务", "!!int 5"), 7, "no tags"),
        (CANONICAL.replace("公司事务", '"a\\0b"'), 7, "control character"),
        (CANONICAL.replace("公司事务", '"\\ud800"'), 7, "control character"),
        (CANONICAL.replace("[FIN, SALES]", '["FIN;SALES"]'), 31, "no code of a unit"),
        (CANONICAL.replace("category:", "a b:"), 20, "no name of an attribute"),
        (CANONICAL.replace("at_most: 20.5%", "at_most: 20.5%, at_least: 1"), 29, "not both"),
        (CANONICAL.replace("  ACQ-H:", "  everybody:"), 12, "No position is called everybody"),
        (CANONICAL.replace("expect: deny", "expect: maybe"), 33, "expect is one of allow, deny"),
        (CANONICAL.replace("expect: deny", "expect: allow"), 33, "code with expect: deny"),
        (CANONICAL.replace('as: ACQ-H, can: "crm.spend:approve", resource: {unit', 'route: x, resource: {unit'), 34,
         "This key is not known here."),
        ("list: " + "[" * 3000 + "]" * 3000, None, "nested too deeply"),
        (CANONICAL[:CANONICAL.index("tests:")] + "tests: {a: b}\n", 32, "Here stand expectations, one below the other"),
        (CANONICAL.replace("amount: 10000.01", "the amount: 10000.01"), 33, "the amount is no name of an attribute."),
        (CANONICAL.replace("power: read", "break_glass: 4h"), 10, "Only a post opens authority for emergencies"),
        ("list: \x01", None, "special characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, row: int | None, message: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse(text)
    found = {(problem.row, str(problem.message)) for problem in refused.value.problems}
    assert [line for line, words in found if message in words] == [row], found


def test_comments_are_found_where_they_are_no_text() -> None:
    text = '# head\nlist: CO # the company\nversion: 1\nbasis: "a # b"\nunit: # own\n  duties: {D1: {text: a#b}}\n'
    assert comments(text) == [(1, "# head"), (2, "# the company"), (5, "# own")]
    assert comments(Path(story.lists()[0]).read_text(encoding="utf-8")) == []

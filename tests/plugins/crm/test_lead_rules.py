"""Tables of rules: overlaps refused, gaps told, tags with their reason, and what properties hold of any table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access.decision import Denied
from core.base.errors import DomainError
from core.base.text import use_locale
from plugins.crm.models import LeadEvent, LeadTag, RuleVersion
from plugins.crm.services import facts
from plugins.crm.services.arriving.tagging import tag, tags_of
from plugins.crm.services.facts import Vocabulary
from plugins.crm.services.rules import content, simulating, tables
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm import leads_scene as scenes
from tests.plugins.crm.leads_scene import Scene

WORDS = Vocabulary(
    {"industry": ("unknown", "internet", "making", "schools"), "region": ("unknown",), "product": ("unknown",),
     "channel": ("unknown", "wechat"), "channel_kind": ("unknown", "ads"), "level": facts.LEVELS},
    {1: ("wechat", "ads")}, {},
)  # fmt: skip


@pytest.fixture
def scene(company: Company) -> Scene:
    with company.house.session(SYSTEM, write=True) as session:
        return scenes.build(company, session)


def of_sizes(*cells: str) -> dict[str, Any]:
    rows = [{"when": {"staff": one}, "then": {"tag": one}} for one in cells]
    return content.checked(WORDS, "tag", ["staff"], rows)


def test_the_sizes_of_the_story_overlap_at_both_ends_and_leave_out_the_smallest() -> None:
    with use_locale("en"):
        wrong, open_ = content.review(WORDS, of_sizes("10-50", "50-200", "200+"))
        assert [str(one) for one in wrong] == [
            "Rows 1 and 2 both take: Employees 50.", "Rows 2 and 3 both take: Employees 200.",
        ]  # fmt: skip
        assert [str(one) for one in open_] == ["No row takes: Employees 1–9."]
        assert content.review(WORDS, of_sizes(*scenes.SIZES)) == ([], [])


def test_the_same_in_chinese() -> None:
    with use_locale("zh_CN"):
        wrong, open_ = content.review(WORDS, of_sizes("10-50", "50-200", "200+"))
        assert [str(one) for one in wrong + open_] == [
            "第 1 行与第 2 行都适用于：人数 50。", "第 2 行与第 3 行都适用于：人数 200。",
            "没有行适用于：人数 1–9。",
        ]  # fmt: skip


def test_a_case_of_two_columns_is_told_whole() -> None:
    rows = [
        {"when": {"industry": "internet", "staff": "200+"}, "then": {"tag": "a"}},
        {"when": {"industry": "making, schools"}, "then": {"tag": "b"}},
    ]
    with use_locale("en"):
        wrong, open_ = content.review(WORDS, content.checked(WORDS, "tag", ["industry", "staff"], rows))
        assert (wrong, [str(one) for one in open_]) == ([], ["No row takes: Industry internet, Employees 1–199."])


@pytest.mark.parametrize(("rows", "words", "field"), [
    ([{"when": {"staff": "ten"}, "then": {"tag": "a"}}], "ten is not an interval", "rows.0.staff"),
    ([{"when": {"industry": "mining"}, "then": {"tag": "a"}}], "mining is not one of", "rows.0.industry"),
    ([{"when": {}, "then": {"tag": " "}}], "Write the tag", "rows.0.tag"),
    ([], "at least one row", "rows"),
])  # fmt: skip
def test_a_cell_that_cannot_be_read_is_told(rows: list[Any], words: str, field: str) -> None:
    with use_locale("en"), pytest.raises(DomainError) as wrong:
        content.checked(WORDS, "tag", ["industry", "staff"], rows)
    assert (words in str(wrong.value.message), wrong.value.field) == (True, field)


def test_rows_that_overlap_are_not_put_in_force(scene: Scene) -> None:
    wang = scene.company.actor("wang")
    with scene.company.house.session(wang, write=True) as session:
        table = scenes.sizes(scene, session)
        tables.save_draft(session, wang, table, {"columns": ["staff"], "reason": "simpler", "rows": [
            {"when": {"staff": one}, "then": {"tag": one}} for one in ("10-50", "50-200", "200+")]})  # fmt: skip
        with pytest.raises(DomainError, match="Rows 1 and 2 both take: Employees 50"):
            tables.publish(session, wang, table)
        assert [one.state for one in tables.versions(session, table)] == ["draft", "in_force"]


def test_only_the_head_of_acquisition_changes_them_and_says_why(scene: Scene) -> None:
    wang, hu = scene.company.actor("wang"), scene.company.actor("hu")
    rows = [{"when": {}, "then": {"tag": "all"}}]
    with scene.company.house.session(wang, write=True) as session:
        table = scenes.sizes(scene, session)
        with pytest.raises(Denied):
            tables.save_draft(session, hu, table, {"columns": ["staff"], "rows": rows})
        tables.save_draft(session, wang, table, {"columns": ["staff"], "rows": rows})
        with pytest.raises(DomainError, match="Say why the rules change"):
            tables.publish(session, wang, table)
        tables.save_draft(session, wang, table, {"columns": ["staff"], "rows": rows, "reason": "one group"})
        made = tables.publish(session, wang, table)
        assert (made.version, made.state, made.published_by_person_id) == (2, "in_force", scene.person("wang"))
        assert [one.state for one in tables.versions(session, table)] == ["in_force", "replaced"]


def test_each_tag_keeps_the_row_that_gave_it(scene: Scene) -> None:
    with scene.company.house.session(scene.company.actor("wang"), write=True) as session:
        table = scenes.sizes(scene, session)
        leads = [scene.lead(session, staff=one) for one in (9, 10, 49, 50, 199, 200, None)]
        tag(session, leads)
        found = tags_of(session, leads)
        assert [[(one.tag, one.row) for one in found[lead.id]] for lead in leads] == [
            [("1-9", 1)], [("10-49", 2)], [("10-49", 2)], [("50-199", 3)], [("50-199", 3)], [("200+", 4)], [],
        ]  # fmt: skip
        assert str(found[leads[5].id][0].why) == "Row 4 of version 1: Employees 200+"
        leads[0].staff = 60
        tag(session, leads)
        assert [one.tag for one in tags_of(session, leads)[leads[0].id]] == ["50-199"]
        told = session.scalars(
            select(LeadEvent).where(LeadEvent.lead_id == leads[0].id, LeadEvent.kind == "tagged").order_by(LeadEvent.id)
        )
        assert [row.data["tags"] for row in told] == [{"size": "1-9"}, {"size": "50-199"}]
        leads[0].staff = None
        tag(session, leads)
        kept = session.scalars(select(LeadTag).where(LeadTag.lead_id == leads[0].id, LeadTag.table_id == table.id))
        assert list(kept) == []


def test_many_leads_take_no_more_statements(scene: Scene) -> None:
    with scene.company.house.session(scene.company.actor("wang"), write=True) as session:
        scenes.sizes(scene, session)
        counts = []
        for many in (2, 3, 40):
            leads = [scene.lead(session, staff=one + 1) for one in range(many)]
            with counting(scene.company.house.database) as statements:
                tag(session, leads)
            counts.append(len(statements))
        assert counts[1] == counts[2]


def test_a_version_that_was_published_stays(scene: Scene) -> None:
    """A draft of a later version is another row; the words of the one in force do not change under its leads."""
    wang = scene.company.actor("wang")
    with scene.company.house.session(wang, write=True) as session:
        table = scenes.sizes(scene, session)
        lead = scene.lead(session, staff=5)
        tag(session, [lead])
        tables.save_draft(session, wang, table, {"columns": ["staff"], "rows": [{"then": {"tag": "x"}}]})
        assert [one.tag for one in tags_of(session, [lead])[lead.id]] == ["1-9"]
        tables.discard(session, wang, table)
        states = session.scalars(select(RuleVersion.state).where(RuleVersion.table_id == table.id))
        assert list(states) == ["in_force"]


def test_a_draft_is_tried_on_the_leads_of_a_month(scene: Scene) -> None:
    """Four leads of this month and one older; 50 is the second row of the draft no more, 9 is left out."""
    wang = scene.company.actor("wang")
    with scene.company.house.session(SYSTEM, write=True) as session:
        for staff in (9, 30, 50, 300):
            scene.lead(session, staff=staff)
        scene.lead(session, staff=30, captured_at=scenes.NOW - timedelta(days=31))
    with scene.company.house.session(wang, write=True) as session:
        table = scenes.sizes(scene, session)
        draft = {"columns": ["staff"], "rows": [{"when": {"staff": one}, "then": {"tag": one}}
                                                for one in ("10-50", "51-199", "200+")]}  # fmt: skip
        words, standing = facts.vocabulary(session), tables.versions(session, table)[0]
        found = simulating.simulate(session, wang, words, table, draft, standing)
    assert (found.tried, found.changed, found.by_row) == (4, 3, (2, 0, 1))
    assert {(one.key, one.before, one.after) for one in found.lines} == {
        ("1-9", 1, 0), ("10-49", 1, 0), ("10-50", 0, 2), ("200+", 1, 1), ("50-199", 1, 0), (None, 0, 1),
    }  # fmt: skip


cuts = st.lists(st.integers(2, 400), min_size=1, max_size=5, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(cuts, st.lists(st.integers(1, 500), min_size=1, max_size=30))
def test_rows_side_by_side_neither_overlap_nor_leave_anything_out(ends: list[int], sizes: list[int]) -> None:
    edges = [1, *ends]
    cells = [f"[{low}, {high})" for low, high in zip(edges, edges[1:], strict=False)] + [f"{edges[-1]}+"]
    data = of_sizes(*cells)
    assert content.review(WORDS, data) == ([], [])
    slow = [max(place for place, low in enumerate(edges) if low <= one) for one in sizes]
    got = content.compiled(WORDS, data).run({"staff": np.array(sizes)}, size=len(sizes)).fired.tolist()
    assert got == slow


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)), min_size=1, max_size=5))
def test_the_review_tells_what_a_slow_count_finds(spans: list[tuple[int, int]]) -> None:
    """Row by row and size by size: an overlap is told where two rows hold one size, a gap where none does."""
    rows = [(low, low + more) for low, more in spans]
    with use_locale("en"):
        wrong, open_ = content.review(WORDS, of_sizes(*(f"{low}-{high}" for low, high in rows)))
    double = any(sum(low <= one <= high for low, high in rows) > 1 for one in range(1, 100))
    assert bool(wrong) == double
    missing = [one for one in range(1, 100) if not any(low <= one <= high for low, high in rows)]
    told = [str(one) for one in open_ if "No row takes" in str(one)]
    starts = [one for one in missing if one - 1 not in missing]
    assert len(told) == len(starts)  # the last one is open upwards

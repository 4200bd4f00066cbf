"""C15 for approved staffing plans: what is set up and held beyond a quota, counted by hand."""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.authority.coverage import staffing, structure
from core.authority.coverage.report import analyse
from core.authority.coverage.world import World
from core.base.text import use_locale
from core.org.quotas import Quota
from tests.core.authority.coverage.firm import Firm, said, words

BASIS = "市编〔2024〕18号"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with use_locale("en"):
        yield


def centre() -> Firm:
    """ORG with NEWS and TECH below: a director, two heads of sections, ten journalists, a driver, two outside."""
    firm = Firm()
    for unit, parent in (("ORG", None), ("NEWS", "ORG"), ("TECH", "ORG")):
        firm.unit(unit, parent)
    firm.post("DIR", "ORG", grade="管理五级")
    firm.post("N-HEAD", "NEWS", grade="管理七级")
    firm.post("T-HEAD", "TECH", grade="管理七级")
    firm.post("N-SEN", "NEWS", seats=2, grade="专技七级")
    firm.post("N-JUN", "NEWS", seats=8, grade="专技十二级")
    firm.post("DRIVER", "ORG", grade="普通工")
    firm.post("HELP", "NEWS", seats=2)
    for number, post in enumerate(["DIR", "N-HEAD", "N-SEN", "N-SEN", *["N-JUN"] * 8, "HELP", "HELP"]):
        firm.hold(f"p{number}", post)
    return firm


def world(*quotas: Quota, firm: Firm | None = None) -> World:
    return replace((firm or centre()).world(), quotas=quotas)


def quota(
    unit: int, category: str, first: int = 0, last: int = 0, most: int | None = None, share: tuple[int, int] | None = None,
    *, binding: bool = False,
) -> Quota:
    num, den = share or (None, None)
    return Quota(unit * 100 + first, unit, category, first, last, most, num, den, binding, BASIS)


def test_a_plan_that_is_kept_to_is_no_finding() -> None:
    """14 posts of the plan, 12 held; 3 managers, 10 professionals, a tenth of ten of the seventh grade is one, but two
    are approved by number; 2 outside.
    """
    kept = world(
        quota(1, "all", most=14), quota(1, "management", most=3), quota(1, "management", 5, 6, 1),
        quota(1, "professional", most=10), quota(1, "professional", 7, 7, 2), quota(1, "skilled", 6, 6, 1),
        quota(1, "outside", most=2), quota(2, "all", most=11),
    )  # fmt: skip
    assert said(staffing.beyond(kept)) == []


def test_posts_beyond_a_quota_are_told_with_quota_and_basis() -> None:
    found = list(staffing.beyond(world(quota(2, "professional", 5, 7, 1))))
    assert said(found) == [("C15", "medium", ("quota", "NEWS", "professional", "5", "7", "people")),
                           ("C15", "medium", ("quota", "NEWS", "professional", "5", "7", "posts"))]
    assert words(found) == [
        "The staffing plan of NEWS (NEWS) approves 1 of “Professional and technical posts, grades 5 to 7” "
        "(市编〔2024〕18号); 2 people hold one.",
        "The staffing plan of NEWS (NEWS) approves 1 of “Professional and technical posts, grades 5 to 7” "
        "(市编〔2024〕18号); 2 are set up: N-SEN (N-SEN) 2.",
    ]
    with use_locale("zh_CN"):
        assert words(found)[1] == (
            "NEWS（NEWS）的编制方案核定“专业技术岗位五级至七级”1 个（市编〔2024〕18号），已设 2 个：N-SEN（N-SEN）2 个。"
        )
    assert {one.unit.code for one in found if one.unit} == {"NEWS"}
    assert found[0].units == frozenset({2})


def test_posts_nobody_holds_yet_are_told_and_people_are_not() -> None:
    """The third manager's post is vacant; of the unit TECH nothing is approved and nobody is there."""
    found = staffing.beyond(world(quota(1, "management", most=2), quota(3, "all", most=0)))
    assert said(found) == [("C15", "medium", ("quota", "ORG", "management", "0", "0", "posts")),
                           ("C15", "medium", ("quota", "TECH", "all", "0", "0", "posts"))]


def test_people_beyond_what_binds_are_serious() -> None:
    (posts, people) = sorted(staffing.beyond(world(quota(1, "outside", most=1, binding=True))),
                             key=lambda one: one.severity, reverse=True)
    assert (posts.severity, people.severity) == ("medium", "high")
    assert "“Posts outside the plan” (市编〔2024〕18号); 2 people hold one." in str(people.message)


def test_a_person_counts_once_and_who_acts_or_is_lent_not_at_all() -> None:
    firm = centre()
    firm.hold("p0", "T-HEAD")
    firm.hold("p2", "T-HEAD", "acting")
    firm.hold("p3", "T-HEAD", "secondment")
    firm.hold("p4", "T-HEAD", "concurrent")
    assert said(staffing.beyond(world(quota(1, "management", most=3), quota(1, "all", most=14), firm=firm))) == []
    firm.hold("new", "T-HEAD")
    (found,) = staffing.beyond(world(quota(1, "all", most=14), quota(1, "management", 7, 7, 2), firm=firm))
    assert found.subject[-1] == "people"
    assert "3 people hold one" in str(found.message)


@pytest.mark.parametrize(("quotas", "told"), [
    # A tenth of the ten professional posts there are is one; of thirty that are approved it is three.
    ([quota(1, "professional", 1, 7, share=(1, 10))], "approves 1 of “Professional and technical posts, grades 1 to "
     "7” (1:10 of 10, 市编〔2024〕18号)"),
    ([quota(1, "professional", most=30), quota(1, "professional", 1, 7, share=(1, 10))], None),
    # The approved number of another unit is none of this one; the lesser of number and share holds.
    ([quota(2, "professional", most=30), quota(1, "professional", 1, 7, share=(1, 10))], "(1:10 of 10,"),
    ([quota(1, "professional", 1, 7, 1, (1, 2))], "approves 1 of"),
    # A fifteenth of ten is a part of a post, and counts as one.
    ([quota(1, "professional", 1, 7, share=(1, 15))], "approves 1 of"),
])  # fmt: skip
def test_shares(quotas: list[Quota], told: str | None) -> None:
    found = [one for one in staffing.beyond(world(*quotas)) if one.subject[-1] == "posts"]
    assert len(found) == (told is not None)
    assert told is None or told in str(found[0].message)


def test_the_approved_plan_leads_over_the_national_ratios() -> None:
    """Two of the seventh grade of ten are more than the national tenth; a plan that speaks of grades says what holds,
    one that counts all professionals together does not.
    """
    assert [one.subject[2] for one in structure.of_grades(world())] == ["band-senior"]
    assert [one.subject[2] for one in structure.of_grades(world(quota(1, "professional", most=10)))] == ["band-senior"]
    assert said(structure.of_grades(world(quota(1, "professional", 7, 7, 2)))) == []
    assert said(structure.of_grades(world(quota(2, "professional", 7, 7, 2)))) == []
    assert [one.subject[2] for one in structure.of_grades(world(quota(3, "professional", 7, 7, 2)))] == ["band-senior"]


def test_the_report_has_them() -> None:
    """The family is part of the report, and a plan of a unit that is gone says nothing."""
    found = analyse(world(quota(1, "all", most=1), quota(99, "all", most=0)))
    assert [one.subject for one in found if one.subject[0] == "quota"] == [
        ("quota", "ORG", "all", "0", "0", "posts"), ("quota", "ORG", "all", "0", "0", "people"),
    ]

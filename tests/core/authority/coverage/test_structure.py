"""C15 for public institutions: the ratios of professional posts, worked by hand from 1:3:6 and those within a band."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.authority.coverage import structure
from tests.core.authority.coverage.firm import Firm, said, words


def institution(seats: Mapping[str, int]) -> Firm:
    firm = Firm()
    firm.unit("ORG")
    firm.unit("BIZ", "ORG")
    for number, (grade, count) in enumerate(seats.items()):
        firm.post(f"P{number}", "BIZ", seats=count, grade=grade)
    return firm


def test_twenty_posts_within_the_ratios_are_no_finding() -> None:
    """2 senior of 20 are a tenth, 8 senior and middle are four tenths, 6 of 12 junior posts are the half."""
    firm = institution({"专技七级": 2, "专技八级": 1, "专技九级": 3, "专技十级": 2, "专技十一级": 6, "专技十二级": 6})
    assert said(structure.of_grades(firm.world())) == []


def test_too_many_senior_posts_are_told_with_ratio_source_and_date() -> None:
    """Of 20 professional posts a tenth, 2, may be senior; there are 3. Of 9 senior and middle posts 8 are allowed."""
    firm = institution({"专技七级": 3, "专技十级": 6, "专技十二级": 11, "管理七级": 40})
    found = list(structure.of_grades(firm.world()))
    assert said(found) == [("C15", "medium", ("structure", "ORG", "band-middle")),
                           ("C15", "medium", ("structure", "ORG", "band-senior"))]
    told = next(one for one in words(found) if "Senior;" in one)
    assert told.startswith("Of 20 professional posts 3 are of Senior; the ratio 1:3:6 allows 2 (《事业单位岗位设置管理")
    assert "2006-08-31" in told


@pytest.mark.parametrize(("seats", "keys"), [
    # 10 posts of 5 to 7 at 2:4:4 are 2, 6 and 10 from the top, and 90 below keep the bands.
    ({"专技五级": 2, "专技六级": 4, "专技七级": 4, "专技十二级": 90}, []),
    ({"专技五级": 3, "专技六级": 3, "专技七级": 4, "专技十二级": 90}, ["grade-5"]),
    ({"专技五级": 1, "专技六级": 6, "专技七级": 3, "专技十二级": 90}, ["grade-6"]),
    # One post of a grade is always allowed: a part of a post is a whole one.
    ({"专技七级": 1, "专技十二级": 2}, []),
    # 7 of 13 junior posts are the half.
    ({"专技十一级": 7, "专技十二级": 6}, []),
    ({"专技十一级": 8, "专技十二级": 5}, ["grade-11"]),
])  # fmt: skip
def test_ratios_within_a_band(seats: dict[str, int], keys: list[str]) -> None:
    assert [one.subject[2] for one in structure.of_grades(institution(seats).world())] == keys


def test_a_grade_there_is_not_is_told_and_that_of_a_company_is_not_asked_about() -> None:
    firm = institution({"管理十二级": 1, "P7": 1, "普通工": 3})
    firm.post("FREE", "BIZ")
    assert said(structure.of_grades(firm.world())) == [("C15", "low", ("grade", "P0"))]


def test_each_company_is_counted_by_itself() -> None:
    firm = institution({"专技七级": 1, "专技十二级": 9})
    firm.unit("OTHER", None, 2)
    firm.post("Q", "OTHER", seats=1, grade="专技七级")
    firm.post("R", "OTHER", seats=9, grade="专技十二级")
    assert said(structure.of_grades(firm.world())) == []


@pytest.mark.parametrize(("total", "parts", "first", "expected"), [
    (20, (1, 3, 6), 1, 2), (20, (1, 3, 6), 2, 8), (21, (1, 3, 6), 1, 3), (0, (5, 5), 1, 0), (13, (5, 5), 1, 7),
])  # fmt: skip
def test_most(total: int, parts: tuple[int, ...], first: int, expected: int) -> None:
    assert structure.most(total, parts, first) == expected

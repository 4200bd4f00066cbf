"""A scheme for one person, drafted on its page by the number he is known by."""

from __future__ import annotations

import re

from tests.journeys.test_spending import Visit
from tests.visitor import words

NEW = "/performance/schemes/new"
TOLD = {
    "code": "OWN", "title.zh_CN": "个人方案", "title.en": "Own scheme", "valid_from": "2026-12-01", "unit_id": "",
    "position_id": "", "items": "attended 100%",
}  # fmt: skip


def test_it_is_for_whom_the_number_names(visit: Visit) -> None:
    wang = visit("wangfang")
    wang.get(NEW)
    answer = wang.post(NEW, **TOLD, number="LK020")
    assert answer.status_code == 200, words(answer)[-600:]
    assert "刘洋" in words(answer)
    edit = re.search(r'href="(/performance/schemes/\d+/edit)"', answer.text)
    assert edit is not None
    assert 'value="LK020"' in wang.get(edit[1]).text


def test_a_number_of_nobody_is_refused_beside_its_field(visit: Visit) -> None:
    wang = visit("wangfang")
    wang.get(NEW)
    answer = wang.post(NEW, **TOLD, number="LK999")
    assert answer.status_code == 422
    assert "LK999" in words(answer)
    unit = re.search(r'<option value="(\d+)"', wang.get(NEW).text)
    assert unit is not None
    both = wang.post(NEW, **{**TOLD, "unit_id": unit[1]}, number="LK020")
    assert both.status_code == 422

"""The pages and the interface for programs, from the demo's figures: what each sees, enters, signs and makes final."""

from __future__ import annotations

from datetime import date

import pytest

from performance.models import Score
from performance.rules.scoring import WHOLE
from performance.services import boards, health, scores, writing
from performance.services.figures import by_code, share, versions_on
from performance.services.spans import span_of, title_of
from remit.base import DomainError, Month
from tests.performance.conftest import MARCH, Office, percent


def test_what_people_write_is_read_and_written_back(office: Office) -> None:
    office.kpi("leads", target=100)
    office.kpi("conv", unit="rate")
    office.kpi("sales", unit="money")
    with office.company.house.session(office.zhao) as session:
        known = writing.Known(session, date(2026, 3, 1))
        told = writing.items("leads 30% 120\nconv 70% 20% @SALES\n", known)
        assert [(one["weight"], one["target"], one["of_unit_id"]) for one in told] == [
            (300_000, 120, None), (700_000, 200_000, office.unit("SALES")),
        ]  # fmt: skip
        named = writing.measures("conv = conv @SALES 20%\nsales = sales @SALES 1,500,000", known)
        assert named[1]["target"] == 150_000_000
        gates = writing.gates("conv >= 80%\nsales > 2,000,000\nconv < 16% absolute", named, known)
        assert [(one["measure"], one["threshold"], one["inclusive"], one["at_most"]) for one in gates] == [
            ("attainment", 800_000, True, False), ("absolute", 200_000_000, False, False),
            ("absolute", 160_000, False, True),
        ]  # fmt: skip
        assert [one["per"] for one in writing.parties("MKT: 0.4\nSALES by time: 0.6", known)] == ["head", "time"]
        for text in ("leads", "nothing 30%", "leads x%", "leads 30% 1.5", "leads 30% 5 @NOWHERE"):
            with pytest.raises(DomainError):
                writing.items(text, known)
        for text in ("other > 5", "sales ~ 5", "sales > x"):
            with pytest.raises(DomainError):
                writing.gates(text, named, known)
        for wrong in ("MKT 0.4", ": 0.4"):
            with pytest.raises(DomainError):
                writing.parties(wrong, known)
        with pytest.raises(DomainError):
            writing.measures("sales", known)


def test_a_board_tells_course_projection_and_who_needs_help(office: Office) -> None:
    """Half of what passes for the reader of a department: conversion is missed, wins lie lower than acceptance."""
    leads = office.kpi("leads", target=100)
    conversion = office.kpi("conversion", unit="rate", target=200_000)
    acceptance = office.kpi("acceptance", unit="rate", target=800_000)
    wins = office.kpi("wins", unit="rate", target=250_000)
    office.scheme("MKT", percent((leads, 60), (conversion, 40)), unit_id=office.unit("MKT"))
    office.scheme("ACQ", percent((acceptance, 100)), unit_id=office.unit("ACQ"))
    office.scheme("EAST", percent((wins, 100)), unit_id=office.unit("EAST"))
    with office.company.house.session(office.zhao, write=True) as session:
        kpi = by_code(session)["conversion"]
        owners = ((office.unit("ACQ"), 500_000, acceptance), (office.unit("EAST"), 490_000, wins))
        with pytest.raises(DomainError, match="add up to 99 %"):
            share(session, office.zhao, kpi, owners)
        share(session, office.zhao, kpi, ((owners[0]), (office.unit("EAST"), 500_000, wins)))
    for day in (date(2026, 2, 1), MARCH.start):
        office.value(leads, 66, unit="MKT", day=day)
        office.value(conversion, 150_000, unit="MKT", day=day)
        office.value(acceptance, 760_000, unit="ACQ", day=day)
        office.value(wins, 200_000, unit="EAST", day=day)
        with office.company.house.session(office.zhao, write=True) as session:
            scores.compute(session, office.zhao, span_of("month", day))
    li = office.company.actor("li")
    with office.company.house.session(li) as session:
        found = boards.board(session, li, "team", Month(2026, 3))
        assert [row.title for row in found.units] == ["Unit MKT", "Unit ACQ"]
        marketing = found.units[0]
        # 66 x 60 % + 75 x 40 % = 69.60, as in February; 66 in 22 of 31 days is heading for 93.
        assert (marketing.score.points, marketing.course) == (6960, [6960, 6960])
        assert marketing.change is None
        assert [one.projected for one in marketing.figures] == ["93", ""]
        assert [str(one.text) for one in found.diagnosis] == [
            "conversion is at 75 % of its target. wins lies lowest, at 80 %: Unit EAST needs help."
        ]
        assert boards.board(session, li, "team", Month(2026, 2)).units[0].change is None
        assert boards.board(session, li, "mine", Month(2026, 3)).people == []
    sun = office.company.actor("sun")
    with office.company.house.session(sun) as session:
        assert boards.board(session, sun, "company", Month(2026, 3)).units == []


def test_a_figure_that_everybody_always_meets_measures_nothing(office: Office) -> None:
    always = office.kpi("always", target=10)
    live = office.kpi("live", grain="unit", formula="sample_readings", target=1_000)
    office.scheme("MKT", percent((always, 50), (live, 50)), unit_id=office.unit("MKT"))
    for month in (1, 2, 3):
        day = date(2026, month, 1)
        office.value(always, 12, unit="MKT", day=day)
        with office.company.house.session(office.zhao, write=True) as session:
            scores.compute(session, office.zhao, span_of("month", day))
    with office.company.house.session(office.zhao) as session:
        told = health.health(session, versions_on(session, date(2026, 3, 1)), date(2026, 1, 1))
        assert [str(text) for text, _kind in told[always].findings] == [
            "No live source", "Always met", "Without spread",
        ]  # fmt: skip
        assert [str(text) for text, _kind in told[live].findings] == ["Never met"]


@pytest.mark.parametrize(
    ("kind", "day", "title"),
    [("month", date(2026, 3, 7), "March 2026"), ("quarter", date(2026, 3, 7), "Quarter 1 of 2026"),
     ("year", date(2026, 3, 7), "Year 2026")],
)  # fmt: skip
def test_spans(kind: str, day: date, title: str) -> None:
    span = span_of(kind, day)
    assert day in span
    assert str(title_of(span)) == title


def test_points_of_a_whole_score() -> None:
    assert scores.is_complete(Score(scored=WHOLE))

"""Overtime by kind of day, what of it counts, and distances on Earth: numbers worked by hand or measured by others."""

from __future__ import annotations

from itertools import product

import pytest

from attendance.rules.asking import AskingRules
from attendance.rules.overtime import Approved, in_lieu, recognise, split
from attendance.rules.places import Circle, Spot, distance, nearest, spot_of

#: 1 October 2026 in Shanghai, a statutory holiday, in minutes since 1970 UTC: 2026-09-30T16:00Z is 1790784000 seconds.
HOLIDAY = (1_790_784_000 // 60, 1_790_784_000 // 60 + 1440)


def test_the_evening_before_a_holiday_is_parted_at_midnight() -> None:
    """From 20:00 to 02:00: four hours of a workday and two of National Day."""
    midnight = HOLIDAY[0]
    assert split(midnight - 240, midnight + 120, [HOLIDAY], scheduled=True) == (240, 0, 120)
    assert split(midnight - 240, midnight + 120, [HOLIDAY], scheduled=False) == (0, 240, 120)
    assert split(midnight - 240, midnight, [HOLIDAY], scheduled=True) == (240, 0, 0)
    assert split(midnight, midnight + 1440 + 60, [HOLIDAY], scheduled=False) == (0, 60, 1440)


@pytest.mark.parametrize(
    ("approved", "actual", "counted", "paid", "parts"),
    [
        # Three hours approved, two worked; three approved, four worked.
        ([((180, 0, 0), False)], (120, 0, 0), "less", (120, 0, 0), (120,)),
        ([((180, 0, 0), False)], (240, 0, 0), "less", (180, 0, 0), (180,)),
        ([((180, 0, 0), False)], (240, 0, 0), "approved", (180, 0, 0), (180,)),
        ([((180, 0, 0), False)], (0, 0, 0), "approved", (180, 0, 0), (180,)),
        ([((180, 0, 0), False)], (240, 0, 0), "actual", (240, 0, 0), (240,)),
        # Time off is not paid.
        ([((0, 480, 0), True)], (0, 360, 0), "less", (0, 0, 0), (360,)),
        # A morning to be compensated and an afternoon to be paid: pay comes first.
        ([((0, 180, 0), True), ((0, 240, 0), False)], (0, 300, 0), "less", (0, 240, 0), (60, 240)),
        # Kind by kind: too long on the workday makes good for nothing on the holiday.
        ([((240, 0, 120), False)], (360, 0, 90), "less", (240, 0, 90), (330,)),
    ],
)  # fmt: skip
def test_what_counts(
    approved: list[tuple[tuple[int, int, int], bool]], actual: tuple[int, int, int], counted: str,
    paid: tuple[int, int, int], parts: tuple[int, ...],
) -> None:  # fmt: skip
    told = recognise([Approved(*one) for one in approved], actual, counted)  # type: ignore[arg-type]
    assert (told.paid, told.parts) == (paid, parts)


def test_no_minute_counts_twice_or_is_lost() -> None:
    """Against the definition: of each kind the lesser, and every counted minute is one request's."""
    sizes = [0, 30, 90]
    for one, other, actual, first, second in product(sizes, sizes, [0, 60, 200], [True, False], [True, False]):
        told = recognise([Approved((one, 0, 0), first), Approved((other, 0, 0), second)], (actual, 0, 0), "less")
        assert sum(told.parts) == min(one + other, actual)
        assert told.parts[0] <= one
        assert told.parts[1] <= other
        assert told.paid[0] == sum(part for part, lieu in zip(told.parts, (first, second), strict=True) if not lieu)


@pytest.mark.parametrize(("minutes", "amount"), [(480, 100), (240, 50), (360, 75), (60, 13), (10, 2), (1, 0)])
def test_time_off_in_hundredths_of_a_day(minutes: int, amount: int) -> None:
    """An hour of an eight-hour day is 12.5 hundredths, rounded up; a minute 0.2, which is nothing."""
    assert in_lieu(minutes, 480) == amount


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        # A quarter of a meridian is 10,007.5 km on a ball of the mean radius.
        (Spot(0, 0), Spot(90_000_000, 0), 10_007_557),
        # A degree of longitude on the equator: 111.195 km.
        (Spot(0, 0), Spot(0, 1_000_000), 111_195),
        # Over the line of the date: two degrees, not three hundred and fifty-eight.
        (Spot(0, 179_000_000), Spot(0, -179_000_000), 222_390),
        # Half around the Earth.
        (Spot(0, 0), Spot(0, 180_000_000), 20_015_115),
        (Spot(31_230_416, 121_473_701), Spot(31_230_416, 121_473_701), 0),
    ],
)
def test_distances(one: Spot, other: Spot, metres: int) -> None:
    assert distance(one, other) == pytest.approx(metres, abs=2)
    assert distance(one, other) == distance(other, one)


def test_the_place_whose_edge_is_nearest() -> None:
    """A small place 300 m away is further than a large one 500 m away whose radius is 400."""
    here = Spot(31_000_000, 121_000_000)
    small = Circle(1, Spot(31_002_698, 121_000_000), 100)
    large = Circle(2, Spot(30_995_503, 121_000_000), 400)
    assert nearest(here, [small, large]) == (large, 500)
    assert nearest(here, []) is None


def test_spots_as_people_write_them() -> None:
    assert spot_of("31.230416", " 121.4737010 ") == Spot(31_230_416, 121_473_701)
    assert spot_of("", "121") is None
    assert spot_of("north", "121") is None
    for wrong in (("90.1", "0"), ("0", "180.5"), ("1e9", "0"), ("nan", "0")):
        with pytest.raises(ValueError, match="Earth"):
            spot_of(*wrong)


@pytest.mark.parametrize("wrong", [{"counted": "more"}, {"in_lieu_minutes": 0}, {"corrections": -1}])
def test_rules_that_no_company_means(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="choice|negative"):
        AskingRules(**wrong)  # type: ignore[arg-type]

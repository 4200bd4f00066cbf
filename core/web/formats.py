"""How values are written for people; the filters of the templates. None is written as an en dash.

Numbers have the same separators in both languages; dates, amounts in 万 and times follow the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.base.clock import DEFAULT_ZONE
from core.base.money import MINUS, SYMBOLS, amount_in_words, div_round, format_money, minor_per_major
from core.base.period import Month
from core.base.text import LOCALES, SOURCE_LOCALE, catalogue, current_locale, listed

if TYPE_CHECKING:
    from flask import Flask

_ = catalogue("web")

NOTHING = "–"
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)


def money(minor: int | None, symbol: bool = False, currency: str = "CNY", dash: bool = False) -> str:
    """Minor units as ``8,000.00``; with ``dash`` zero is an en dash, as in tables."""
    if minor is None or (dash and minor == 0):
        return NOTHING
    return format_money(minor, currency=currency, symbol=symbol)


def wan(minor: int | None, currency: str = "CNY") -> str:
    """An amount for dashboards: ``¥1,860 万``, ``¥3.2 亿``; in English ``¥18.6M``. One decimal below a hundred."""
    if minor is None:
        return NOTHING
    one = minor_per_major(currency)
    steps = ((10**8, "亿"), (10**4, "万")) if current_locale() == "zh_CN" else ((10**6, "M"), (10**3, "K"))
    sign, symbol = MINUS if minor < 0 else "", SYMBOLS.get(currency, f"{currency} ")
    for size, word in steps:
        if abs(minor) >= size * one:
            number = _short(abs(minor), size * one)
            return f"{sign}{symbol}{number} {word}" if current_locale() == "zh_CN" else f"{sign}{symbol}{number}{word}"
    return f"{sign}{symbol}{div_round(abs(minor), one):,}"


def _short(amount: int, unit: int) -> str:
    tenths = div_round(amount * 10, unit)
    if tenths >= 1000 or tenths % 10 == 0:
        return f"{div_round(amount, unit):,}"
    return f"{tenths // 10}.{tenths % 10}"


def words(minor: int | None) -> str:
    """The amount in formal Chinese numerals, for requests, claims, payslip totals and certificates."""
    return NOTHING if minor is None else amount_in_words(minor)


def day(value: date | None) -> str:
    """A date in a table: 2026-11-23."""
    return NOTHING if value is None else f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def day_text(value: date | None, weekday: bool = True) -> str:
    """A date in a sentence: ``2026 年 11 月 23 日（星期一）``, ``Monday, 23 November 2026``."""
    if value is None:
        return NOTHING
    if current_locale() == SOURCE_LOCALE:
        plain = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        return f"{WEEKDAYS[value.weekday()]}, {plain}" if weekday else plain
    plain = f"{value.year} 年 {value.month} 月 {value.day} 日"
    return f"{plain}（{WEEKDAYS[value.weekday()]}）" if weekday else plain


def month(value: Month | date | None) -> str:
    """A month in a sentence: ``2026 年 10 月``, ``October 2026``."""
    if value is None:
        return NOTHING
    if current_locale() == SOURCE_LOCALE:
        return f"{MONTHS[value.month - 1]} {value.year}"
    return f"{value.year} 年 {value.month} 月"


def moment(value: datetime | None, zone: str = DEFAULT_ZONE) -> str:
    """An instant in the reader's time zone: 2026-11-23 14:05."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())} {local:%H:%M}"


def clock_time(value: datetime | None, zone: str = DEFAULT_ZONE, base: date | None = None) -> str:
    """The time of an instant: 14:05; ``次日 07:00`` when it lies on the day after ``base``."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(zone))
    plain = f"{local:%H:%M}"
    if base is not None and (local.date() - base).days == 1:
        return str(_("{time} the next day", time=plain))
    return plain


def minutes(value: int | None) -> str:
    """A number of minutes: ``8 小时 30 分``, ``8 h 30 min``."""
    if value is None:
        return NOTHING
    sign = MINUS if value < 0 else ""
    hours, rest = divmod(abs(int(value)), 60)
    if not hours:
        return sign + str(_("{minutes} min", minutes=rest))
    if not rest:
        return sign + str(_("{hours} h", hours=f"{hours:,}"))
    return sign + str(_("{hours} h {minutes} min", hours=f"{hours:,}", minutes=rest))


def took(seconds: float | None) -> str:
    """How long something took: ``0.4 s``, ``12 s``, ``3 min 20 s``, then hours and minutes."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return str(_("{seconds} s", seconds=f"{seconds:.1f}"))
    whole = round(seconds)
    if whole < 60:
        return str(_("{seconds} s", seconds=whole))
    if whole < 3600:
        return str(_("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60))
    return minutes(whole // 60)


def days(value: int | None) -> str:
    """Hundredths of days as a number: 1.5."""
    if value is None:
        return NOTHING
    whole, rest = divmod(abs(int(value)), 100)
    fraction = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{MINUS if value < 0 else ''}{whole:,}{fraction}"


def percent(millionths: int | None, places: int = 2) -> str:
    """A rate in millionths as ``8%``; at most ``places`` decimals, without trailing zeros."""
    if millionths is None:
        return NOTHING
    scaled = div_round(abs(int(millionths)) * 10**places, 10_000)
    whole, rest = divmod(scaled, 10**places)
    fraction = f".{rest:0{places}d}".rstrip("0").rstrip(".") if places else ""
    return f"{MINUS if millionths < 0 and scaled else ''}{whole:,}{fraction}%"


def translated(value: Mapping[str, str] | None) -> str:
    """Translated data in the reader's language, else in whichever there is."""
    if not value:
        return ""
    order = (current_locale(), *LOCALES)
    return next((value[locale] for locale in order if value.get(locale)), next(iter(value.values()), ""))


def mask_id(value: str | None) -> str:
    """An identity number, its birthday and serial covered: 310***********1234."""
    if not value:
        return NOTHING
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) > 9 else "*" * len(value)


def mask_bank(value: str | None) -> str:
    """A bank account by its last four digits: **** 1234."""
    if not value:
        return NOTHING
    digits = value.replace(" ", "")
    return f"**** {digits[-4:]}" if len(digits) > 7 else "*" * len(digits)


def mask_phone(value: str | None) -> str:
    """A telephone number without its middle: 138****1234."""
    if not value:
        return NOTHING
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) > 8 else "*" * len(value)


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money, "wan": wan, "words": words, "day": day, "day_text": day_text, "month": month, "moment": moment,
    "clock_time": clock_time, "minutes": minutes, "took": took, "days": days, "percent": percent,
    "translated": translated, "listed": listed, "mask_id": mask_id, "mask_bank": mask_bank, "mask_phone": mask_phone,
}


def setup(app: Flask) -> None:
    """Make the filters known to templates."""
    app.jinja_env.filters.update(FILTERS)

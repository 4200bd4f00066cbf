"""Money as whole minor units (fen, cents), never a float, never a Decimal outside tests."""

from __future__ import annotations

import re

from core.base.errors import DomainError
from core.base.text import Text, catalogue

_ = catalogue("base")

MINOR_PER_MAJOR = 100
_TENDER = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
_WHOLE, _THOUSANDTHS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF", "BHD IQD JOD KWD LYD OMR TND"
#: The currencies of ISO 4217 that are tender somewhere, and the decimals of those whose minor unit is no hundredth.
CURRENCIES = frozenset(_TENDER.split())
_DECIMALS: dict[str, int] = {**dict.fromkeys(_WHOLE.split(), 0), **dict.fromkeys(_THOUSANDTHS.split(), 3)}
LARGEST = 10**16  # 100 trillion yuan: far above any payroll, far below int64
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "SGD": "S$", "HKD": "HK$"}
MINUS = "\u2212"

_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.(?P<decimals>\d+))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def decimals(currency: str) -> int:
    """Decimals of the minor unit of a currency, by ISO 4217: 2 for CNY, 0 for JPY, 3 for KWD; 2 for an unknown code."""
    return _DECIMALS.get(currency, 2)


def minor_per_major(currency: str) -> int:
    """Minor units of one yuan, dollar, yen or dinar."""
    return (1, 10, 100, 1_000)[decimals(currency)]


def parse_money(text: str, currency: str = "CNY", *, negative: bool = False) -> int:
    """Minor units of an amount as people write it: ``8,000``, ``8000.5``, ``¥8,000.00``.

    Raises ``DomainError`` for anything else, for more decimals than the currency has (two of the yuan, none of the
    yen), for a negative amount unless ``negative``.
    """
    places = decimals(currency)
    cleaned = text.strip().replace("，", ",").replace("−", "-").replace(SYMBOLS.get(currency, "¥"), "")
    cleaned = cleaned.replace("￥", "").strip()
    found = _AMOUNT.fullmatch(cleaned)
    if not found or len(found["decimals"] or "") > places:
        raise DomainError("money.format", _not_an_amount(text, currency, places))
    sign = -1 if cleaned.startswith("-") else 1
    whole, _point, fraction = cleaned.lstrip("+-").replace(",", "").partition(".")
    minor = sign * (int(whole) * minor_per_major(currency) + int(fraction.ljust(places, "0") or "0"))
    if minor < 0 and not negative:
        raise DomainError("money.negative", _("{text} is negative; the amount must be at least 0.", text=text))
    if abs(minor) > LARGEST:
        raise DomainError("money.too_large", _("{text} is larger than any amount kept here.", text=text))
    return minor


def _not_an_amount(text: str, currency: str, places: int) -> Text:
    if places == 2:
        return _("{text} is not an amount; write it as 8000.00, with at most two decimals.", text=repr(text))
    if places == 0:
        return _("{text} is not an amount in {currency}; write it as 8000, without decimals.", text=repr(text),
                 currency=currency)  # fmt: skip
    return _("{text} is not an amount in {currency}; write it as 8000.000, with at most three decimals.",
             text=repr(text), currency=currency)  # fmt: skip


def format_money(minor: int, *, currency: str = "CNY", symbol: bool = False) -> str:
    """An amount with thousands separators and the decimals of its currency; the minus sign is U+2212."""
    places = decimals(currency)
    whole, fraction = divmod(abs(int(minor)), 10**places)
    prefix = SYMBOLS.get(currency, f"{currency} ") if symbol else ""
    return f"{MINUS if minor < 0 else ''}{prefix}{whole:,}" + (f".{fraction:0{places}d}" if places else "")


def div_round(numerator: int, denominator: int, mode: str = "half_up") -> int:
    """A fraction rounded to an integer. ``half_up`` rounds halves away from zero, as tax offices do.

    Modes: half_up, half_even, up (away from zero), down (toward zero), floor, ceil.
    """
    if denominator == 0:
        raise ZeroDivisionError("div_round by zero")
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    sign = -1 if numerator < 0 else 1
    quotient, rest = divmod(abs(numerator), denominator)
    up = {
        "half_up": 2 * rest >= denominator,
        "half_even": 2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1),
        "up": rest > 0,
        "down": False,
        "floor": rest > 0 and sign < 0,
        "ceil": rest > 0 and sign > 0,
    }[mode]
    return sign * (quotient + up)


def amount_in_words(minor: int) -> str:
    """A CNY amount in formal Chinese numerals for claims, payslip totals and certificates (壹万贰仟元整).

    Follows 支付结算办法 annex 1 (银发〔1997〕393号): 整 after 元 or 角, one 零 for a run of
    zeros, also where the yuan end in 0 and 角 follow.
    """
    yuan, fen = divmod(abs(int(minor)), MINOR_PER_MAJOR)
    if yuan >= 10**16:
        raise DomainError("money.too_large", _("{text} is larger than any amount kept here.", text=str(yuan)))
    jiao, fen = divmod(fen, 10)
    words = "负" if minor < 0 else ""
    if yuan:
        words += _integer_in_words(yuan) + "元"
    if not jiao and not fen:
        return words + ("整" if yuan else "零元整")
    if jiao:
        words += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (_DIGITS[fen] + "分" if fen else "整")


def _integer_in_words(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group_in_words(group) + _GROUPS[index]
        gap = False
    return words.replace("万亿", "万") if words.count("亿") > 1 else words


def _group_in_words(group: int) -> str:
    words, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return words

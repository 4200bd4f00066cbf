"""Identity, credit-code, card and phone numbers: normal form, check with a remedy, mask.

The checksums are python-stdnum's (GB 11643-1999, GB 32100-2015, Luhn). Its table of counties is not used:
it lags behind new and abolished counties, and refusing a true card does more harm than the check digit
leaves undone. No message repeats a whole number, because messages end in logs and reports.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from plugins.country_cn.text import _
from remit.base import DomainError
from remit.contracts import Identifier
from remit.text import Text

#: GB/T 2260, the first two digits of a place of registration.
PROVINCES = frozenset(
    ("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41")
    + ("42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71")
)
#: Residence permits for people from Hong Kong, Macao and Taiwan carry a prefix of their own.
RESIDENCE_PREFIXES = {"hk_macao_residence": ("81", "82"), "taiwan_residence": ("83",)}
_DIGITS = frozenset("0123456789")
_USCC_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]")


def normal(value: str) -> str:
    """Half-width, upper case, without spaces and hyphens: the form that is stored and compared."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()


def check_digit(first17: str) -> str:
    """The 18th character of a resident identity number (GB 11643-1999)."""
    return ric.calc_check_digit(first17 + "0")


def uscc_check(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    return uscc.calc_check_digit(first17)


def luhn_valid(number: str) -> bool:
    """Whether a card number passes the Luhn check."""
    return bool(luhn.is_valid(number))


def check_resident_id(value: str) -> DomainError | None:
    """A resident identity number: 18 characters, a province, a day of birth and the check digit."""
    return _check_citizen_number(value, lambda number: number[:2] in PROVINCES)


def check_hk_macao_residence(value: str) -> DomainError | None:
    """A residence permit for Hong Kong and Macao residents."""
    return _check_citizen_number(value, lambda number: number[:2] in RESIDENCE_PREFIXES["hk_macao_residence"])


def check_taiwan_residence(value: str) -> DomainError | None:
    """A residence permit for Taiwan residents."""
    return _check_citizen_number(value, lambda number: number[:2] in RESIDENCE_PREFIXES["taiwan_residence"])


def check_foreign_permanent(value: str) -> DomainError | None:
    """A foreigner's permanent residence card: 18 digits from 9 on (since 2023), or three letters and 12
    digits.
    """
    number = normal(value)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return None
    return _check_citizen_number(value, lambda digits: digits[0] == "9")


def _check_citizen_number(value: str, place: Callable[[str], bool]) -> DomainError | None:
    number = normal(value)
    return _form_problem(number) or _content_problem(number, place)


def _form_problem(number: str) -> DomainError | None:
    """What is wrong with the length and the characters."""
    if len(number) == 15 and _DIGITS.issuperset(number):
        return _refusal(
            "resident_id.old",
            _(
                "This is a 15-digit number of the first generation. Enter the 18 characters of the present card."
            ),
        )
    if len(number) != 18:
        return _refusal(
            "resident_id.length",
            _(
                "An identity number has 18 characters, this one has {count}. Copy it from the card again.",
                count=len(number),
            ),
        )
    for position, character in enumerate(number, start=1):
        if character not in _DIGITS and not (position == 18 and character == "X"):
            return _refusal(
                "resident_id.character",
                _(
                    "Character {position} is {character}. The first 17 are digits, the last is a digit or X.",
                    position=position,
                    character=character,
                ),
            )
    return None


def _content_problem(number: str, place: Callable[[str], bool]) -> DomainError | None:
    """What is wrong with the place, the day of birth and the check digit of a number of the right form."""
    if not place(number):
        return _refusal(
            "resident_id.place",
            _(
                "The number starts with {digits}, which does not belong to this kind of document. "
                "Check the first digits and the kind of document.",
                digits=number[:2],
            ),
        )
    if not _is_birth_date(number):
        return _refusal(
            "resident_id.birth",
            _(
                "Digits 7 to 14 must be the day of birth, and {digits} is no day. Check them.",
                digits=number[6:14],
            ),
        )
    expected = ric.calc_check_digit(number)
    if number[-1] == expected:
        return None
    return _refusal(
        "resident_id.check",
        _(
            "The last character is {found}, but the 17 digits before it ask for {expected}. "
            "One of the digits is mistyped; compare them with the card.",
            found=number[-1],
            expected=expected,
        ),
    )


def _is_birth_date(number: str) -> bool:
    try:
        return 1900 <= ric.get_birth_date(number).year < 2100
    except ValidationError:
        return False


def _refusal(code: str, message: Text) -> DomainError:
    return DomainError(code, message, "id_number")


def check_uscc(value: str) -> DomainError | None:
    """A unified social credit code: 18 characters of its alphabet and the check character."""
    number = normal(value)
    if len(number) != 18:
        return DomainError(
            "uscc.length",
            _(
                "A unified social credit code has 18 characters, this one has {count}. "
                "Copy it from the business licence again.",
                count=len(number),
            ),
            "credit_code",
        )
    for position, character in enumerate(number, start=1):
        if character not in _USCC_ALPHABET or (3 <= position <= 8 and character not in _DIGITS):
            return DomainError(
                "uscc.character",
                _(
                    "Character {position} is {character}. Characters 3 to 8 are digits; the letters I, O, S, V and Z "
                    "never occur and are usually 1, 0, 5, U and 2.",
                    position=position,
                    character=character,
                ),
                "credit_code",
            )
    expected = uscc.calc_check_digit(number)
    if number[-1] != expected:
        return DomainError(
            "uscc.check",
            _(
                "The last character is {found}, but the 17 before it ask for {expected}. "
                "Compare the code with the business licence.",
                found=number[-1],
                expected=expected,
            ),
            "credit_code",
        )
    return None


def check_bank_card(value: str) -> DomainError | None:
    """A bank card number: digits, 16 to 19 of them, Luhn. A finding warns; passbook accounts fail Luhn."""
    number = normal(value)
    if not _DIGITS.issuperset(number):
        return DomainError(
            "bank_card.character",
            _("An account number has digits only. Remove the other characters."),
            "account",
        )
    if not 16 <= len(number) <= 19:
        return DomainError(
            "bank_card.length",
            _(
                "A card number has 16 to 19 digits, this one has {count}. Check it, unless it is a passbook account.",
                count=len(number),
            ),
            "account",
        )
    if not luhn.is_valid(number):
        return DomainError(
            "bank_card.check",
            _(
                "The card number fails its check digit. Compare it with the card, unless it is a passbook account."
            ),
            "account",
        )
    return None


def check_mobile(value: str) -> DomainError | None:
    """A mobile number of the mainland, with or without +86."""
    if re.fullmatch(r"1[3-9][0-9]{9}", normal_mobile(value)):
        return None
    return DomainError(
        "mobile.format",
        _("A mobile number has 11 digits from 13 to 19 on. Check it digit by digit."),
        "phone",
    )


def check_permit(pattern: str, example: str) -> Callable[[str], DomainError | None]:
    """The check of a travel document whose form is all that can be checked."""

    def check(value: str) -> DomainError | None:
        if re.fullmatch(pattern, normal(value)):
            return None
        return DomainError(
            "document.format",
            _("The number does not have the form {example}. Check it.", example=example),
            "id_number",
        )

    return check


def normal_mobile(value: str) -> str:
    """The 11 digits of a mobile number."""
    return re.sub(r"^(\+|00)?86(?=1[0-9]{10}$)", "", normal(value))


def mask_identity(value: str) -> str:
    """The first three and the last four characters, 310***********1234."""
    number = normal(value)
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_account(value: str) -> str:
    """The last four digits."""
    number = normal(value)
    return "****" + number[-4:] if len(number) > 4 else "*" * len(number)


def mask_mobile(value: str) -> str:
    """138****1234."""
    number = normal_mobile(value)
    return number[:3] + "****" + number[-4:] if len(number) > 7 else "*" * len(number)


def _shown(value: str) -> str:
    return normal(value)


IDENTIFIERS = (
    Identifier(
        "resident_id",
        {"zh_CN": "居民身份证", "en": "Resident identity card"},
        check_resident_id,
        mask_identity,
        normal,
    ),
    Identifier(
        "hk_macao_residence",
        {"zh_CN": "港澳居民居住证", "en": "Residence permit, Hong Kong and Macao"},
        check_hk_macao_residence,
        mask_identity,
        normal,
    ),
    Identifier(
        "taiwan_residence",
        {"zh_CN": "台湾居民居住证", "en": "Residence permit, Taiwan"},
        check_taiwan_residence,
        mask_identity,
        normal,
    ),
    Identifier(
        "foreign_permanent",
        {"zh_CN": "外国人永久居留身份证", "en": "Foreigner's permanent residence card"},
        check_foreign_permanent,
        mask_identity,
        normal,
    ),
    Identifier(
        "hk_macao_permit",
        {"zh_CN": "港澳居民来往内地通行证", "en": "Mainland travel permit, Hong Kong and Macao"},
        check_permit(r"[HM][0-9]{8}([0-9]{2})?", "H12345678"),
        mask_identity,
        normal,
    ),
    Identifier(
        "taiwan_permit",
        {"zh_CN": "台湾居民来往大陆通行证", "en": "Mainland travel permit, Taiwan"},
        check_permit(r"[0-9]{8}([0-9]{2})?", "12345678"),
        mask_identity,
        normal,
    ),
    Identifier(
        "passport_cn",
        {"zh_CN": "中国护照", "en": "Chinese passport"},
        check_permit(r"[A-Z]{1,2}[0-9]{7,8}", "E12345678"),
        mask_identity,
        normal,
    ),
    Identifier(
        "passport",
        {"zh_CN": "外国护照", "en": "Foreign passport"},
        check_permit(r"[A-Z0-9]{5,17}", "AB1234567"),
        mask_identity,
        normal,
    ),
    Identifier(
        "uscc", {"zh_CN": "统一社会信用代码", "en": "Unified social credit code"}, check_uscc, _shown, normal
    ),
    Identifier(
        "bank_card",
        {"zh_CN": "银行卡号", "en": "Bank card number"},
        check_bank_card,
        mask_account,
        normal,
        warning=True,
    ),
    Identifier(
        "mobile", {"zh_CN": "手机号码", "en": "Mobile number"}, check_mobile, mask_mobile, normal_mobile
    ),
)

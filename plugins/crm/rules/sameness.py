"""What people write differently and mean the same: names of companies, phone numbers, mail addresses."""

from __future__ import annotations

import re
import unicodedata

#: What stands at the end of a Chinese name and says only in which form the company is registered, the longest first.
#: A branch (分公司) and a group (集团) are companies of their own, so these words stay.
_FORMS = (
    "股份有限责任公司",
    "集团股份有限公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "合伙企业有限合伙",
    "合伙企业普通合伙",
    "特殊普通合伙",
    "合伙企业",
    "有限合伙",
    "普通合伙",
    "个人独资企业",
    "株式会社",
    "总公司",
    "公司",
)
_GROUP = "集团"
#: The same of other languages, as words without their dots.
_ENDINGS = frozenset((
    "co", "company", "corp", "corporation", "inc", "incorporated", "limited", "ltd", "llc", "llp", "lp", "plc", "pte",
    "pty", "gmbh", "ag", "kg", "kgaa", "ug", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "ab", "as", "oy", "aps",
    "kk", "bhd", "sdn",
))  # fmt: skip
#: Written where a name was asked for and none was there.
_NOTHING = frozenset((
    "无", "没有", "暂无", "不详", "未知", "未填", "未填写", "个人", "个体", "保密", "其他", "测试", "none", "no", "na",
    "null", "nil", "unknown", "private", "personal", "individual", "self", "test", "other",
))  # fmt: skip
_BETWEEN = re.compile(r"[^\w&]+")
_DOTS = re.compile(r"(?<=\b\w)\.(?=\w\b|\s|,|$|\))")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$")
_NOISE = re.compile(r"[\s\-‐‑‒–—()（）.·/]+")
#: Mobile and service numbers, which are dialled without the code of an area.
_NO_AREA = re.compile(r"1[3-9]\d{9}|[48]00\d{7}")
_MAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"\d][^@\s<>,;:\"]*")
_LONGEST_KEY = 160


def company_key(name: str) -> str:
    """The name of a company without what does not tell it from others: case, width, marks, brackets, accents, form.

    ``灵客科技（上海）有限公司`` and ``灵客科技上海公司`` have one key, so have ``ACME Co., Ltd.`` and ``Acme``. Empty
    where nothing was said (``无``, ``个人``, ``N/A``): such leads are not the same as each other.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    words = [one for one in _BETWEEN.sub(" ", _DOTS.sub("", plain)).replace("&", " ").split() if one != "and"]
    while len(words) > 1 and words[-1] in _ENDINGS:
        words.pop()
    key = "".join(words).replace("_", "")
    key = "" if key in _FORMS else _without_form(key)
    return "" if key in _NOTHING or not any(one.isalnum() for one in key) else key[:_LONGEST_KEY]


def _without_form(key: str) -> str:
    if key.startswith("株式会社") and len(key) > len("株式会社"):
        key = key.removeprefix("株式会社")
    if key.endswith("分公司"):
        return key
    for form in _FORMS:
        if key.endswith(form) and len(key) > len(form):
            found = key.removesuffix(form)
            return found + _GROUP if form.startswith(_GROUP) else found
    return key


def phone_key(told: str) -> str | None:
    """A phone number as it is kept: ``13800001234``, ``02152345678``, ``02152345678x801``, ``+6591234567``.

    What is dialled in mainland China stands without its country code, anything else with it. None for what is no phone
    number; an empty text is none either.
    """
    text = unicodedata.normalize("NFKC", str(told)).strip().casefold()
    text = re.sub(r"^(?:tel|phone|mobile|手机|电话)[:：]?\s*", "", text)
    extension = _EXTENSION.search(text)
    if extension is not None:
        text = text[: extension.start()]
    text = _NOISE.sub("", re.sub(r"^(\d+)\.0$", r"\1", text))  # a spreadsheet made a number of it
    national = text.removeprefix("+86").removeprefix("0086")
    if national == text:
        national = re.sub(r"^86(?=1[3-9]\d{9}$)", "", re.sub(r"^00(?=[1-9])", "+", text))
    elif len(national) >= 9 and not national.startswith("0") and not _NO_AREA.fullmatch(national):
        national = f"0{national}"  # a landline after +86 is written without the zero of its area
    text = national
    if not re.fullmatch(r"\+?\d{7,15}", text):
        return None
    return f"{text}x{extension[1]}" if extension is not None else text


def mail_key(told: str) -> str | None:
    """A mail address as it is kept: half width, small letters, without what stands around it. None for what is none."""
    text = unicodedata.normalize("NFKC", told).strip().casefold().removeprefix("mailto:").strip(".,;")
    inside = re.search(r"<([^<>]+)>\s*$", text)
    text = (inside[1] if inside is not None else text).strip().strip(".,;")
    return text if len(text) <= 254 and _MAIL.fullmatch(text) else None

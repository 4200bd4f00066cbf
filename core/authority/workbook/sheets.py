"""The sheets of a list: their names and columns, and the words of their cells, Chinese first, English understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.base.text import LOCALES, Text, catalogue
from core.exchange.columns import Column, Sheet, normal

_ = catalogue("authority")

#: Who holds a row when it is no post.
EVERYBODY, OWN_UNIT = "全体", "本单位"
NO_LIMIT = "不限"
#: What begins a formula in some spreadsheet program; a text that does is written after an apostrophe.
DANGEROUS = ("=", "+", "-", "@", "'")

Words = Mapping[str, tuple[str, ...]]

#: Words by what a draft calls it: the first is written, all are understood, and so is the draft's own.
POWERS: Words = {
    "decide": ("决定", "Decides"), "propose": ("提议", "Proposes"), "cosign": ("会签", "Co-signs"),
    "review": ("审核", "复核", "Reviews"), "do": ("办理", "Handles"), "read": ("查看", "Sees"),
    "": ("按事项", "As the matter"),
}
YES: Words = {"yes": ("是",), "no": ("否",)}
PERIODS: Words = {
    "day": ("日", "天"), "week": ("周",), "month": ("月",), "quarter": ("季度", "季"), "year": ("年",),
}
COMPARISONS: Words = {"at_least": ("不低于", "at least"), "at_most": ("不超过", "at most")}
SEPARATIONS: Words = {
    "person_holds": ("不得由一人兼任", "one person"), "same_object": ("同一事项不得由一人经办", "one object"),
    "same_lineage": ("同一链条不得由一人经办", "one line of objects"), "relation": ("亲属回避", "relatives"),
    "tenure": ("任职期限", "time in the post"),
}
RISKS: Words = {"high": ("高",), "medium": ("中",), "low": ("低",)}
EXPECTED: Words = {"allow": ("允许",), "deny": ("拒绝",)}
QUESTIONS: Words = {
    "can": ("能否办理", "May do it"), "route": ("由谁决定", "Decided by"), "who_can": ("谁能决定", "Who may decide"),
    "list": ("可见单位", "Units seen"),
}
#: What stands where an expectation names nobody and nothing; no code has brackets.
NONE: Words = {"none": ("(无)", "（无）", "(none)")}
SCOPES: Words = {
    "self": ("本人",), "reports": ("直接下属",), "unit": ("部门",), "subtree": ("部门及下级",), "company": ("公司",),
    "all": ("全部",),
}
HOLDERS: Words = {"everybody": (EVERYBODY,), "unit": (OWN_UNIT,)}
ITEMS: Words = {
    "list": ("单位", "Unit"), "version": ("版本", "Version"), "effective_from": ("生效日期", "In force from"),
    "basis": ("依据", "Basis"),
}


def meaning(words: Words, text: str) -> str | None:
    """What a word of a cell means in a draft; None when it is not one of the words."""
    said = normal(text)
    return next(
        (key for key, known in words.items() if said in {normal(word) for word in (*known, *([key] if key else ()))}),
        None,
    )


def word(words: Words, key: str) -> str:
    """The word that is written for what a draft says."""
    return words[key][0]


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of the workbook: its name in both languages, and its columns."""

    key: str
    title: Text
    table: Sheet

    @property
    def name(self) -> str:
        """The name that is written."""
        return self.title.render("zh_CN")

    def is_called(self, name: str) -> bool:
        """Whether a sheet of a workbook is this one."""
        return normal(name) in {normal(self.key), *(normal(self.title.render(locale)) for locale in LOCALES)}


_CODE, _POST, _MATTER, _DUTY = _("Code"), _("Post"), _("Matter"), _("Duty")
_CHINESE, _ENGLISH, _BASIS, _WHERE = _("Sentence in Chinese"), _("Sentence in English"), _("Basis"), _("Where")
_KEY, _LIMIT, _TOTAL, _WHEN = _("Key of the matter"), _("Limit"), _("In total"), _("Only where")
_ACTING = _("Also by whoever acts for the post")


def _tab(key: str, title: Text, columns: Mapping[str, Text], required: tuple[str, ...]) -> Tab:
    return Tab(key, title, Sheet(key, tuple(
        Column(name, heading, required=name in required) for name, heading in columns.items()
    )))


LIST = _tab("list", _("List as a whole"), {"item": _("Item"), "value": _("Content")}, ("item", "value"))
POSTS = _tab("posts", _("Posts"), {"post": _POST, "name": _("Name")}, ("post",))
DUTIES = _tab("duties", _("Duties"), {
    "code": _CODE, "post": _POST, "text_zh": _CHINESE, "text_en": _ENGLISH, "raci": _("Part taken"), "matter": _MATTER,
}, ("code", "post"))  # fmt: skip
AUTHORITY = _tab("authority", _("Authority"), {
    "code": _CODE, "post": _POST, "can": _KEY, "title_zh": _CHINESE, "title_en": _ENGLISH, "in": _WHERE,
    "when": _WHEN, "up_to": _LIMIT, "cap": _TOTAL, "split_guard": _("Counts together"), "needs_second": _("Must agree"),
    "break_glass": _("For emergencies"),
    "power": _("How"), "duty": _DUTY, "basis": _BASIS, "delegable": _("May be delegated"), "by_acting": _ACTING,
    "grantable": _("May be granted to others by lists"),
}, ("code", "post", "can"))  # fmt: skip
PROHIBITIONS = _tab("prohibitions", _("Prohibitions"), {
    "code": _CODE, "post": _POST, "cannot": _KEY, "title_zh": _CHINESE, "title_en": _ENGLISH, "in": _WHERE,
    "when": _WHEN, "duty": _DUTY, "basis": _BASIS, "by_acting": _ACTING,
}, ("code", "post", "cannot"))  # fmt: skip
ASSESSMENT = _tab("assessment", _("Assessment"), {
    "code": _CODE, "post": _POST, "title_zh": _CHINESE, "title_en": _ENGLISH, "metric": _("Metric"),
    "comparison": _("Comparison"), "target": _("Target"), "unit": _("Unit of measure"), "per": _("Period"),
    "weight": _("Weight"), "duty": _DUTY,
}, ("code", "post", "metric", "target"))  # fmt: skip
BOUNDARIES = _tab("boundaries", _("Boundaries"), {
    "code": _CODE, "matter": _MATTER, "lead": _("Unit that leads"), "support": _("Units beside it"),
    "text_zh": _CHINESE, "text_en": _ENGLISH,
}, ("code", "matter", "lead"))  # fmt: skip
MATRIX = _tab("matrix", _("Matrix of approvals"), {
    "can": _KEY, "title_zh": _CHINESE, "title_en": _ENGLISH, "in": _WHERE, "when": _WHEN,
    "up_to": _("Up to the amount of"), "cap": _TOTAL,
}, ("can", "up_to"))  # fmt: skip
SEPARATION = _tab("separation", _("Incompatible"), {
    "code": _CODE, "kind": _("Kept apart"), "actions": _("Keys of the matters"), "months": _("Months at most"),
    "risk": _("Risk"), "basis": _BASIS,
}, ("code", "kind", "actions"))  # fmt: skip
TESTS = _tab("tests", _("Expectations"), {
    "question": _("Question"), "as": _POST, "can": _KEY, "resource": _("Facts"), "expect": _("Expected"),
    "cite": _("Entry cited"), "code": _("Reason"),
}, ("can", "expect"))  # fmt: skip

TABS = (LIST, POSTS, DUTIES, AUTHORITY, MATRIX, ASSESSMENT, BOUNDARIES, SEPARATION, PROHIBITIONS, TESTS)

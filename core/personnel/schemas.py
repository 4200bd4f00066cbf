"""What people write into the form of a personnel change, and what programs send."""

from __future__ import annotations

from core.base.text import catalogue
from core.org.labels import KINDS_OF_TERMS
from core.personnel.labels import SEXES
from core.personnel.models import (
    CANCELLATION,
    CONCURRENT,
    END_CONCURRENT,
    HIRE,
    PROMOTION,
    RESIGNATION,
    TERMS,
    TRANSFER,
)
from core.schemas import fields

_ = catalogue("personnel")

_NEW = ("name", "new_number", "position", "first_day", "employment_kind", "share", "grade", "contribution_place", "sex",
        "born_on", "identity_number", "phone", "email", "reason")  # fmt: skip
#: The fields of each kind, in the order of its form.
FIELDS: dict[str, tuple[str, ...]] = {
    HIRE: _NEW,
    TRANSFER: ("employee", "position", "first_day", "reason"),
    PROMOTION: ("employee", "position", "grade", "first_day", "reason"),
    CONCURRENT: ("employee", "position", "share", "main_share", "first_day", "last_day", "reason"),
    END_CONCURRENT: ("employee", "position", "last_day", "main_share", "reason"),
    TERMS: ("employee", "first_day", "employment_kind", "grade", "contribution_place", "reason"),
    RESIGNATION: ("employee", "last_day", "reason"),
    CANCELLATION: ("cancels", "reason"),
}
#: Those without which a kind says nothing.
NEEDED: dict[str, tuple[str, ...]] = {
    HIRE: ("name", "new_number", "position", "first_day"), TRANSFER: ("employee", "position", "first_day"),
    PROMOTION: ("employee", "first_day"), CONCURRENT: ("employee", "position", "share", "first_day"),
    END_CONCURRENT: ("employee", "position", "last_day"), TERMS: ("employee", "first_day"),
    RESIGNATION: ("employee", "last_day"), CANCELLATION: ("cancels",),
}


class ChangeBody(fields.Schema):
    """What a change is to be; which fields count depends on its kind. Shares are hundredths of full working time.

    ``first_day`` and ``last_day`` are both included. ``position`` is the code of a post, ``employee`` an employee
    number, ``cancels`` the id of an approved change.
    """

    employee = fields.String(load_default="", max_length=40, metadata={"label": _("Employee number")})
    name = fields.String(load_default="", max_length=100, metadata={"label": _("Name")})
    new_number = fields.String(load_default="", max_length=40, metadata={"label": _("New employee number")})
    position = fields.String(load_default="", max_length=60, metadata={
        "label": _("Post"), "kind": "combobox", "hint": _("Its code; begin to type a code or a title.")})
    share = fields.Integer(load_default=None, allow_none=True, minimum=1, maximum=100, metadata={
        "label": _("Share of full working time"), "unit": "%", "hint": _("Two days of five are 40 %.")})
    main_share = fields.Integer(load_default=None, allow_none=True, minimum=0, maximum=100, metadata={
        "label": _("Share of the main post meanwhile"), "unit": "%", "hint": _("Leave it empty where it stays.")})
    grade = fields.String(load_default="", max_length=20, metadata={"label": _("Grade")})
    employment_kind = fields.Choice(KINDS_OF_TERMS, load_default="", metadata={"label": _("Kind of employment"),
                                                                              "kind": "select"})
    contribution_place = fields.String(load_default="", max_length=40, metadata={
        "label": _("Contribution place"), "placeholder": "CN-SH"})
    first_day = fields.Day(load_default=None, allow_none=True, metadata={"label": _("First day")})
    last_day = fields.Day(load_default=None, allow_none=True, metadata={"label": _("Last day")})
    sex = fields.Choice(SEXES, load_default="", metadata={"label": _("Sex"), "kind": "select"})
    born_on = fields.Day(load_default=None, allow_none=True, metadata={"label": _("Born on")})
    identity_number = fields.String(load_default="", max_length=40, metadata={
        "label": _("Identity number"), "hint": _("It is sealed; whoever decides sees its last four characters.")})
    phone = fields.String(load_default="", max_length=40, metadata={"label": _("Phone")})
    email = fields.Email(load_default="", metadata={"label": _("E-mail")})
    cancels = fields.Id(load_default=None, allow_none=True, metadata={"label": _("Cancels"), "kind": "hidden"})
    reason = fields.String(load_default="", max_length=1000, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True, "rows": 3})


class BoundSchema(fields.Schema):
    """The most that all posts of one person may come to, in hundredths of full working time."""

    fte_bound = fields.Integer(required=True, minimum=1, maximum=300, metadata={
        "label": _("All posts of one person together, at most"), "unit": "%",
        "hint": _("100 % is the full working time of one person.")})

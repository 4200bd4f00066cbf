"""What the audit log calls the organisation's tables, columns and values."""

from __future__ import annotations

from collections.abc import Mapping

from core.audit.words import Meaning, describe
from core.base.text import Text, catalogue
from core.org import quotas
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionQuota,
    PositionQuotaVersion,
    PositionVersion,
    Unit,
    UnitVersion,
)

_ = catalogue("org")

_FROM, _UNTIL = _("From"), _("Until")
_DATED = {"valid_from": _FROM, "valid_to": _UNTIL}

KINDS_OF_TERMS = {
    "regular": _("Regular"), "intern": _("Intern"), "rehired_retiree": _("Re-hired after retirement"),
    "part_time": _("Part time"), "contractor": _("Contractor"),
}
KINDS_OF_POST = {
    "substantive": _("Primary post"), "concurrent": _("Concurrent post"), "acting": _("Acting"),
    "secondment": _("Secondment"),
}
KINDS_OF_UNIT = {
    "company": _("Company"), "branch": _("Branch"), "department": _("Department"), "group": _("Group"),
    "project": _("Project"), "body": _("Body"),
}

_TABLES: dict[type, tuple[Text, Mapping[str, Text]]] = {
    LegalEntity: (_("Company"), {
        "code": _("Code"), "name": _("Name"), "country": _("Country"), "currency": _("Currency"),
        "credit_code": _("Credit code"), "external_id": _("External number"),
        "fte_bound": _("Most working time of one person"),
    }),
    Unit: (_("Unit"), {"code": _("Code"), "external_id": _("External number")}),
    UnitVersion: (_("Unit"), _DATED | {
        "unit_id": _("Unit"), "title": _("Title"), "mission": _("Mission"), "parent_id": _("Part of"),
        "legal_entity_id": _("Company"), "kind": _("Kind"), "sort_order": _("Order"),
        "is_withholding_agent": _("Withholding agent"), "credit_code": _("Credit code"),
        "contribution_place": _("Contribution place"),
    }),
    Position: (_("Position"), {"code": _("Code"), "external_id": _("External number")}),
    PositionVersion: (_("Position"), _DATED | {
        "position_id": _("Position"), "title": _("Title"), "unit_id": _("Unit"), "reports_to_id": _("Reports to"),
        "grade": _("Grade"), "family": _("Job family"), "headcount": _("Headcount"), "is_head": _("Head"),
        "sort_order": _("Order"), "requirements": _("Requirements"),
    }),
    PositionQuota: (_("Quota of posts"), {
        "unit_id": _("Unit"), "category": _("Category of posts"), "grade_min": _("Highest grade"),
        "grade_max": _("Lowest grade"),
    }),
    PositionQuotaVersion: (_("Quota of posts"), _DATED | {
        "quota_id": _("Quota of posts"), "max_count": _("Approved number"), "ratio_num": _("Share"),
        "ratio_den": _("Of"), "binding": _("Appointments beyond are refused"), "basis": _("Basis"),
    }),
    Person: (_("Person"), {
        "name": _("Name"), "sort_key": _("Pinyin"), "initials": _("Initials"), "sex": _("Sex"),
        "born_on": _("Born on"), "identity_kind": _("Kind of document"), "identity_number": _("Document"),
        "phone": _("Phone"), "email": _("E-mail"), "bank_name": _("Bank"), "bank_account": _("Account"),
        "external_id": _("External number"),
    }),
    Employment: (_("Employment"), {
        "number": _("Employee number"), "person_id": _("Person"), "hired_on": _("Hired on"), "left_on": _("Left on"),
        "first_job_of_year": _("First job of the year"), "external_id": _("External number"),
    }),
    EmploymentTerms: (_("Terms"), _DATED | {
        "employment_id": _("Employment"), "kind": _("Kind"), "legal_entity_id": _("Company"),
        "withholding_agent_id": _("Withholding agent"), "contribution_place": _("Contribution place"),
        "grade": _("Grade"),
    }),
    Assignment: (_("Post"), _DATED | {
        "employment_id": _("Employment"), "person_id": _("Person"), "position_id": _("Position"), "kind": _("Kind"),
        "fte": _("Share"), "is_primary": _("Primary post"), "stands_in_for_id": _("Stands in for"),
    }),
}
_VALUES: dict[type, Mapping[str, Meaning]] = {
    PositionQuota: {"category": quotas.CATEGORIES},
    UnitVersion: {"kind": KINDS_OF_UNIT}, EmploymentTerms: {"kind": KINDS_OF_TERMS},
    Assignment: {"kind": KINDS_OF_POST}, Person: {"sex": {"M": _("male"), "F": _("female")}},
}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    for model, (title, columns) in _TABLES.items():
        describe(model, title, columns, values=_VALUES.get(model))

"""The tables of the organisation, one aggregate a file."""

from core.org.models.assignment import Assignment
from core.org.models.employment import Employment, EmploymentTerms
from core.org.models.legal import LegalEntity
from core.org.models.person import Person
from core.org.models.position import Position, PositionVersion
from core.org.models.quota import PositionQuota, PositionQuotaVersion
from core.org.models.unit import Unit, UnitOrder, UnitVersion

__all__ = [
    "Assignment",
    "Employment",
    "EmploymentTerms",
    "LegalEntity",
    "Person",
    "Position",
    "PositionQuota",
    "PositionQuotaVersion",
    "PositionVersion",
    "Unit",
    "UnitOrder",
    "UnitVersion",
]

"""Building tables: base class, column types, dated versions, no-overlap, bulk reads and writes; the organisation."""

from core.audit.append_only import append_only
from core.audit.words import describe
from core.db import bulk, dated, guard
from core.db.base import Base
from core.db.locks import hold
from core.db.no_overlap import no_overlap
from core.db.storage import stored_plain
from core.db.types import (
    BlindIndex,
    EncryptedJSON,
    EncryptedText,
    Id,
    Translated,
    Translation,
    UtcDateTime,
    in_order,
    keys_of,
)
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionVersion,
    Unit,
    UnitOrder,
    UnitVersion,
)

__all__ = [
    "Assignment",
    "Base",
    "BlindIndex",
    "Employment",
    "EmploymentTerms",
    "EncryptedJSON",
    "EncryptedText",
    "Id",
    "LegalEntity",
    "Person",
    "Position",
    "PositionVersion",
    "Translated",
    "Translation",
    "Unit",
    "UnitOrder",
    "UnitVersion",
    "UtcDateTime",
    "append_only",
    "bulk",
    "dated",
    "describe",
    "guard",
    "hold",
    "in_order",
    "keys_of",
    "no_overlap",
    "stored_plain",
]

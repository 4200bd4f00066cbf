"""The organisation as services: who works where in a month, finding people, changing structure and employments."""

from core.org.absences import away_now
from core.org.services import (
    assign,
    change_person,
    change_terms,
    create_legal_entity,
    create_position,
    create_unit,
    employment_by_number,
    hire,
    leave,
    person_by_number,
    position_by_code,
    posts_during,
    roster,
    terms_during,
    transfer,
    unit_by_code,
)

__all__ = [
    "assign",
    "away_now",
    "change_person",
    "change_terms",
    "create_legal_entity",
    "create_position",
    "create_unit",
    "employment_by_number",
    "hire",
    "leave",
    "person_by_number",
    "position_by_code",
    "posts_during",
    "roster",
    "terms_during",
    "transfer",
    "unit_by_code",
]

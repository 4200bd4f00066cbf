"""Business operations on the organisation, by noun."""

from core.org.services.people import person_by_number

__all__ = ["person_by_number"]

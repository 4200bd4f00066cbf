"""Letters about people: what every letter about an employment can say, for modules that register kinds of their own."""

from core.letters.employment import FIELDS, IDENTITY_GROUP, certificate, facts
from core.letters.issuing import Request, issue
from core.numbers.services import number_for

__all__ = ["FIELDS", "IDENTITY_GROUP", "Request", "certificate", "facts", "issue", "number_for"]

"""Text that people read, in their language."""

from core.base.stored import from_json, to_json
from core.base.text import LOCALES, Text, catalogue, current_locale, listed, register_domain, use_locale
from core.db.types import Translation

__all__ = [
    "LOCALES",
    "Text",
    "Translation",
    "catalogue",
    "current_locale",
    "from_json",
    "listed",
    "register_domain",
    "to_json",
    "use_locale",
]

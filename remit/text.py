"""Text that people read, in their language."""

from core.base.text import LOCALES, Text, catalogue, current_locale, listed, register_domain, use_locale
from core.db.types import Translation

__all__ = ["LOCALES", "Text", "Translation", "catalogue", "current_locale", "listed", "register_domain", "use_locale"]

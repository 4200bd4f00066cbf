"""Pages about notifications: the list under the bell, one's own choices, the mails of the installation."""

from __future__ import annotations

from core.notify.pages.blueprint import blueprint
from core.notify.pages.inbox import everything as everything
from core.notify.pages.mails import mails as mails
from core.notify.pages.preferences import preferences as preferences

__all__ = ["blueprint"]

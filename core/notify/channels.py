"""The two ways everybody has: the program itself, and mail. Plugins add others by ``register_channels``."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import Channel
from core.notify import smtp
from core.notify.choices import APP

_ = catalogue("notify")

MAIL = "mail"

CHANNELS = (
    Channel(APP, _("In Remit"), lambda reader: str(reader.account_id), digests=False),
    Channel(MAIL, _("E-mail"), lambda reader: reader.email, open=smtp.connected, missing=smtp.missing),
)

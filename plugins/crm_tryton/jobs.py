"""What this module does by itself: leads are exchanged every few minutes."""

from __future__ import annotations

from plugins.crm_tryton.services.running import exchange
from plugins.crm_tryton.text import _
from remit.jobs import Job

EXCHANGE = "crm_tryton.exchange"

JOBS = (Job(EXCHANGE, _("Exchange leads with Tryton"), exchange, schedule="*/5 * * * *", at_most=1),)

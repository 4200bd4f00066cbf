"""The lines of the menu."""

from __future__ import annotations

from plugins.crm_tryton.actions import READ
from plugins.crm_tryton.text import _
from remit.specs import NavItem

NAV = (
    NavItem(_("Customers and business"), _("Tryton"), "crm_tryton.connections", "git-branch", order=600, action=READ),
)

"""The lines of the menu that the lists have: they stand with the organisation."""

from __future__ import annotations

from core.authority.actions import RELATIONS, SEE
from core.base.text import catalogue
from core.kernel.specs import NavItem

_ = catalogue("authority")

NAV = (
    NavItem(
        group=_("Organisation"), title=_("Duty and authority lists"), endpoint="authority.index", icon="scale",
        order=30, action="authority.list:read",
    ),
    NavItem(
        group=_("Organisation"), title=_("Who may do what"), endpoint="authority_browse.index", icon="filter",
        order=30, action="authority.list:read",
    ),
    NavItem(
        group=_("Organisation"), title=_("Who answers for what"), endpoint="authority_browse.matters",
        icon="layout-grid", order=30, action="authority.list:read",
    ),
    NavItem(group=_("Organisation"), title=_("Away and delegation"), endpoint="away.index", icon="plane", order=31,
            action=SEE),
    NavItem(
        group=_("Organisation"), title=_("Relations and recusal"), endpoint="relations.index", icon="users",
        order=32, action=RELATIONS,
    ),
    NavItem(
        group=_("Organisation"), title=_("Exchange rates"), endpoint="rates.index", icon="scale", order=33,
        action="authority.list:read",
    ),
    NavItem(
        group=_("Organisation"), title=_("Coverage report"), endpoint="authority_coverage.index",
        icon="shield-check", order=30, action="authority.coverage:read",
    ),
)

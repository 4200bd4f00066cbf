"""How the pages of bridges to other programs are reached: account and address."""

from __future__ import annotations

BRIDGES: dict[str, tuple[str, str]] = {
    "tryton": ("linan", "/crm-tryton/connections"),
    "tryton-away": ("linan", "/crm-tryton/connections/1"),
    "tryton-new": ("linan", "/crm-tryton/connections/new"),
    "tryton-change": ("linan", "/crm-tryton/connections/1/edit"),
    "mappings": ("linan", "/crm-webhook/mappings"),
    "mapping-in": ("linan", "/crm-webhook/mappings/1"),
    "mapping-out": ("linan", "/crm-webhook/mappings/2"),
    "mapping-new": ("linan", "/crm-webhook/mappings/new"),
    "mapping-change": ("linan", "/crm-webhook/mappings/1/edit"),
}

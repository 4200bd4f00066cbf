"""Who holds what of bridges in the lists of the matrix."""

from __future__ import annotations

OF_A_GROUP = (
    "crm_tryton.connection:read", "crm_tryton.connection:edit", "crm_webhook.mapping:read", "crm_webhook.mapping:edit",
)  # fmt: skip

"""What the audit log calls accounts, sign-ins and tokens."""

from __future__ import annotations

from core.audit.words import describe
from core.base.text import LOCALES, catalogue
from core.identity.models import AccessToken, Account, SignedInSession

_ = catalogue("identity")

_NAME, _OF, _CREATED, _REVOKED = _("Name"), _("Account"), _("Created at"), _("Revoked at")
_THEMES = {"auto": _("as the device"), "light": _("light"), "dark": _("dark")}
_LANGUAGES = dict(zip(LOCALES, ("中文", "English"), strict=True))  # each in its own words, as in the menu


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(Account, _OF, {
        "login": _("Sign-in name"), "person_id": _("Person"), "name": _NAME, "password_hash": _("Password"),
        "is_active": _("Active"), "must_change_password": _("Must choose a new password"), "locale": _("Language"),
        "theme": _("Colours"), "created_at": _CREATED,
    }, values={"theme": _THEMES, "locale": _LANGUAGES})  # fmt: skip
    describe(SignedInSession, _("Signed-in device"), {
        "digest": _("Digest"), "account_id": _OF, "created_at": _("Signed in at"), "last_seen_at": _("Last seen at"),
        "revoked_at": _REVOKED, "device": _("Device"), "address": _("Address"),
    })  # fmt: skip
    describe(AccessToken, _("Access token"), {
        "digest": _("Digest"), "account_id": _OF, "name": _NAME, "scopes": _("What it may be used for"),
        "created_at": _CREATED, "expires_at": _("Valid until"), "last_used_at": _("Last used at"),
        "revoked_at": _REVOKED,
    })  # fmt: skip

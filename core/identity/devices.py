"""What a browser says of itself, in words that tell somebody's devices apart."""

from __future__ import annotations

from core.base.text import Text, catalogue

_ = catalogue("identity")

# The first that is found counts: browsers name those they descend from as well.
_BROWSERS = (
    ("wxwork/", _("WeCom")), ("MicroMessenger/", _("WeChat")), ("DingTalk/", _("DingTalk")), ("Lark/", _("Feishu")),
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chromium"), ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_HAND = frozenset({"iPhone", "iPad", "Android", "HarmonyOS"})


def device_name(agent: str) -> Text | str:
    """Browser and system of a User-Agent header: ``Firefox on Windows``; what is not known is left out."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = _system(agent)
    if browser is not None and system is not None:
        return _("{browser} on {system}", browser=browser, system=system)
    return browser or system or _("Unknown device")


def in_the_hand(agent: str) -> bool:
    """Whether it is a phone or a tablet."""
    return _system(agent) in _HAND


def _system(agent: str) -> str | None:
    return next((name for mark, name in _SYSTEMS if mark in agent), None)

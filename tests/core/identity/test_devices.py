"""Devices by name: User-Agent headers as the vendors document them."""

from __future__ import annotations

import pytest

from core.identity.devices import device_name, in_the_hand

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name", "hand"),
    [
        (f"{WINDOWS} {KIT} Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows", False),
        (f"{WINDOWS} {KIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on Windows", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux", False),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KIT} HeadlessChrome/126.0.0.0 Safari/537.36", "Chromium on Linux", False),
        (f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari on macOS", False),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone", True),
        (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49 NetType/WIFI Language/zh_CN", "WeChat on iPhone", True),
        (f"{IPHONE} Mobile/15E148 wxwork/4.1.26 MicroMessenger/7.0.1 Language/zh", "WeCom on iPhone", True),
        (f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {KIT} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android",
         True),
        ("curl/8.5.0", "curl", False),
        ("", "Unknown device", False),
    ],
)  # fmt: skip
def test_a_device_by_its_browser_and_system(agent: str, name: str, hand: bool) -> None:
    assert str(device_name(agent)) == name
    assert in_the_hand(agent) is hand

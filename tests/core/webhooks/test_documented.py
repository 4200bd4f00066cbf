"""The verification that the documentation shows does what it says."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from core.kernel.house import House
from tests.core.webhooks.conftest import pin, run
from tests.core.webhooks.receiver import Receiver
from tests.core.webhooks.test_sending import subscribe

PAGE = Path(__file__).parents[3] / "docs/howto/webhooks.md"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_example_believes_us_and_nobody_else(house: House, receiver: Receiver) -> None:
    _number, secret = subscribe(house, receiver.url)
    pin(house, "n1")
    run(house)
    (got,) = receiver.got
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 -- what the page shows
    is_genuine = names["is_genuine"]
    assert is_genuine(secret, got.headers, got.body)
    assert not is_genuine(secret, got.headers, got.body.replace(b"n1", b"n2"))
    assert not is_genuine(secret, {**got.headers, "webhook-id": "msg_other"}, got.body)
    assert not is_genuine("whsec_" + "A" * 43 + "=", got.headers, got.body)
    late = {**got.headers, "webhook-timestamp": str(int(time.time()) - 301)}
    assert not is_genuine(secret, late, got.body)

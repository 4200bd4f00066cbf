"""Every page of the kit, in both languages, light and dark, on the desk and on the phone: accessible and quiet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import gallery
from tests.browser.harness import DESKTOP, PHONE, VIEWS, Eye, View, look, serve

pytestmark = pytest.mark.browser

CROSS = (
    View("zh_CN", "light", DESKTOP), View("zh_CN", "dark", PHONE),
    View("en", "dark", DESKTOP), View("en", "light", PHONE),
)
"""Every language, theme and width in four views; the other four run with the long tests."""
REST = tuple(view for view in VIEWS if view not in CROSS)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(gallery.app(Path(tmp_path_factory.mktemp("gallery")))) as address:
        yield address


@pytest.mark.parametrize("view", CROSS, ids=str)
@pytest.mark.parametrize("name", gallery.PAGES)
def test_sample_page(eye: Eye, url: str, name: str, view: View) -> None:
    page = eye.open(f"{url}/gallery/{name}", view)
    look(page, f"gallery-{name}", view, whole=True)
    eye.check(page)


@pytest.mark.full
@pytest.mark.parametrize("view", REST, ids=str)
@pytest.mark.parametrize("name", gallery.PAGES)
def test_sample_page_in_the_other_views(eye: Eye, url: str, name: str, view: View) -> None:
    page = eye.open(f"{url}/gallery/{name}", view)
    look(page, f"gallery-{name}", view, whole=True)
    eye.check(page)


@pytest.mark.parametrize("view", CROSS, ids=str)
def test_error_page(eye: Eye, url: str, view: View) -> None:
    """What does not exist is told in the frame, with a way out; only the browser's own remark stands in the console."""
    page = eye.open(f"{url}/gallery/none/of/these", view)
    look(page, "error-404", view)
    assert page.get_by_role("link", name="回到首页" if view.locale == "zh_CN" else "To the start page").is_visible()
    assert [line for line in eye.said.pop(page) if "404" not in line] == []
    eye.said[page] = []
    eye.check(page)

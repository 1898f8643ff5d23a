"""One browser and one server a session; a fresh workshop and a browser without a memory a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from stacks.web.vendored import copy_vendored
from tests.web import chromium
from tests.web.contract_server import CODE, ContractServer, Room

PATIENCE_MS = 20_000
"""How long a test waits for something that must come; on a good day it comes at once."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the browser is left to `make test`, and one worker has it all, so that there is one browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.thorough)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def server() -> Iterator[ContractServer]:
    """The contract's server with the page's files."""
    copy_vendored()
    running = ContractServer()
    yield running
    running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.HOW)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=chromium.flags())
        yield running
        running.close()


@pytest.fixture
def room(server: ContractServer) -> Room:
    """A fresh workshop."""
    return server.fresh()


@pytest.fixture(scope="session")
def profile(browser: Browser, server: ContractServer) -> Iterator[BrowserContext]:
    """A browser's profile set to Vietnamese; its cache of files stays, which saves half of the time."""
    kept = browser.new_context(base_url=server.address, locale="vi-VN", viewport={"width": 1100, "height": 760})
    kept.set_default_timeout(PATIENCE_MS)
    kept.grant_permissions(["clipboard-read", "clipboard-write"])
    yield kept
    kept.close()


@pytest.fixture
def context(profile: BrowserContext, room: Room) -> Iterator[BrowserContext]:
    """The profile of somebody who was never here."""
    yield profile
    profile.set_offline(False)
    profile.clear_cookies()
    for tab in profile.pages:
        if "workshop" in tab.url:
            tab.evaluate("localStorage.clear()")
        tab.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; an error that no code of the page caught fails the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []


@pytest.fixture
def attendee(page: Page) -> Page:
    """The page, with att-07 signed in."""
    return sign_in(page, "att-07")


def sign_in(page: Page, name: str, code: str = CODE) -> Page:
    """Open the page and sign in."""
    page.goto("./")
    page.get_by_label("Tên trên thẻ").fill(name)
    page.get_by_label("Mã trên thẻ").fill(code)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Đăng xuất").wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Write a question and send it by Enter."""
    page.get_by_label("Câu hỏi của bạn").fill(question)
    page.get_by_label("Câu hỏi của bạn").press("Enter")


def screenshot(page: Page, name: str) -> None:
    """Keep a picture in `reports/`, which git ignores."""
    folder = Path(__file__).parents[2] / "reports" / "page"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")

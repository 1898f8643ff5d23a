"""axe-core finds nothing in any view, in both languages, narrow and wide, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cloud_assembly import ROOT
from tests.web.conftest import PATIENCE_MS, ask, screenshot
from tests.web.contract_server import CODE, ContractServer, Room, done, new_turn
from tests.web.test_answers import DOCUMENT, searched, stored
from tests.web.test_board import request

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ANSWER = (
    "## Giờ nghỉ\n\nNghỉ lúc **10:30** [1].\n\n| phần | giờ |\n|---|---|\n| khai mạc | 9:00 |\n\n"
    "```python\nimport boto3\n```\n\n- <https://docs.aws.amazon.com/>\n"
)
WORDS = {
    "vi": ("Đăng nhập", "Tên trên thẻ", "Mã trên thẻ", "Bảng điều phối", "Chưa hữu ích", "Sửa câu hỏi", "Vì sao?"),
    "en": ("Sign in", "Name on the card", "Code on the card", "Board", "Not helpful", "Edit question", "Why?"),
}


def look(page: Page, view: str) -> list[str]:
    """The rules that the view breaks, and a picture of it."""
    screenshot(page, view)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{view}: {each['id']} {[node['html'][:120] for node in each['nodes']]}" for each in found]


@pytest.fixture(params=[(1100, "light"), (360, "dark")], ids=["wide", "narrow"])
def visitor(request: pytest.FixtureRequest, browser: Browser, server: ContractServer, room: Room) -> Iterator[Page]:
    """A tab of the width whose policy lets axe in."""
    width, scheme = request.param
    size = {"width": width, "height": 780}
    context = browser.new_context(base_url=server.address, locale="vi-VN", bypass_csp=True, viewport=size)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    yield page
    context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing(visitor: Page, room: Room, language: str) -> None:
    page, words = visitor, WORDS[language]
    size = f"{language}-{page.viewport_size['width'] if page.viewport_size else ''}"
    room.requests = [request("organiser", "9c", "JupyterLab"), request("att-08", "9d", "IAM")]
    room.messages = [{"id": "m1", "text": "10:30", "from": "organiser", "sent": "2026-11-28T03:20:00Z"}]
    room.findings = [{"kind": "topic", "name": "Medical advice"}]
    room.documents["vi/agenda"] = stored(DOCUMENT)
    blocked = new_turn("?", state="done", stop="guardrail", guardrail={"action": "blocked", "side": "input"})
    waiting = new_turn("?", state="done", confirm={"id": "q", "tool": "request_helper", "arguments": {"topic": "x"}})
    conversation = room.hold(new_turn("?", state="failed"), blocked, waiting, owner="organiser")
    room.script = lambda body: iter([*searched(), ("text", {"text": ANSWER}), done()])

    page.goto(f"./#c={conversation}")
    page.get_by_role("button", name={"vi": "Tiếng Việt", "en": "English"}[language]).click()
    button, name, code, board, down, edit, why = words
    page.get_by_label(name).fill("organiser")
    found = look(page, f"sign-in-{size}")
    page.get_by_label(code).fill("wrong")
    page.get_by_role("button", name=button).click()
    expect(page.locator(".problem")).to_be_visible()
    found += look(page, f"wrong-code-{size}")
    page.get_by_label(code).fill(CODE)
    page.get_by_role("button", name=button).click()
    page.get_by_role("button", name=why).click()
    expect(page.locator(".guardrail li")).to_be_visible()
    found += look(page, f"states-{size}")
    page.locator("#question").fill("Khi nào nghỉ?")
    ask_in_either(page)
    page.get_by_role("button", name=down).last.click()
    page.locator("summary").first.click()
    page.get_by_role("button", name=edit).first.click()
    found += look(page, f"chat-{size}")
    if page.locator(".drawer").is_visible():
        page.locator(".drawer").click()
        found += look(page, f"drawer-{size}")
        page.locator(".drawer").click()
    page.locator(".cite").click()
    expect(page.locator("mark")).to_be_visible()
    found += look(page, f"document-{size}")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=board).click()
    expect(page.locator(".requests li")).to_have_count(2)
    found += look(page, f"board-{size}")
    assert found == []


def ask_in_either(page: Page) -> None:
    page.locator("#question").press("Enter")
    expect(page.locator(".cite")).to_be_visible()


def test_everything_can_be_done_by_keyboard(attendee: Page, room: Room) -> None:
    room.documents["vi/agenda"] = stored(DOCUMENT)
    room.script = lambda body: iter([*searched(), ("text", {"text": "Lúc 10:30 [1]."}), done()])
    attendee.locator("#question").focus()
    ask(attendee, "Khi nào nghỉ?")
    expect(attendee.locator(".cite")).to_be_visible()
    reached: set[str] = set()
    for _ in range(40):
        attendee.keyboard.press("Shift+Tab")
        reached.add(
            attendee.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''").strip()
        )
    assert {
        "[1]",
        "Sao chép",
        "Hữu ích",
        "Trả lời lại",
        "Sửa câu hỏi",
        "Cuộc trò chuyện mới",
        "English",
        "Đăng xuất",
    } <= reached
    attendee.locator(".cite").focus()
    attendee.keyboard.press("Enter")
    expect(attendee.get_by_role("dialog")).to_be_visible()
    attendee.keyboard.press("Escape")
    expect(attendee.locator(".cite")).to_be_focused()

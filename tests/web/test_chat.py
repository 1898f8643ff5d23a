"""Sign in, ask, and see the answer come, in a real browser."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.web.conftest import ask, sign_in
from tests.web.contract_server import CODE, Body, Event, Gate, Room, done


def test_pieces_are_shown_as_they_arrive(attendee: Page, room: Room) -> None:
    gates = [Gate() for _ in range(4)]

    def script(body: Body) -> Iterator[Event]:
        yield "status", {"phase": "thinking"}
        gates[0].wait()
        yield "tool", {"id": "u1", "name": "search_documents", "arguments": {"question": "nghỉ giải lao"}}
        gates[1].wait()
        yield "tool_result", {"id": "u1", "ok": True, "passages": []}
        yield "text", {"text": "Nghỉ giải lao "}
        gates[2].wait()
        yield "text", {"text": "lúc **10:30**."}
        gates[3].wait()
        yield done()

    room.script = script
    ask(attendee, "Khi nào nghỉ giải lao?")
    turn = attendee.get_by_role("article", name="Câu hỏi 1")
    expect(turn).to_contain_text("Khi nào nghỉ giải lao?")
    expect(turn).to_contain_text("Đang suy nghĩ…")
    gates[0].open()
    expect(turn.locator(".tools")).to_contain_text("Tìm trong tài liệu")
    expect(turn.locator(".tools")).to_contain_text("đang chạy")
    gates[1].open()
    expect(turn.locator(".answer")).to_have_text("Nghỉ giải lao ")
    expect(turn.locator(".tools")).to_contain_text("xong")
    gates[2].open()
    expect(turn.locator(".answer")).to_have_text("Nghỉ giải lao lúc 10:30.")
    expect(turn.locator(".answer strong")).to_have_text("10:30")
    expect(turn).to_have_attribute("aria-busy", "true")
    gates[3].open()
    expect(turn).to_have_attribute("aria-busy", "false")
    expect(turn).to_contain_text("2.653 token · 14")
    expect(attendee.locator("meter")).to_have_attribute("value", "5000")  # as api/me says again afterwards


def test_a_wrong_code_is_refused_in_words(page: Page, room: Room) -> None:
    page.goto("./")
    page.get_by_label("Tên trên thẻ").fill("att-07")
    page.get_by_label("Mã trên thẻ").fill("nope")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert").filter(has_text="Tên hoặc mã không đúng")).to_be_visible()
    room.refuse("POST session/start", 429, "too_many_tries", retry_after=8)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert").filter(has_text="Hãy thử lại sau 8 giây")).to_be_visible()
    page.get_by_label("Mã trên thẻ").fill(CODE.upper().replace("-", " "))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_label("Câu hỏi của bạn")).to_be_visible()


def test_the_code_of_a_printed_card_leaves_the_address(page: Page, room: Room) -> None:
    page.goto(f"./#name=att-07&code={CODE}")
    expect(page.get_by_label("Mã trên thẻ")).to_have_value(CODE)
    assert page.evaluate("location.hash") == ""
    assert room.calls("POST", "session/start") == []
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def test_a_reload_keeps_the_person_signed_in_and_no_script_can_read_a_token(attendee: Page, room: Room) -> None:
    ask(attendee, "Xin chào")
    expect(attendee.locator(".answer")).to_have_text("Trả lời: Xin chào")
    attendee.reload()
    expect(attendee.locator(".answer")).to_have_text("Trả lời: Xin chào")
    readable = attendee.evaluate(
        "async () => JSON.stringify("
        "[{...localStorage}, {...sessionStorage}, document.cookie, await indexedDB.databases()])"
    )
    assert [token for token in (*room.tokens, *room.cookies) if token in readable] == []


def test_sign_out_reaches_the_other_tab(attendee: Page, room: Room) -> None:
    other = attendee.context.new_page()
    other.goto("./")
    other.get_by_role("button", name="Đăng xuất").click()
    expect(other.get_by_label("Mã trên thẻ")).to_be_visible()
    expect(attendee.get_by_label("Mã trên thẻ")).to_be_visible()
    assert room.cookies == {}
    sign_in(attendee, "att-08")
    expect(attendee.locator(".who")).to_have_text("att-08")

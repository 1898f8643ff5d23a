"""Conversations, and what one can do with questions and answers."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import ask
from tests.web.contract_server import Body, Event, Gate, Room, done, new_turn


def listed(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Cuộc trò chuyện").locator("li .link")


def test_open_rename_delete_and_begin_again(attendee: Page, room: Room) -> None:
    room.hold(new_turn("Cũ?", state="done", text="Câu trả lời cũ."), title="Hôm qua")
    room.hold(new_turn("Của người khác?", state="done"), title="Không phải của tôi", owner="att-08")
    ask(attendee, "Xin chào")
    expect(attendee.get_by_role("heading", level=2, name="Xin chào")).to_be_visible()
    expect(listed(attendee)).to_have_text(["Xin chào", "Hôm qua"])
    attendee.get_by_role("button", name="Hôm qua", exact=True).click()
    expect(attendee.locator(".answer")).to_have_text("Câu trả lời cũ.")
    attendee.get_by_role("button", name="Đổi tên “Hôm qua”").click()
    attendee.get_by_label("Tên mới").fill("Ngày đầu")
    attendee.get_by_label("Tên mới").press("Enter")
    expect(attendee.get_by_role("heading", level=2, name="Ngày đầu")).to_be_visible()
    attendee.once("dialog", lambda dialog: dialog.accept())
    attendee.get_by_role("button", name="Xóa “Ngày đầu”").click()
    expect(attendee.get_by_text("Câu trả lời cũ.")).to_have_count(0)
    expect(listed(attendee)).to_have_text(["Xin chào"])
    attendee.get_by_role("button", name="Xin chào", exact=True).click()
    attendee.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(attendee.locator(".turn")).to_have_count(0)
    assert "conversation" not in room.calls("POST", "chat")[-1]
    expect(attendee.get_by_text("được lưu 7 ngày")).to_be_visible()


def test_a_second_question_goes_on_in_the_same_conversation(attendee: Page, room: Room) -> None:
    ask(attendee, "Tôi tên là Lan")
    expect(attendee.locator(".answer")).to_have_count(1)
    expect(attendee.get_by_role("button", name="Gửi")).to_be_visible()
    ask(attendee, "Tôi tên là gì?")
    expect(attendee.locator(".answer")).to_have_count(2)
    [first, second] = room.calls("POST", "chat")
    assert second == {"text": "Tôi tên là gì?", "language": "vi", "conversation": next(iter(room.conversations))}
    assert "conversation" not in first


def test_stop_keeps_what_is_there(attendee: Page, room: Room) -> None:
    stopped = Gate()

    def script(body: Body) -> Iterator[Event]:
        yield "text", {"text": "Một nửa"}
        stopped.wait()
        yield done("stopped")

    room.script = script
    ask(attendee, "Kể chuyện dài")
    attendee.get_by_role("button", name="Dừng").click()
    expect(attendee.get_by_role("button", name="Đang dừng…")).to_be_disabled()
    stopped.open()
    expect(attendee.get_by_text("Bạn đã dừng câu trả lời này.")).to_be_visible()
    expect(attendee.locator(".answer")).to_have_text("Một nửa")
    assert room.calls("POST", f"conversations/{next(iter(room.conversations))}/stop") == [{}]


def test_retry_and_edit_ask_again_and_drop_what_came_after(attendee: Page, room: Room) -> None:
    conversation = room.hold(
        new_turn("Một?", state="done", text="Trả lời một"), new_turn("Hai?", state="done", text="Trả lời hai")
    )
    first, second = (turn["id"] for turn in room.conversations[conversation]["turns"])
    attendee.goto(f"./#c={conversation}")
    attendee.reload()
    attendee.get_by_role("button", name="Trả lời lại").click()
    expect(attendee.locator(".answer")).to_have_text(["Trả lời một", "Trả lời: Hai?"])
    attendee.get_by_role("button", name="Sửa câu hỏi").first.click()
    attendee.get_by_label("Sửa câu hỏi").fill("Ba?")
    attendee.locator(".edit").get_by_role("button", name="Gửi").click()
    expect(attendee.locator(".answer")).to_have_text(["Trả lời: Ba?"])
    asked = [(body["text"], body["replaces"]) for body in room.calls("POST", "chat")]
    assert asked == [("Hai?", second), ("Ba?", first)]


def test_copy_and_export(attendee: Page, room: Room) -> None:
    room.script = lambda body: iter([("text", {"text": "Nghỉ lúc **10:30**."}), done()])
    ask(attendee, "Khi nào nghỉ?\nVà ở đâu?")
    attendee.get_by_role("button", name="Sao chép").click()
    expect(attendee.get_by_role("button", name="Đã sao chép")).to_be_visible()
    assert attendee.evaluate("navigator.clipboard.readText()") == "Nghỉ lúc **10:30**."
    with attendee.expect_download() as download:
        attendee.get_by_role("button", name="Xuất Markdown").click()
    assert download.value.suggested_filename == "Khi-nào-nghỉ-Và-ở-đâu.md"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# Khi nào nghỉ?")
    assert "> Khi nào nghỉ?\n> Và ở đâu?\n\nNghỉ lúc **10:30**.\n" in text

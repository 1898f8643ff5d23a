"""The board, one's own requests, messages to the room, and the door to Studio."""

from playwright.sync_api import Page, expect

from tests.web.conftest import sign_in
from tests.web.contract_server import Body, Room, now


def request(owner: str, identifier: str, topic: str) -> Body:
    more = {"seat": "B4", "asked": now(12), "state": "open", "helper": None}
    return {"owner": owner, "id": identifier, "topic": topic, **more}


def test_a_helper_takes_a_request_and_the_attendee_sees_it(page: Page, room: Room) -> None:
    room.requests = [request("att-07", "9c", "Không mở được JupyterLab"), request("att-08", "9d", "Lỗi quyền")]
    room.alarms = [{"name": "Errors", "state": "ALARM"}, {"name": "Slow", "state": "OK"}]
    sign_in(page, "helper-1")
    page.get_by_role("button", name="Bảng điều phối").click()
    expect(page.locator(".facts dd")).to_have_text(["1 trên 30", "90.210", "310 ₫", "4", "Errors"])
    expect(page.get_by_role("cell", name="helper-1")).to_be_visible()
    page.get_by_role("button", name="Nhận yêu cầu “Không mở được JupyterLab”").click()
    expect(page.locator(".requests li").first).to_contain_text("helper-1 đang đến")
    assert room.calls("POST", "board/requests") == [{"owner": "att-07", "id": "9c", "state": "taken"}]
    assert room.requests[1]["state"] == "open"
    expect(page.get_by_label("Thông báo cho cả phòng")).to_have_count(0)
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "att-07")
    expect(page.locator(".desk")).to_contain_text("Không mở được JupyterLab")
    expect(page.locator(".desk")).to_contain_text("helper-1 đang đến")
    expect(page.locator(".desk")).not_to_contain_text("Lỗi quyền")
    expect(page.get_by_role("button", name="Bảng điều phối")).to_have_count(0)


def test_a_message_of_the_organiser_reaches_the_room_until_it_is_closed(page: Page, room: Room) -> None:
    sign_in(page, "organiser")
    page.get_by_role("button", name="Bảng điều phối").click()
    page.get_by_label("Thông báo cho cả phòng").fill("Còn 5 phút nữa là nghỉ.")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Đã gửi.")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page, "att-07")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("organiser: Còn 5 phút nữa là nghỉ.")
    notice.get_by_role("button", name="Đóng").click()
    expect(page.locator(".desk")).to_contain_text("Còn 5 phút nữa là nghỉ.")
    page.reload()
    expect(page.locator(".desk")).to_contain_text("Còn 5 phút nữa là nghỉ.")
    expect(notice).to_have_count(0)


def test_the_door_opens_studio_in_a_tab_of_its_own(attendee: Page, room: Room) -> None:
    attendee.context.route("https://studio.invalid/**", lambda route: route.fulfill(body="Studio"))
    with attendee.context.expect_page() as opened:
        attendee.get_by_role("button", name="Mở SageMaker Studio").click()
    opened.value.wait_for_url("https://studio.invalid/auth?token=once")
    assert opened.value.evaluate("opener") is None
    attendee.context.unroute_all()


def test_a_door_that_does_not_open_says_why(attendee: Page, room: Room) -> None:
    room.refuse("POST studio", 503, "no_studio")
    with attendee.context.expect_page() as opened:
        attendee.get_by_role("button", name="Mở SageMaker Studio").click()
    expect(attendee.get_by_text("Workshop này không có SageMaker Studio.")).to_be_visible()
    expect(attendee.get_by_role("button", name="Mở SageMaker Studio")).to_be_enabled()
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")


def test_a_workshop_without_studio_has_no_door(page: Page, room: Room) -> None:
    room.studio = None
    sign_in(page, "att-07")
    expect(page.get_by_text("Đã dùng 5.000 trên 200.000 token.")).to_be_visible()
    expect(page.get_by_role("button", name="Mở SageMaker Studio")).to_have_count(0)

"""Can an attendee get in, is the answer streamed, and is everybody only themselves?"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contract import Output, StackName
from workshop.attendees.address import reachable
from workshop.attendees.codes import give
from workshop.loopback import local_endpoint
from workshop.smoke.check import Check, require
from workshop.smoke.deployed import Deployed
from workshop.smoke.desk import TABLE, withdraw
from workshop.smoke.page import Page, StreamEvent

ADDRESS = (StackName.WEB, Output.WEB_ADDRESS)
POOL = (StackName.WEB, Output.USER_POOL_ID)
WITHOUT_TOKEN = ("GET api/me", "GET api/conversations", "POST api/chat", "GET api/board", "POST api/studio")
PHOTOS = "May I take pictures of other people?"
HELPER = "Please send a lab helper to seat SMOKE-2: smoke check, nobody has to come. Yes, I confirm the request."
MINE = "List my open requests for a lab helper."
SEARCH = "search_documents"


def checks() -> list[Check]:
    """What makes the page usable and safe."""
    return [
        Check("Web: the page is served, and nothing else without a sign-in", (ADDRESS,), _page),
        Check("Web: a code opens the page, a wrong one does not", (ADDRESS, POOL), _sign_in),
        Check("Web: an answer is streamed, cited and remembered", (ADDRESS, POOL), _chat),
        Check("Web: a request for a helper is its owner's alone", (ADDRESS, POOL, TABLE), _identity),
    ]


def _page(deployed: Deployed) -> str:
    page = _open(deployed)
    answer = page.call("GET", "")
    require(answer.status == 200 and "<html" in answer.body, f"the page: HTTP {answer.status}: {answer.body[:100]}")
    policy = answer.headers.get("content-security-policy", "")
    require(
        "default-src 'none'" in policy and "trusted-types" in policy, f"content security policy: {policy or 'none'}"
    )
    for each in WITHOUT_TOKEN:
        method, _, path = each.partition(" ")
        status = page.call(method, path, {} if method == "POST" else None).status
        require(status == 401, f"{each} without a token: HTTP {status}, not 401")
    return f"{len(answer.body)} characters, {len(WITHOUT_TOKEN)} calls refused without a token"


def _sign_in(deployed: Deployed) -> str:
    page = _open(deployed)
    with _person(deployed) as (name, code):
        wrong = page.call("POST", "api/session/start", {"name": name, "code": code[::-1] + "x"})
        require((wrong.status, wrong.json["error"]["code"]) == (401, "wrong_code"), f"a wrong code: {wrong.body[:200]}")
        token, cookie = page.sign_in(name, code)
        for attribute in ("HttpOnly", "Secure", "SameSite=Strict"):
            require(attribute in cookie, f"the cookie has no {attribute}")
        me = page.call("GET", "api/me", token=token).json["person"]
        require(me == {"name": name, "group": "attendee"}, f"signed in as {me}")
        sent = {"Cookie": cookie.partition(";")[0]}
        require(page.call("POST", "api/session/resume", {}, headers=sent).status == 200, "the cookie does not resume")
        forged_cookie = {"Cookie": "workshop_session=forged"}
        status = page.call("POST", "api/session/resume", {}, headers=forged_cookie).status
        require(status == 401, f"a forged cookie is answered with HTTP {status}, not 401")
        page.call("POST", "api/session/end", {}, headers=sent)
        after = page.call("POST", "api/session/resume", {}, headers=sent).status
        require(after == 401, f"after signing out, the cookie is answered with HTTP {after}")
        forged = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
        require(page.call("GET", "api/me", token=forged).status == 401, "a token with a forged signature is accepted")
    return "signed in, resumed, signed out"


def _chat(deployed: Deployed) -> str:
    page = _open(deployed)
    with _person(deployed) as (name, code):
        token, _ = page.sign_in(name, code)
        first = list(page.chat({"text": PHOTOS, "language": "en"}, token=token))
        _ended_well(first)
        sources = [each["document"] for event in first for each in event.data.get("passages", ())]
        require(any(each.endswith("house-rules") for each in sources), f"the passages are from {sources or 'nowhere'}")
        _pieces(first)
        conversation = first[0].data["conversation"]
        asked = {"text": "What did I ask you before this?", "language": "en", "conversation": conversation}
        second = list(page.chat(asked, token=token))
        _ended_well(second)
        require("picture" in _text(second).lower(), f"turn 2 does not remember turn 1: {_text(second)[:200]}")
        with _person(deployed) as (other, other_code):
            others, _ = page.sign_in(other, other_code)
            status = page.call("GET", f"api/conversations/{conversation}", token=others).status
            require(status == 404, f"somebody else's conversation: HTTP {status}, not 404")
    return f"first event after {first[0].seconds:.2f} s, {len(first)} events, cited {sources[0]}"


def _identity(deployed: Deployed) -> str:
    """The forged header would name somebody else, if anybody but the server were believed."""
    page = _open(deployed)
    with _person(deployed) as (name, code), _person(deployed) as (other, other_code):
        token, _ = page.sign_in(name, code)
        forged = {"X-Workshop-Ticket": "0" * 32, "X-Workshop-Attendee": other}
        events = list(page.chat({"text": HELPER, "language": "en"}, token=token, headers=forged))
        _ended_well(events)
        results = [event.data["text"] for event in events if event.name == "tool_result" and "text" in event.data]
        require(bool(results), f"no tool was used: {_text(events)[:200]}")
        withdrawn = results[-1]
        others, _ = page.sign_in(other, other_code)
        seen = list(page.chat({"text": MINE, "language": "en"}, token=others))
        require("SMOKE-2" not in str([event.data for event in seen]), f"{other} sees the request of {name}")
        withdraw(deployed, name, withdrawn)
    return "stored under the name that signed in"


def _ended_well(events: list[StreamEvent]) -> None:
    last = events[-1]
    require(last.name == "done", f"the stream ended with {last.name}: {last.data}")


def _pieces(events: list[StreamEvent]) -> None:
    """Streamed means that the beginning is there long before the end; how many pieces come is the guardrail's
    affair."""
    require(events[0].name == "turn", f"the first event is {events[0].name}")
    tools = [event for event in events if event.name == "tool"]
    texts = [event for event in events if event.name == "text"]
    require(bool(tools) and bool(texts), f"events: {[event.name for event in events]}")
    require(events[0].seconds < texts[-1].seconds, "all events came at once")


def _text(events: list[StreamEvent]) -> str:
    return "".join(event.data["text"] for event in events if event.name == "text")


def _open(deployed: Deployed) -> Page:
    return Page(reachable(deployed.output(*ADDRESS), local_endpoint()))


@contextmanager
def _person(deployed: Deployed) -> Iterator[tuple[str, str]]:
    """Name and code of an attendee who is there for this check only."""
    cognito: Any = deployed.client("cognito-idp")
    pool, name = deployed.output(*POOL), f"smoke-{uuid.uuid4().hex[:8]}"
    try:
        yield name, give(cognito, pool, name, "attendee").code
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)

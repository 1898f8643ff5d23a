"""The workshop desk: the agenda, and asking a lab helper to come."""

from typing import Literal

from pydantic import Field

from lambda_src.common.tool import Tool, ToolGroup, ToolInput

Part = Literal["welcome", "machine-learning", "break", "generative-ai"]


class GetAgenda(ToolInput):
    part: Part | None = Field(default=None, description="Only this part of the day; without it the whole agenda.")


class RequestHelper(ToolInput):
    topic: str = Field(min_length=3, max_length=200, description="What the person needs help with, in their own words.")
    seat: str | None = Field(
        default=None, min_length=1, max_length=20, description="Label of the person's seat, if known."
    )


class ListMyRequests(ToolInput):
    """No parameter on purpose: who asks is never for the model to say."""


GET_AGENDA = Tool(
    name="get_agenda",
    description=(
        "Gives the agenda of the workshop: for each item its start and end time, its part of the day, and title and "
        "topics in Vietnamese and English. Use it for any question about what happens when."
    ),
    input_model=GetAgenda,
    confirm=False,
)
REQUEST_HELPER = Tool(
    name="request_helper",
    description=(
        "Asks a lab helper to come to the person. Use it only when the person wants a human helper, and only after the "
        "person has said yes to sending the request. Asking twice for the same thing sends one request."
    ),
    input_model=RequestHelper,
    confirm=True,
)
LIST_MY_REQUESTS = Tool(
    name="list_my_requests",
    description="Lists the open requests for a lab helper of the person who is asking, newest first.",
    input_model=ListMyRequests,
    confirm=False,
)

GROUP = ToolGroup(
    name="workshop_desk",
    description="Agenda of the workshop, and requests for a lab helper.",
    tools=(GET_AGENDA, REQUEST_HELPER, LIST_MY_REQUESTS),
)

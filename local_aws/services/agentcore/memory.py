"""Events of AgentCore memories: what was said, by actor and session, kept as long as the memory says.

Nothing is inferred from them: long-term strategies and records are not here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_aws.framework import ApiError, EmulatedResource, Params, Request, World, page
from local_aws.services.agentcore.control import AgentCoreControl

DAY = 24 * 3600


@dataclass(frozen=True)
class Event:
    """One event of a conversation that a memory keeps."""

    answer: Params
    """Its form in the API."""
    serial: int
    stored_at: float

    def at(self, actor: str, session: str) -> bool:
        """True if it belongs to that actor and session."""
        return (self.answer["actorId"], self.answer["sessionId"]) == (actor, session)


class MemoryEvents:
    """Events of all memories; they go when the memory goes or the days are over."""

    def __init__(self, world: World, control: AgentCoreControl) -> None:
        self._world = world
        self._control = control
        self._events: dict[tuple[str, str], list[Event]] = {}

    def memory(self, region: str, identifier: str) -> EmulatedResource:
        """A memory by id or ARN; ResourceNotFoundException otherwise."""
        return self._control.store(region).need("Memory", (identifier,))

    def add(
        self, region: str, memory: str, actor: str, session: str, payload: list[Params], when: datetime, **more: Any
    ) -> Params:
        """Keep an event and give it as the API answers it."""
        serial = self._world.serial()
        event_id = f"{int(when.timestamp() * 1000):016d}#{self._world.new_id(8, '0123456789abcdef')}"
        answer = {
            "memoryId": self.memory(region, memory).key[0],
            "actorId": actor,
            "sessionId": session,
            "eventId": event_id,
            "eventTimestamp": when,
            "payload": payload,
            **more,
        }
        with self._world.lock:
            self.living(region, memory).append(Event(answer, serial, self._world.clock()))
        return answer

    def living(self, region: str, memory: str) -> list[Event]:
        """The memory's events that have not expired."""
        record = self.memory(region, memory)
        oldest = self._world.clock() - record["eventExpiryDuration"] * DAY
        with self._world.lock:
            # Keyed by the ARN and the birth of the memory: a new one of the same name begins empty.
            events = self._events.setdefault((record.arn, str(record.serial)), [])
            events[:] = [event for event in events if event.stored_at > oldest]
            return events

    def find(self, call: Request) -> Event:
        """The event that a request names; ResourceNotFoundException otherwise."""
        params = call.params
        for event in self.living(call.region, params["memoryId"]):
            if event.at(params["actorId"], params["sessionId"]) and event.answer["eventId"] == params["eventId"]:
                return event
        raise ApiError("ResourceNotFoundException", "There is no such event.")

    def delete(self, call: Request) -> None:
        """Remove the event that a request names."""
        with self._world.lock:
            self.living(call.region, call.params["memoryId"]).remove(self.find(call))

    def listed(self, call: Request) -> Params:
        """A page of a session's events, newest first as AWS gives them, without payloads if so asked."""
        params = call.params
        if "filter" in params:
            raise ApiError("UnknownOperationException", "The stand-in does not filter events.", 501)
        events = self.living(call.region, params["memoryId"])
        of_session = [event for event in events if event.at(params["actorId"], params["sessionId"])]
        chosen, token = page(
            self._world, of_session, params, "nextToken", "maxResults", "ValidationException", newest_first=True
        )
        shown = [dict(each.answer) for each in chosen]
        if params.get("includePayloads") is False:
            shown = [{**each, "payload": []} for each in shown]
        return {"events": shown, **({"nextToken": token} if token else {})}

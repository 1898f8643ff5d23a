"""Bedrock's runtime of knowledge bases and agents.

Real here: retrieval embeds the question and searches the very index that ingestion wrote; an agent's guardrail judges
question and answer; its action group's function is really called, with the event of
docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html; confirmation, session attributes and the end of a
session work as documented. Not here: a model (`scripted_model` picks the tool), reranking, hybrid search, generated
answers.
"""

from typing import Any

from local_aws.framework import ApiError, Params, Request, StandIn, World, operation, prune, service_model
from local_aws.services.bedrock.models import vectors
from local_aws.services.bedrock.runtime import BedrockRuntime
from local_aws.services.bedrock_agent.action_groups import Invocation, read_answer, specs
from local_aws.services.bedrock_agent.agents import need_version, parts_of
from local_aws.services.bedrock_agent.control import BedrockAgent
from local_aws.services.bedrock_agent.conversation import AgentSession, ConversationTurn, event_for
from local_aws.services.bedrock_agent.kinds import embedding_of
from local_aws.services.bedrock_agent.vector_store import SOURCE_URI, Hit
from local_aws.services.shared.backend import Backend
from local_aws.services.shared.scripted_model import choose as scripted_model

RESULTS = 5


class BedrockAgentRuntime(StandIn):
    """Data plane of agents and knowledge bases: Retrieve and InvokeAgent."""

    service = "bedrock-agent-runtime"
    scope = "bedrock"

    def __init__(self, world: World, backend: Backend, agents: BedrockAgent, runtime: BedrockRuntime) -> None:
        super().__init__(world)
        self._backend = backend
        self._agents = agents
        self._runtime = runtime
        self._sessions: dict[tuple[str, str, str, str], AgentSession] = {}

    @operation("Retrieve")
    def retrieve(self, call: Request) -> Params:
        """The nearest passages, best first, with their metadata and where they come from."""
        params = call.params
        search = (params.get("retrievalConfiguration") or {}).get("vectorSearchConfiguration") or {}
        if search.get("overrideSearchType") == "HYBRID":
            raise ApiError("ValidationException", "HYBRID search is not supported by this vector store.")
        question = params["retrievalQuery"].get("text", "")
        if not question.strip():
            raise ApiError("ValidationException", "The query has no text.")
        guarded = params.get("guardrailConfiguration")
        if guarded and self._judge(call, _identified(guarded), "INPUT", question).blocked:
            return {"retrievalResults": [], "guardrailAction": "INTERVENED"}
        count = search.get("numberOfResults", RESULTS)
        hits = self._search(call, params["knowledgeBaseId"], question, count, search.get("filter"))
        return {"retrievalResults": [_result(hit) for hit in hits], **({"guardrailAction": "NONE"} if guarded else {})}

    def _search(
        self, call: Request, knowledge_base: str, question: str, count: int, wanted: Params | None
    ) -> list[Hit]:
        base = self._agents.store(call.region).need("KnowledgeBase", (knowledge_base,))
        model, dimension = embedding_of(call.region, base.members)
        store = self._agents.open_store(call.region, base["storageConfiguration"])
        vector = vectors(model, [question], dimension, "search_query")[0]
        return store.query(vector, count, wanted)

    def _judge(self, call: Request, config: Params, source: Any, text: str) -> Any:
        return self._runtime.judge(call.region, config, source, [text])

    @operation("InvokeAgent")
    def invoke_agent(self, call: Request) -> Params:
        """A stream of one answer: text in `chunk`, or `returnControl` where a person has to say yes first."""
        turn = self._turn(call)
        events = self._events(turn)
        if call.params.get("endSession"):
            self._sessions.pop((call.region, turn.agent.key[0], call.params["agentAliasId"], turn.session_id), None)
        if not call.params.get("enableTrace"):
            events = [event for event in events if "trace" not in event]
        return {"completion": events, "contentType": "application/json", "sessionId": turn.session_id}

    def _turn(self, call: Request) -> ConversationTurn:
        params = call.params
        store = self._agents.store(call.region)
        agent = store.need("Agent", (params["agentId"],))
        alias = store.need("AgentAlias", (agent.key[0], params["agentAliasId"]))
        seen = Request("bedrock-agent", "InvokeAgent", params, call.region, self._agents)
        version = need_version(seen, agent, alias["routingConfiguration"][0]["agentVersion"])
        if version is agent and agent["agentStatus"] != "PREPARED":
            raise ApiError("ValidationException", f"Agent {agent.key[0]} is not prepared.")
        key = (call.region, agent.key[0], alias.key[1], params["sessionId"])
        session = self._sessions.setdefault(key, AgentSession())
        state = params.get("sessionState") or {}
        session.attributes.update(state.get("sessionAttributes") or {})
        session.prompt_attributes = dict(state.get("promptSessionAttributes") or {})
        return ConversationTurn(seen, agent, version, params["sessionId"], session, params.get("inputText", ""))

    def _events(self, turn: ConversationTurn) -> list[Params]:
        results = (turn.call.params.get("sessionState") or {}).get("returnControlInvocationResults")
        if results:
            return self._confirmed(turn, results[0].get("functionResult") or {})
        if not turn.question.strip():
            return []
        verdict = self._guarded(turn, "INPUT", turn.question)
        if verdict is not None and verdict.blocked:
            return [_guardrail_trace(turn, verdict, "inputAssessments"), _chunk(verdict.texts[0])]
        question = verdict.texts[0] if verdict is not None else turn.question
        choice = scripted_model.choose(question, self._tools(turn))
        if choice is None:
            return self._from_documents(turn, question)
        invocation = Invocation(choice.tool.handle, choice.tool.name, dict(choice.arguments))
        if invocation.needs_confirmation:
            turn.session.waiting = invocation
            return [{"returnControl": invocation.question(turn.agent.key[0], self.world.new_id(36))}]
        return self._called(turn, invocation)

    def _tools(self, turn: ConversationTurn) -> list[scripted_model.ToolSpec]:
        groups = parts_of(turn.call, "ActionGroup", turn.agent.key[0], turn.version_name)
        return [spec for group in groups if group["actionGroupState"] == "ENABLED" for spec in specs(group)]

    def _confirmed(self, turn: ConversationTurn, result: Params) -> list[Params]:
        waiting, turn.session.waiting = turn.session.waiting, None
        if waiting is None or waiting.function != result.get("function"):
            raise ApiError("ValidationException", "No invocation waits for this result.")
        if result.get("confirmationState") != "CONFIRM":
            return [_chunk(scripted_model.answer(waiting.function, "not confirmed, so not called"))]
        return self._called(turn, waiting)

    def _called(self, turn: ConversationTurn, invocation: Invocation) -> list[Params]:
        event = event_for(turn, invocation)
        try:
            answer = self._backend.invoke_lambda(invocation.group["actionGroupExecutor"]["lambda"], event)
        except LookupError as error:
            raise _failure(f"The function {error} does not exist.") from error
        if answer.error:
            raise _failure(f"The function failed: {answer.error}.")
        try:
            read = read_answer(answer.payload, invocation)
        except ValueError as error:
            raise _failure(str(error)) from error
        turn.session.attributes.update(read.session_attributes)
        if read.state == "FAILURE":
            raise _failure("The function answered with the state FAILURE.")
        trace = _tool_trace(turn, invocation, read.body)
        return [*trace, *self._said(turn, scripted_model.answer(invocation.function, read.body))]

    def _from_documents(self, turn: ConversationTurn, question: str) -> list[Params]:
        bases = parts_of(turn.call, "AgentKnowledgeBase", turn.agent.key[0], turn.version_name)
        enabled = [base.key[2] for base in bases if base["knowledgeBaseState"] == "ENABLED"]
        hits = [hit for base in enabled for hit in self._search(turn.call, base, question, 1, None)]
        if not hits:
            return self._said(turn, scripted_model.NOTHING_FOUND)
        best = max(hits, key=lambda hit: hit.score)
        return self._said(turn, scripted_model.quote(_file(best), best.text), best)

    def _said(self, turn: ConversationTurn, text: str, source: Hit | None = None) -> list[Params]:
        verdict = self._guarded(turn, "OUTPUT", text)
        if verdict is None or not verdict.intervened:
            return [_chunk(text, source)]
        shown = _chunk(verdict.texts[0], None if verdict.blocked else source)
        return [_guardrail_trace(turn, verdict, "outputAssessments"), shown]

    def _guarded(self, turn: ConversationTurn, source: Any, text: str) -> Any:
        config = turn.version.get("guardrailConfiguration")
        return self._judge(turn.call, config, source, text) if config else None


def _identified(config: Params) -> Params:
    return {"guardrailIdentifier": config["guardrailId"], "guardrailVersion": config["guardrailVersion"]}


def _file(hit: Hit) -> str:
    return str(hit.attributes.get(SOURCE_URI, "")).rpartition("/")[2]


def _result(hit: Hit) -> Params:
    return {
        "content": {"type": "TEXT", "text": hit.text},
        "location": {"type": "S3", "s3Location": {"uri": hit.attributes.get(SOURCE_URI, "")}},
        "score": hit.score,
        "metadata": dict(hit.attributes),
    }


def _chunk(text: str, source: Hit | None = None) -> Params:
    chunk: Params = {"bytes": text.encode()}
    if source:
        reference = {name: _result(source)[name] for name in ("content", "location", "metadata")}
        part = {"textResponsePart": {"text": text, "span": {"start": 0, "end": len(text)}}}
        chunk["attribution"] = {"citations": [{"generatedResponsePart": part, "retrievedReferences": [reference]}]}
    return {"chunk": chunk}


def _failure(message: str) -> ApiError:
    return ApiError("DependencyFailedException", message, resourceName="lambda")


def _trace(turn: ConversationTurn, trace: Params) -> Params:
    shared = {"agentId": turn.agent.key[0], "agentVersion": turn.version_name, "sessionId": turn.session_id}
    return {"trace": {**shared, "agentAliasId": turn.call.params["agentAliasId"], "trace": trace}}


def _guardrail_trace(turn: ConversationTurn, verdict: Any, side: str) -> Params:
    action = "INTERVENED" if verdict.intervened else "NONE"
    trace: Params = {"action": action, "traceId": turn.session_id, side: [verdict.assessment]}
    return _trace(turn, {"guardrailTrace": prune(_guardrail_trace_shape(), trace)})


def _guardrail_trace_shape() -> Any:
    """Agents show fewer members of an assessment than ApplyGuardrail does."""
    stream: Any = service_model("bedrock-agent-runtime").operation_model("InvokeAgent").output_shape
    return stream.members["completion"].members["trace"].members["trace"].members["guardrailTrace"]


def _tool_trace(turn: ConversationTurn, invocation: Invocation, body: str) -> list[Params]:
    asked: Params = {
        "invocationType": "ACTION_GROUP",
        "actionGroupInvocationInput": {
            "actionGroupName": invocation.group["actionGroupName"],
            "function": invocation.function,
            "executionType": "LAMBDA",
            "parameters": invocation.parameters(),
        },
    }
    seen: Params = {"type": "ACTION_GROUP", "actionGroupInvocationOutput": {"text": body}}
    return [
        _trace(turn, {"orchestrationTrace": {"invocationInput": asked}}),
        _trace(turn, {"orchestrationTrace": {"observation": seen}}),
    ]

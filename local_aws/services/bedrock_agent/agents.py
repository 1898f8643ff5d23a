"""Agents of Bedrock Agents: the draft, its action groups and knowledge bases, numbered versions, aliases.

Rules: docs.aws.amazon.com/bedrock/latest/userguide/agents-deploy.html. A version is a copy of the prepared draft with
all that belongs to it; an alias without a routing of its own makes one whenever it is created or updated.
"""

from local_aws.framework import ApiError, EmulatedKind, EmulatedResource, Life, Params, Request, find, remove

DRAFT = "DRAFT"
TEST_ALIAS = "TSTALIASID"
PARTS = ("ActionGroup", "AgentKnowledgeBase")
AGENT_LIFE = Life("CREATING", "NOT_PREPARED", "DELETING", "UPDATING", member="agentStatus")
ALIAS_LIFE = Life("CREATING", "PREPARED", "DELETING", "UPDATING", member="agentAliasStatus")
PART_PARAMS = {"skipResourceInUseCheck": "skipped"}


def _agent(_: Request, members: Params) -> Params:
    return {
        "agentVersion": DRAFT,
        "agentStatus": "NOT_PREPARED",
        "idleSessionTTLInSeconds": members.get("idleSessionTTLInSeconds", 600),
        "agentResourceRoleArn": members.get("agentResourceRoleArn", ""),
    }


def _test_alias(call: Request, agent: EmulatedResource) -> None:
    kind = call.owner.kind_of["AgentAlias"]
    key = (agent.key[0], TEST_ALIAS)
    arn = call.arn("bedrock", f"agent-alias/{agent.key[0]}/{TEST_ALIAS}")
    members: Params = {
        "agentAliasName": "AgentTestAlias",
        "routingConfiguration": [{"agentVersion": DRAFT}],
        "aliasInvocationState": "ACCEPT_INVOCATIONS",
    }
    now = agent.created
    call.store.add(EmulatedResource(kind, key, arn, members, {}, now, call.world.serial(), now, now))


def _alias(call: Request, members: Params) -> Params:
    agent = call.store.need("Agent", (members["agentId"],))
    routing = call.params.get("routingConfiguration")
    if routing:
        for route in routing:
            need_version(call, agent, route["agentVersion"])
    else:
        routing = [{"agentVersion": _new_version(call, agent)}]
    return {
        "routingConfiguration": routing,
        "aliasInvocationState": members.get("aliasInvocationState", "ACCEPT_INVOCATIONS"),
    }


def need_version(call: Request, agent: EmulatedResource, version: str) -> EmulatedResource:
    """The draft or a numbered version; ResourceNotFoundException otherwise."""
    return agent if version == DRAFT else call.store.need("AgentVersion", (agent.key[0], version))


def _new_version(call: Request, agent: EmulatedResource) -> str:
    if agent["agentStatus"] != "PREPARED":
        text = f"Failed to create a version of agent {agent.key[0]}: prepare the agent first."
        raise ApiError("ValidationException", text)
    version = str(int(agent.get("lastVersion", 0)) + 1)
    agent.members["lastVersion"] = version
    kept = {**agent.members, "agentArn": agent.arn, "version": version}
    _copy(call, agent, call.owner.kind_of["AgentVersion"], (agent.key[0], version), kept)
    for name in PARTS:
        for part in parts_of(call, name, agent.key[0], DRAFT):
            _copy(call, part, part.kind, (agent.key[0], version, part.key[2]), part.members)
    return version


def _copy(call: Request, source: EmulatedResource, kind: EmulatedKind, key: tuple[str, ...], members: Params) -> None:
    now = call.world.clock()
    call.store.add(EmulatedResource(kind, key, "", dict(members), {}, now, call.world.serial(), now, now))


def parts_of(call: Request, kind: str, agent: str, version: str) -> list[EmulatedResource]:
    """Action groups (`ActionGroup`) or knowledge bases (`AgentKnowledgeBase`) of a version of an agent."""
    return [part for part in call.store.all(kind) if part.key[:2] == (agent, version)]


def _unprepared(call: Request, agent: str) -> None:
    """The model lets only parts of the DRAFT be changed; the draft then has to be prepared again."""
    call.store.need("Agent", (agent,)).members["agentStatus"] = "NOT_PREPARED"


def _action_group(call: Request, members: Params) -> Params:
    _unprepared(call, members["agentId"])
    name = members["actionGroupName"]
    for other in parts_of(call, "ActionGroup", members["agentId"], DRAFT):
        if other["actionGroupName"] == name and other.key[2] != members["actionGroupId"]:
            raise ApiError("ConflictException", f"An action group named {name} already exists.")
    return {"actionGroupState": members.get("actionGroupState", "ENABLED")}


def _association(call: Request, members: Params) -> Params:
    _unprepared(call, members["agentId"])
    call.store.need("KnowledgeBase", (members["knowledgeBaseId"],))
    return {"knowledgeBaseState": members.get("knowledgeBaseState", "ENABLED")}


def _part_goes(call: Request, record: EmulatedResource) -> None:
    _unprepared(call, record.key[0])


def prepare_agent(call: Request) -> Params:
    """PrepareAgent: the draft with its parts is what the test alias and the next version have."""
    with call.world.lock:
        agent = find(call.owner.kind_of["Agent"], call)
        if not agent.get("foundationModel") or not agent.get("instruction"):
            raise ApiError("ValidationException", "An agent needs a foundationModel and an instruction to be prepared.")
        agent.members["agentStatus"] = "PREPARED"
        agent.members["preparedAt"] = call.world.now()
    return {
        "agentId": agent.key[0],
        "agentStatus": "PREPARED",
        "agentVersion": DRAFT,
        "preparedAt": agent["preparedAt"],
    }


def delete_agent(call: Request) -> Params:
    """DeleteAgent: with all versions, parts and aliases; ConflictException while it has aliases that people made."""
    with call.world.lock:
        agent = find(call.owner.kind_of["Agent"], call)
        made = [
            each for each in call.store.all("AgentAlias") if each.key[0] == agent.key[0] and each.key[1] != TEST_ALIAS
        ]
        if made and not call.params.get("skipResourceInUseCheck"):
            text = f"Could not delete Agent with ID {agent.key[0]}, since it has active aliases."
            raise ApiError("ConflictException", text)
        remove(agent, call)
    return {"agentId": agent.key[0], "agentStatus": "DELETING"}


KINDS = (
    EmulatedKind(
        "Agent",
        ("agentId",),
        create="CreateAgent",
        get="GetAgent",
        list="ListAgents",
        update="UpdateAgent",
        arn="agent/{agentId}",
        arn_member="agentArn",
        id_prefix="",
        unique="agentName",
        outputs={"latestAgentVersion": "lastVersion"},
        life=AGENT_LIFE,
        prepare=_agent,
        after_create=_test_alias,
    ),
    EmulatedKind(
        "AgentVersion",
        ("agentId", "version"),
        get="GetAgentVersion",
        list="ListAgentVersions",
        delete="DeleteAgentVersion",
        params={"agentVersion": "version", **PART_PARAMS},
        outputs={"agentVersion": "version"},
        parents=("Agent",),
        orphan="delete",
        life=Life("VERSIONING", "PREPARED", "DELETING", member="agentStatus"),
    ),
    EmulatedKind(
        "AgentAlias",
        ("agentId", "agentAliasId"),
        create="CreateAgentAlias",
        get="GetAgentAlias",
        list="ListAgentAliases",
        update="UpdateAgentAlias",
        delete="DeleteAgentAlias",
        arn="agent-alias/{agentId}/{agentAliasId}",
        arn_member="agentAliasArn",
        id_prefix="",
        unique="agentAliasName",
        parents=("Agent",),
        orphan="delete",
        life=ALIAS_LIFE,
        prepare=_alias,
    ),
    EmulatedKind(
        "ActionGroup",
        ("agentId", "agentVersion", "actionGroupId"),
        create="CreateAgentActionGroup",
        get="GetAgentActionGroup",
        list="ListAgentActionGroups",
        update="UpdateAgentActionGroup",
        delete="DeleteAgentActionGroup",
        id_prefix="",
        params=PART_PARAMS,
        parents=("Agent",),
        orphan="delete",
        prepare=_action_group,
        before_delete=_part_goes,
    ),
    EmulatedKind(
        "AgentKnowledgeBase",
        ("agentId", "agentVersion", "knowledgeBaseId"),
        create="AssociateAgentKnowledgeBase",
        get="GetAgentKnowledgeBase",
        list="ListAgentKnowledgeBases",
        update="UpdateAgentKnowledgeBase",
        delete="DisassociateAgentKnowledgeBase",
        parents=("Agent",),
        orphan="delete",
        prepare=_association,
        before_delete=_part_goes,
    ),
)

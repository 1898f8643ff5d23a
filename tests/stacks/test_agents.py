"""Both agent engines: one definition of the tools, one guardrail, exact models."""

import json
import re
from typing import Any

import pytest

from lambda_src.common.tool import ToolGroup
from lambda_src.groups import DOCUMENT_SEARCH, TOOL_GROUPS
from stacks.safety.policy import load_policy
from tests.stacks.support import Synthesise, Template, of_type, only, statements

EVERY_ENGINE = [group for group in TOOL_GROUPS if group is not DOCUMENT_SEARCH]
MODEL_CALLS = {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}


def _target(template: Template, group: ToolGroup) -> dict[str, Any]:
    (target,) = [
        each
        for each in of_type(template, "AWS::BedrockAgentCore::GatewayTarget").values()
        if each["Name"] == group.target_name
    ]
    return target


@pytest.mark.parametrize("group", TOOL_GROUPS, ids=lambda group: group.name)
def test_gateway_offers_the_defined_tools(templates: Synthesise, group: ToolGroup) -> None:
    target = _target(templates("default")["AgentCore"], group)
    assert target["CredentialProviderConfigurations"] == [{"CredentialProviderType": "GATEWAY_IAM_ROLE"}]
    offered = target["TargetConfiguration"]["Mcp"]["Lambda"]["ToolSchema"]["InlinePayload"]
    assert [each["Name"] for each in offered] == [tool.name for tool in group.tools]
    for schema, tool in zip(offered, group.tools, strict=True):
        assert set(schema["InputSchema"].get("Properties", {})) == {parameter.name for parameter in tool.parameters}
        required = {parameter.name for parameter in tool.parameters if parameter.required}
        assert set(schema["InputSchema"].get("Required", [])) == required


@pytest.mark.parametrize("group", EVERY_ENGINE, ids=lambda group: group.name)
def test_action_groups_offer_the_defined_tools(templates: Synthesise, group: ToolGroup) -> None:
    agent = only(templates("existing-agents")["BedrockAgent"], "AWS::Bedrock::Agent")
    (action_group,) = [each for each in agent["ActionGroups"] if each["ActionGroupName"] == group.name]
    functions = {each["Name"]: each for each in action_group["FunctionSchema"]["Functions"]}
    assert set(functions) == {tool.name for tool in group.tools}
    for tool in group.tools:
        assert functions[tool.name]["RequireConfirmation"] == ("ENABLED" if tool.confirm else "DISABLED")
        parameters = functions[tool.name].get("Parameters", {})
        assert {name: each["Type"] for name, each in parameters.items()} == {
            parameter.name: parameter.type.value for parameter in tool.parameters
        }


def test_document_search_is_a_tool_only_where_the_knowledge_base_is_not_connected(templates: Synthesise) -> None:
    agent = only(templates("existing-agents")["BedrockAgent"], "AWS::Bedrock::Agent")
    assert [each["KnowledgeBaseState"] for each in agent["KnowledgeBases"]] == ["ENABLED"]
    assert DOCUMENT_SEARCH.name not in [each["ActionGroupName"] for each in agent["ActionGroups"]]


def test_harness_calls_its_model_only_with_the_guardrail(templates: Synthesise, preset: str) -> None:
    template = templates(preset)["AgentCore"]
    harness = only(template, "AWS::BedrockAgentCore::Harness")
    passed_on = harness["Model"]["BedrockModelConfig"]["AdditionalParams"]["guardrailConfig"]
    assert set(passed_on) == {"guardrailIdentifier", "guardrailVersion", "streamProcessingMode", "trace"}
    assert (passed_on["streamProcessingMode"], passed_on["trace"]) == ("sync", "enabled")
    assert "DRAFT" not in json.dumps(passed_on)
    (role,) = [each for name, each in of_type(template, "AWS::IAM::Role").items() if name.startswith("HarnessRole")]
    about = [each for each in statements(role) if MODEL_CALLS & set(each["Action"])]
    (refused,) = [each for each in about if each["Effect"] == "Deny"]
    assert set(refused["Action"]) == MODEL_CALLS
    assert refused["Resource"] == "*"
    named = refused["Condition"]["ArnNotLike"]["bedrock:GuardrailIdentifier"]
    assert len(named) == 2
    assert json.dumps(named[1]).count(":*") == 1
    calls = [each for each in about if each["Effect"] == "Allow"]
    assert calls
    assert [each for each in calls if "bedrock:GuardrailIdentifier" not in each["Condition"]["StringEquals"]] == []


def test_harness_offers_the_gateways_tools_and_no_shell(templates: Synthesise, preset: str) -> None:
    harness = only(templates(preset)["AgentCore"], "AWS::BedrockAgentCore::Harness")
    assert harness["AllowedTools"] == ["@workshop"]
    assert [(each["Name"], each["Type"]) for each in harness["Tools"]] == [("workshop", "agentcore_gateway")]
    assert set(harness["Memory"]) == {
        "AgentCoreMemoryConfiguration"
    }  # without it the service makes a memory of its own


def test_agent_has_a_numbered_guardrail_and_an_alias_that_follows_its_policy(templates: Synthesise) -> None:
    template = templates("existing-agents")["BedrockAgent"]
    agent = only(template, "AWS::Bedrock::Agent")
    assert "DRAFT" not in json.dumps(agent["GuardrailConfiguration"])
    assert agent["AutoPrepare"] is True
    assert re.search(r"\b[0-9a-f]{12}$", agent["Description"])
    alias = only(template, "AWS::Bedrock::AgentAlias")
    assert re.search(r"\b[0-9a-f]{12}$", alias["Description"])
    assert "RoutingConfiguration" not in alias


def test_each_function_lets_in_this_agent_only(templates: Synthesise) -> None:
    permissions = of_type(templates("existing-agents")["BedrockAgent"], "AWS::Lambda::Permission").values()
    assert len(permissions) == len(EVERY_ENGINE)
    for permission in permissions:
        assert permission["Principal"] == "bedrock.amazonaws.com"
        assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
        assert "AgentArn" in json.dumps(permission["SourceArn"])


def test_cross_region_calls_name_the_profile_and_its_model_in_each_region(templates: Synthesise) -> None:
    template = templates("default")["AgentCore"]
    (role,) = [each for name, each in of_type(template, "AWS::IAM::Role").items() if name.startswith("HarnessRole")]
    about = [each for each in statements(role) if MODEL_CALLS & set(each["Action"])]
    direct, routed = (each for each in about if each["Effect"] == "Allow")
    assert "inference-profile/apac.amazon.nova-lite-v1:0" in json.dumps(direct["Resource"])
    models = json.dumps(routed["Resource"])
    assert models.count("::foundation-model/amazon.nova-lite-v1:0") == len(routed["Resource"]) > 1
    assert "*" not in models
    assert "bedrock:InferenceProfileArn" in routed["Condition"]["ArnEquals"]


def test_canary_is_in_the_instruction_and_held_back_in_answers(templates: Synthesise) -> None:
    canary = load_policy().words.canary
    harness = only(templates("default")["AgentCore"], "AWS::BedrockAgentCore::Harness")
    assert canary in harness["SystemPrompt"][0]["Text"]
    words = only(templates("default")["Safety"], "AWS::Bedrock::Guardrail")["WordPolicyConfig"]["WordsConfig"]
    assert {"Text": canary, "InputEnabled": False, "OutputAction": "BLOCK"} in words

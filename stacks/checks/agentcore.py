"""Rules for AgentCore: names, and how a gateway calls Lambda."""

import re
from collections.abc import Iterator

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import elements, get, is_intrinsic, known_text, objects

TARGET = "AWS::BedrockAgentCore::GatewayTarget"
MAX_TOOL_NAME = 64

_UNDERSCORE = "letters, digits and underscores, a letter first, at most {} characters; no hyphen"
_HYPHEN = "letters and digits with single hyphens between them, at most {} characters; no underscore"
NAMES = {
    "AWS::BedrockAgentCore::BrowserCustom": ("Name", r"[a-zA-Z][a-zA-Z0-9_]{0,47}", _UNDERSCORE.format(48)),
    "AWS::BedrockAgentCore::CodeInterpreterCustom": ("Name", r"[a-zA-Z][a-zA-Z0-9_]{0,47}", _UNDERSCORE.format(48)),
    "AWS::BedrockAgentCore::Gateway": ("Name", r"([0-9a-zA-Z]-?){1,48}", _HYPHEN.format(48)),
    TARGET: ("Name", r"([0-9a-zA-Z]-?){1,100}", _HYPHEN.format(100)),
    "AWS::BedrockAgentCore::Harness": ("HarnessName", r"[a-zA-Z][a-zA-Z0-9_]{0,39}", _UNDERSCORE.format(40)),
    "AWS::BedrockAgentCore::Memory": ("Name", r"[a-zA-Z][a-zA-Z0-9_]{0,47}", _UNDERSCORE.format(48)),
    "AWS::BedrockAgentCore::Runtime": ("AgentRuntimeName", r"[a-zA-Z][a-zA-Z0-9_]{0,47}", _UNDERSCORE.format(48)),
}
"""Property, pattern and the pattern in words, by type."""


def check_name(resource: Resource, context: Context) -> Iterator[Problem]:
    """Half of the types take underscores and no hyphens, the other half the reverse."""
    path, pattern, words = NAMES[resource.type]
    name = known_text(get(resource.properties, path))
    if name is not None and not re.fullmatch(pattern, name):
        yield Problem(f"The {path} {name!r} is not allowed here.", f"Use {words}.")


def check_credentials(resource: Resource, context: Context) -> Iterator[Problem]:
    """A gateway calls a Lambda function as its own role, and says so."""
    if get(resource.properties, "TargetConfiguration.Mcp.Lambda") is None:
        return
    configurations = get(resource.properties, "CredentialProviderConfigurations")
    kinds = [known_text(get(entry, "CredentialProviderType")) for entry in elements(configurations)]
    if not is_intrinsic(configurations) and kinds != ["GATEWAY_IAM_ROLE"]:
        yield Problem(
            f"A Lambda target needs the credential provider GATEWAY_IAM_ROLE and has {kinds or 'none'}.",
            "Set CredentialProviderConfigurations to [{CredentialProviderType: GATEWAY_IAM_ROLE}].",
        )


def check_tool_names(resource: Resource, context: Context) -> Iterator[Problem]:
    """The model sees a tool as `<target>___<tool>` and takes 64 characters."""
    target = known_text(get(resource.properties, "Name"))
    if target is None:
        return
    for tool in objects(get(resource.properties, "TargetConfiguration.Mcp.Lambda.ToolSchema.InlinePayload")):
        name = f"{target}___{known_text(get(tool, 'Name'))}"
        if len(name) > MAX_TOOL_NAME:
            yield Problem(
                f"The tool is called {name} by the model: {len(name)} characters, at most {MAX_TOOL_NAME} are allowed.",
                "Shorten the name of the target or of the tool.",
                detail=name,
            )


RULES = (
    Rule(
        "agentcore-name",
        "Names of AgentCore resources match their own pattern",
        "Creation fails; a name that one type takes is refused by the next: "
        "https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference/API_CreateGateway.html",
        tuple(NAMES),
        check_name,
    ),
    Rule(
        "gateway-target-credentials",
        "A gateway's Lambda target uses the gateway's role",
        "Creation fails with 'CredentialProviderConfigurations is required for Lambda targets': "
        "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html",
        (TARGET,),
        check_credentials,
    ),
    Rule(
        "gateway-tool-name",
        "A tool's full name has at most 64 characters",
        "The model's API refuses the tool: "
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html",
        (TARGET,),
        check_tool_names,
    ),
)

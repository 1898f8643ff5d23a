"""Every tool group is whole: what the recipe "Add a tool" in CONTRIBUTING.md asks for is there, or is named here."""

import pytest

from lambda_src.groups import TOOL_GROUPS
from local_aws.framework import World
from local_aws.services.catalog import stand_ins
from tests.cloud_assembly import ROOT
from tests.iam.role_duties import DUTIES
from tests.lambda_src.samples import FOLDER, arguments_of, sample, soundly
from tests.lambda_src.support import aws_answers, gateway_context, load
from tests.local_aws.support import REGION, MemoryBackend
from tests.stacks.support import Synthesise, of_type
from workshop.smoke.scenarios import document_search, scenarios

BY_THE_EMULATOR = {"dynamodb"}
"""Services of the tools that ministack itself has."""


def test_every_group_is_deployed(templates: Synthesise) -> None:
    handlers = {each["Handler"] for each in of_type(templates("default")["Tools"], "AWS::Lambda::Function").values()}
    expected = {f"lambda_src.{group.name}.handler.handler" for group in TOOL_GROUPS}
    assert expected - handlers == set(), "stacks/tools/stack.py does not deploy them"
    assert handlers - expected == set(), "deployed, but not in lambda_src/groups.py"


def test_every_group_has_duties() -> None:
    roles = {("Tools", f"{group.name.title().replace('_', '')}Role") for group in TOOL_GROUPS}
    assert roles - DUTIES.keys() == set(), "not in tests/iam/role_duties.py"


def test_every_tool_has_one_scenario() -> None:
    covered = [(each.group, each.tool) for each in [*scenarios(True), document_search()]]
    defined = [(group.name, tool.name) for group in TOOL_GROUPS for tool in group.tools]
    assert sorted(set(defined) - set(covered)) == [], "workshop/smoke/scenarios.py has no scenario"
    assert sorted(covered) == sorted(defined), "workshop/smoke/scenarios.py has more than one each, or others"


@pytest.mark.parametrize("path", ["knowledge/docs/en/agents.md", "knowledge/docs/vi/agents.md"])
def test_every_group_is_in_the_documents(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    missing = [group.name for group in TOOL_GROUPS if f"`{group.name}`" not in text]
    assert missing == [], f"{path} does not name them"


def test_every_group_has_tests_of_its_own() -> None:
    files = [f"tests/lambda_src/test_{group.name}.py" for group in TOOL_GROUPS]
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_parameter_has_a_sample() -> None:
    files = [FOLDER / f"{group.name}.json" for group in TOOL_GROUPS]
    assert [str(file.relative_to(ROOT)) for file in files if not file.is_file()] == []
    missing = [
        f"{group.name}.json: {tool.name}.{parameter.name}"
        for group in TOOL_GROUPS
        for tool in group.tools
        for parameter in tool.parameters
        if parameter.name not in sample(group.name).arguments.get(tool.name, {})
    ]
    assert missing == []


def test_the_local_aws_answers_every_call_of_a_tool() -> None:
    local = stand_ins(World(region=REGION), MemoryBackend())
    answered = {
        (local[name].model.service_id.hyphenize(), operation)
        for name in local.names
        for operation in local[name].operations
    }
    asked = set()
    for function in (load(group.name) for group in TOOL_GROUPS):
        for tool in function.group.tools:
            with aws_answers(function, soundly(function)) as aws:
                function(dict(arguments_of(tool)), gateway_context(tool.name))
            asked |= set(aws.operations)
    missing = [call for call in sorted(asked - answered) if call[0] not in BY_THE_EMULATOR]
    assert missing == [], "local_aws/services does not have these operations"

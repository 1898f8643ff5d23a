"""Tags of a template and of a stack are on the resource, change with the template, and go with it."""

from typing import Any

import pytest

from local_aws.cloudformation.registry import Schema, schemas
from local_aws.cloudformation.shapes import find
from local_aws.cloudformation.tables import TYPES
from local_aws.cloudformation.tags import as_map
from tests.local_aws.cloudformation.cases import CASES
from tests.local_aws.cloudformation.cases.case import Case, resource
from tests.local_aws.conftest import Clients, Stack

pytestmark = pytest.mark.rehearsal

LISTING = {
    "bedrock": ("list_tags_for_resource", "resourceARN", "tags"),
    "bedrock-agent": ("list_tags_for_resource", "resourceArn", "tags"),
    "bedrock-agentcore-control": ("list_tags_for_resource", "resourceArn", "tags"),
    "budgets": ("list_tags_for_resource", "ResourceARN", "ResourceTags"),
    "opensearchserverless": ("list_tags_for_resource", "resourceArn", "tags"),
    "s3vectors": ("list_tags_for_resource", "resourceArn", "tags"),
    "sagemaker": ("list_tags", "ResourceArn", "Tags"),
}

REFERRED = {"AWS::Budgets::Budget": "arn:aws:budgets::${AWS::AccountId}:budget/${It}", "AWS::EC2::FlowLog": "${It}"}


def taggable(case: Case) -> bool:
    schema = schemas()[case.kind]
    return schema.tag_property is not None and schema.tag_property not in schema.create_only


def as_property(schema: Schema, tags: dict[str, str]) -> Any:
    return tags if schema.tags_are_map else [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(clients: Clients, case: Case, arn: str) -> dict[str, str]:
    service = TYPES[case.kind].service
    if service == "cloudtrail":
        found = clients(service).list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
    elif service == "ec2":
        filters = [{"Name": "resource-id", "Values": [arn]}]
        found = clients(service).describe_tags(Filters=filters)["Tags"]
    else:
        operation, parameter, at = LISTING[service]
        found = find(getattr(clients(service), operation)(**{parameter: arn}), at)
    lowered = (
        [{key.capitalize(): value for key, value in tag.items()} for tag in found] if isinstance(found, list) else found
    )
    return {key: value for key, value in as_map(lowered).items() if not key.startswith("aws:")}


@pytest.mark.parametrize("case", [case for case in CASES if taggable(case)], ids=lambda case: str(case.kind))
def test_tags_follow_the_template(case: Case, stack: Stack, clients: Clients) -> None:
    schema, declared = schemas()[case.kind], TYPES[case.kind]
    assert schema.tag_property

    def deploy(**tags: str) -> dict[str, str]:
        properties = {**case.properties, str(schema.tag_property): as_property(schema, tags)}
        text = declared.arn.replace("{", "${It.").replace("${It.account}", "${AWS::AccountId}")
        arn = {"Fn::Sub": text.replace("${It.region}", "${AWS::Region}")}
        if case.kind in REFERRED:
            arn = {"Fn::Sub": REFERRED[case.kind]}
        outputs = stack.deploy({**case.needs, "It": resource(case.kind, **properties)}, {"Arn": arn})
        return tags_of(clients, case, outputs["Arn"])

    stack_tag = {"workshop:id": stack.name}
    assert deploy(attendee="att-01", gone="soon") == {"attendee": "att-01", "gone": "soon"} | stack_tag
    reference = stack.physical_id("It")
    assert deploy(attendee="att-02") == {"attendee": "att-02"} | stack_tag
    assert stack.physical_id("It") == reference
    assert stack.delete() == "DELETE_COMPLETE"

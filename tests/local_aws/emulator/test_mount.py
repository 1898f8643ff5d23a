"""Which requests go to a stand-in and which to the emulator."""

import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from local_aws.launcher import LocalAws
from tests.local_aws.conftest import Clients

pytestmark = pytest.mark.rehearsal


def test_an_operation_that_a_stand_in_does_not_do_says_so(clients: Clients) -> None:
    with pytest.raises(ClientError) as refused:
        clients("sagemaker").list_hubs()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_the_emulators_own_resources_never_answer_for_a_stand_in(clients: Clients) -> None:
    with pytest.raises(ClientError) as refused:
        clients("bedrock").list_foundation_model_agreement_offers(modelId="amazon.nova-lite-v1:0")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_all_other_services_are_the_emulators(clients: Clients) -> None:
    assert clients("sts").get_caller_identity()["Account"] == "111122223333"
    assert clients("dynamodb").list_tables()["TableNames"] == []


def test_a_gateway_that_does_not_exist_is_not_found(aws: LocalAws) -> None:
    address = f"{aws.endpoint_url}/_agentcore/gateways/ap-southeast-1/nothing/mcp"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(address, data=b"{}"))  # noqa: S310
    assert refused.value.code == 404

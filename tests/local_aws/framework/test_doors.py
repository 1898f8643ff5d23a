"""The HTTP door: real requests of boto3 on a real socket, for each form that AWS's protocols have."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from botocore.exceptions import ClientError

from local_aws.framework import StandIns
from tests.local_aws.doors import Client
from tests.local_aws.support import FUNCTION, ROLE, MemoryBackend

BLOCKED = {"blockedInputMessaging": "no", "blockedOutputsMessaging": "no"}


def test_json_protocol(http_client: Client) -> None:
    sagemaker = http_client("sagemaker")
    sagemaker.create_model(ModelName="m", PrimaryContainer={"Image": "image"})
    assert [each["ModelName"] for each in sagemaker.list_models()["Models"]] == ["m"]
    with pytest.raises(ClientError, match="could not be found"):
        sagemaker.describe_model(ModelName="nope")


def test_rest_protocol_with_arn_in_the_path_and_lists_in_the_query(http_client: Client) -> None:
    vectors = http_client("s3vectors")
    arn = vectors.create_vector_bucket(vectorBucketName="bucket", tags={"a": "1", "b": "2"})["vectorBucketArn"]
    vectors.untag_resource(resourceArn=arn, tagKeys=["a", "never"])
    assert vectors.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}


def test_services_that_share_signing_name_and_path_shape(http_client: Client) -> None:
    guardrail = http_client("bedrock").create_guardrail(name="g", **BLOCKED)["guardrailId"]
    judged = http_client("bedrock-runtime").apply_guardrail(
        guardrailIdentifier=guardrail, guardrailVersion="DRAFT", source="INPUT", content=[{"text": {"text": "hello"}}]
    )
    assert judged["action"] == "NONE"
    assert http_client("bedrock-agent").list_knowledge_bases()["knowledgeBaseSummaries"] == []


def test_event_stream(http_client: Client) -> None:
    stream = http_client("bedrock-runtime").converse_stream(
        modelId="apac.amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "xin chào"}]}]
    )["stream"]
    events = list(stream)
    assert [next(iter(event)) for event in events][-1] == "metadata"
    assert "no language model" in events[1]["contentBlockDelta"]["delta"]["text"]


def test_body_that_is_not_json_is_the_clients_fault(http_client: Client) -> None:
    with pytest.raises(ClientError) as error:
        http_client("bedrock-runtime").invoke_model(modelId="cohere.embed-multilingual-v3", body=b"{not json")
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_garbage_is_answered_with_an_error_and_nothing_else(all_of_them: StandIns) -> None:
    signed = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=111122223333/20261128/ap-southeast-1/sagemaker/aws4_request"
    }
    target = {**signed, "X-Amz-Target": "SageMaker.CreateModel"}
    assert all_of_them.handle("GET", "/nothing/here", {}, b"")[0] == 404
    assert all_of_them.handle("POST", "/", signed, b"{}")[0] == 404
    assert all_of_them.handle("POST", "/", target, b"[1, 2]")[0] == 400
    assert all_of_them.handle("POST", "/", target, b"\xff\xfe")[0] == 400


def test_path_that_a_server_has_decoded_is_found_too(all_of_them: StandIns) -> None:
    arn = all_of_them.call("s3vectors", "CreateVectorBucket", vectorBucketName="bucket")["vectorBucketArn"]
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20261128/ap-southeast-1/s3vectors/aws4_request"}
    for path in (f"/tags/{arn}", f"/tags/{urllib.parse.quote(arn, safe='')}"):
        assert all_of_them.handle("GET", path, signed, b"")[0] == 200


def test_find_claims_only_what_is_done(all_of_them: StandIns) -> None:
    from werkzeug.datastructures import Headers, MultiDict

    headers = Headers({"X-Amz-Target": "SageMaker.ListHubs"})
    assert all_of_them.find("POST", "/", headers, b"{}", MultiDict()) is None
    headers = Headers({"X-Amz-Target": "SageMaker.ListModels"})
    found = all_of_them.find("POST", "/", headers, b"{}", MultiDict())
    assert found is not None
    assert found[:2] == ("sagemaker", "ListModels")


def test_gateway_speaks_mcp_on_the_url_that_it_gives(http_client: Client, backend: MemoryBackend) -> None:
    control = http_client("bedrock-agentcore-control")
    endpoint = control.meta.endpoint_url
    control_service = control.create_gateway(name="ws-1", roleArn=ROLE, protocolType="MCP", authorizerType="AWS_IAM")
    backend.functions[FUNCTION] = lambda event, context: {"echo": event}
    control.create_gateway_target(
        gatewayIdentifier=control_service["gatewayId"],
        name="desk",
        targetConfiguration={
            "mcp": {
                "lambda": {
                    "lambdaArn": FUNCTION,
                    "toolSchema": {
                        "inlinePayload": [{"name": "say", "description": "Says it", "inputSchema": {"type": "object"}}]
                    },
                }
            }
        },
        credentialProviderConfigurations=[{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
    )
    url = f"{endpoint}/_agentcore/gateways/ap-southeast-1/{control_service['gatewayId']}/mcp"

    def rpc(method: str, **params: object) -> dict[str, object]:
        body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            found: dict[str, object] = json.load(answer)
        return found

    assert rpc("initialize", protocolVersion="2025-06-18")["result"]["protocolVersion"] == "2025-06-18"  # type: ignore[index]
    assert [each["name"] for each in rpc("tools/list")["result"]["tools"]] == ["desk___say"]  # type: ignore[index]
    called = rpc("tools/call", name="desk___say", arguments={"text": "xin chào"})
    assert called["result"] == {  # what MCP calls a text content
        "isError": False,
        "content": [{"type": "text", "text": '{"echo": {"text": "xin chào"}}'}],
    }
    assert rpc("tools/call", name="desk___nope")["error"]["code"] == -32602  # type: ignore[index]
    assert rpc("prompts/list")["error"]["code"] == -32601  # type: ignore[index]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{endpoint}/_agentcore/gateways/ap-southeast-1/nope/mcp", b"{}")  # noqa: S310

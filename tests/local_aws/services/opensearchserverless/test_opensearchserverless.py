"""OpenSearch Serverless: what has to be there before a collection, and what goes with it."""

import json

import pytest

from tests.local_aws.doors import Client
from tests.local_aws.services.bedrock_agent.test_knowledge_base import opensearch_storage


def test_collection_needs_an_encryption_policy_and_goes_after_its_index(client: Client) -> None:
    service = client("opensearchserverless")
    with pytest.raises(service.exceptions.ValidationException, match="encryption"):
        service.create_collection(name="ws-1", type="VECTORSEARCH")
    opensearch_storage(client)
    found = service.batch_get_collection(names=["ws-1", "nope"])
    assert found["collectionDetails"][0]["status"] == "ACTIVE"
    assert found["collectionErrorDetails"][0]["name"] == "nope"
    identifier = found["collectionDetails"][0]["id"]
    assert service.get_index(id=identifier, indexName="documents")["indexSchema"]["settings"]["index"]["knn"] is True
    policy = service.get_security_policy(type="encryption", name="ws-enc")["securityPolicyDetail"]["policy"]
    with pytest.raises(service.exceptions.ConflictException):
        service.update_security_policy(
            type="encryption", name="ws-enc", policyVersion="c3RhbGVzdGFsZXN0YWxl", policy=json.dumps(policy)
        )
    service.delete_collection(id=identifier)
    assert service.list_collections()["collectionSummaries"] == []

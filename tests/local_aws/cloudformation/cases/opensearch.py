"""OpenSearch Serverless."""

import json
from typing import Any

from tests.local_aws.cloudformation.cases.case import Case, Change, Properties, by, get, resource
from tests.local_aws.conftest import ACCOUNT, Clients

SERVICE = "opensearchserverless"


def _encryption(pattern: str) -> str:
    rules = [{"ResourceType": "collection", "Resource": [f"collection/{pattern}"]}]
    return json.dumps({"Rules": rules, "AWSOwnedKey": True})


def _access(permission: str) -> str:
    rules = [{"ResourceType": "index", "Resource": ["index/docs/*"], "Permission": [f"aoss:{permission}"]}]
    return json.dumps([{"Rules": rules, "Principal": [f"arn:aws:iam::{ACCOUNT}:role/test"]}])


def _group(**more: Any) -> Properties:
    return {"Name": "first", "StandbyReplicas": "ENABLED", **more}


def _collection(name: str) -> Properties:
    return {"Name": name, "Type": "VECTORSEARCH"}


def _index(name: str, more: Properties | None = None) -> Properties:
    vector = {
        "Type": "knn_vector",
        "Dimension": 1024,
        "Method": {"Name": "hnsw", "Engine": "faiss", "SpaceType": "l2"},
    }
    return {
        "CollectionEndpoint": get("Collection", "CollectionEndpoint"),
        "IndexName": name,
        "Mappings": {"Properties": {"bedrock-vector": vector, "bedrock-text": {"Type": "text"}, **(more or {})}},
        "Settings": {"Index": {"Knn": True}},
    }


def _index_there(clients: Clients, reference: str) -> Any:
    name, endpoint = reference.split("|")
    collection = endpoint.split("//")[1].split(".")[0]
    return clients(SERVICE).get_index(id=collection, indexName=name)["indexSchema"]


def _detail(operation: str, at: str) -> Any:
    def there(clients: Clients, reference: str) -> Any:
        found = getattr(clients(SERVICE), operation)(ids=[reference])[at]
        if not found:
            raise LookupError(reference)
        return found[0]

    return there


POLICY = {
    "Encryption": resource(
        "AWS::OpenSearchServerless::SecurityPolicy", Name="all", Type="encryption", Policy=_encryption("*")
    )
}
COLLECTION = POLICY | {
    "Collection": resource("AWS::OpenSearchServerless::Collection", **_collection("store"))
    | {"DependsOn": "Encryption"}
}

CASES = (
    Case(
        "AWS::OpenSearchServerless::CollectionGroup",
        _group(),
        _detail("batch_get_collection_group", "collectionGroupDetails"),
        in_place=Change({"Description": "changed"}, {"description": "changed"}),
        replace={"Name": "second"},
    ),
    Case(
        "AWS::OpenSearchServerless::Collection",
        _collection("first"),
        _detail("batch_get_collection", "collectionDetails"),
        in_place=Change({"Description": "changed"}, {"description": "changed"}),
        replace={"Name": "second"},
        needs=POLICY,
    ),
    Case(
        "AWS::OpenSearchServerless::SecurityPolicy",
        {"Name": "first", "Type": "encryption", "Policy": _encryption("a*")},
        by(SERVICE, "get_security_policy", "type", "name", at="securityPolicyDetail"),
        in_place=Change({"Policy": _encryption("b*")}, {"policy.Rules.0.Resource.0": "collection/b*"}),
        replace={"Name": "second", "Policy": _encryption("c*")},
    ),
    Case(
        "AWS::OpenSearchServerless::AccessPolicy",
        {"Name": "first", "Type": "data", "Policy": _access("ReadDocument")},
        by(SERVICE, "get_access_policy", "type", "name", at="accessPolicyDetail"),
        in_place=Change({"Policy": _access("WriteDocument")}, {"policy.0.Rules.0.Permission.0": "aoss:WriteDocument"}),
        replace={"Name": "second"},
    ),
    Case(
        "AWS::OpenSearchServerless::Index",
        _index("first"),
        _index_there,
        in_place=Change(
            _index("first", more={"source": {"Type": "keyword"}}), {"mappings.properties.source.type": "keyword"}
        ),
        replace=_index("second"),
        needs=COLLECTION,
    ),
)

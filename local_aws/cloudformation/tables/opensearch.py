"""OpenSearch Serverless: the vector store that a configuration may choose instead of S3 Vectors."""

import re
from typing import Any

from local_aws.cloudformation.api import Api
from local_aws.cloudformation.model import Part, Properties, ResourceType

COLLECTION = Part("CollectionEndpoint", pattern="//([^.]+)")
"""The id is the first label of the endpoint."""

SETTING_NAMES = {"KnnAlgoParamEfSearch": "knn.algo_param.ef_search"}
"""Index settings whose OpenSearch name is not simply the property in snake case."""


def _snake(name: str) -> str:
    return SETTING_NAMES.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _document(value: Any, *, keep_keys: bool = False) -> Any:
    """Properties as an OpenSearch document; below `Properties` the keys are field names and stay."""
    if isinstance(value, list):
        return [_document(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key if keep_keys else _snake(key): _document(item, keep_keys=not keep_keys and key == "Properties")
        for key, item in value.items()
    }


def _index_request(properties: Properties, _: Api) -> Properties:
    """A collection is named by its id here and by its endpoint in a template; mappings and settings are one schema."""
    collection = COLLECTION.of({"CollectionEndpoint": properties["CollectionEndpoint"]})
    schema = {_snake(name): _document(properties[name]) for name in ("Settings", "Mappings") if name in properties}
    return {"Id": collection, "IndexName": properties["IndexName"], "IndexSchema": schema}


TYPES = (
    ResourceType(
        name="AWS::OpenSearchServerless::CollectionGroup",
        service="opensearchserverless",
        create="CreateCollectionGroup",
        read="BatchGetCollectionGroup",
        update="UpdateCollectionGroup",
        delete="DeleteCollectionGroup",
        identify={"id": Part("Id"), "ids": Part("Id")},
        at="collectionGroupDetails.0",
        arn="{Arn}",
    ),
    ResourceType(
        name="AWS::OpenSearchServerless::Collection",
        service="opensearchserverless",
        create="CreateCollection",
        read="BatchGetCollection",
        update="UpdateCollection",
        delete="DeleteCollection",
        identify={"id": Part("Id"), "ids": Part("Id")},
        at="collectionDetails.0",
        arn="{Arn}",
    ),
    ResourceType(
        name="AWS::OpenSearchServerless::SecurityPolicy",
        service="opensearchserverless",
        create="CreateSecurityPolicy",
        read="GetSecurityPolicy",
        update="UpdateSecurityPolicy",
        delete="DeleteSecurityPolicy",
        identify={"type": Part("Type"), "name": Part("Name")},
        at="securityPolicyDetail",
        from_read={"policyVersion": "policyVersion"},
    ),
    ResourceType(
        name="AWS::OpenSearchServerless::AccessPolicy",
        service="opensearchserverless",
        create="CreateAccessPolicy",
        read="GetAccessPolicy",
        update="UpdateAccessPolicy",
        delete="DeleteAccessPolicy",
        identify={"type": Part("Type"), "name": Part("Name")},
        at="accessPolicyDetail",
        from_read={"policyVersion": "policyVersion"},
    ),
    ResourceType(
        name="AWS::OpenSearchServerless::Index",
        service="opensearchserverless",
        create="CreateIndex",
        read="GetIndex",
        update="UpdateIndex",
        delete="DeleteIndex",
        identify={"id": COLLECTION, "indexName": Part("IndexName")},
        prepare=_index_request,
    ),
)

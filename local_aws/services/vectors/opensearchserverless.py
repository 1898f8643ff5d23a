"""OpenSearch Serverless: groups, collections, policies and indexes; and the vectors that a knowledge base keeps there.

Real here: a collection needs an encryption policy that names it, an index needs its collection and a dimension,
policies have versions, exact nearest neighbours. Not here: the OpenSearch HTTP interface of a collection, who may do
what by the access policies, capacity.
"""

import base64
import json
from fnmatch import fnmatchcase
from typing import Any, ClassVar

import numpy as np

from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, Record, StandIn, Tagging, World, operation
from local_aws.framework.crud import listing
from local_aws.framework.project import project
from local_aws.services.vectors.nearest import Vector, nearest

LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"


def _policy(call: Call, members: Params) -> Params:
    policy = members["policy"]
    try:
        parsed = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError as error:
        raise ApiError("ValidationException", "The policy is not JSON.") from error
    version = base64.b64encode(f"version-{call.world.serial():012}".encode()).decode()
    return {"policy": parsed, "policyVersion": version}


def _changed_policy(call: Call, members: Params) -> Params:
    if call.operation.startswith("Update"):
        kind = call.operation.removeprefix("Update")
        current = call.store.need(kind, (members["type"], members["name"]))["policyVersion"]
        if call.params.get("policyVersion") != current:
            raise ApiError("ConflictException", "The policy has changed since: its policyVersion is another.")
    return _policy(call, members)


def _collection(call: Call, members: Params) -> Params:
    if not members.get("encryptionConfig") and not _is_encrypted(call, members["name"]):
        raise ApiError(
            "ValidationException",
            f"No matching security policy of encryption type found for collection name: {members['name']}.",
        )
    group = members.get("collectionGroupName")
    if group and not any(each["name"] == group for each in call.store.all("CollectionGroup")):
        raise ApiError("ValidationException", f"There is no collection group named {group}.")
    host = f"https://{members['id']}.{call.region}.aoss.amazonaws.com"
    return {
        "type": members.get("type", "TIMESERIES"),
        "standbyReplicas": members.get("standbyReplicas", "ENABLED"),
        "deletionProtection": members.get("deletionProtection", "DISABLED"),
        "collectionEndpoint": host,
        "dashboardEndpoint": f"{host}/_dashboards",
    }


def _is_encrypted(call: Call, name: str) -> bool:
    policies = [each["policy"] for each in call.store.all("SecurityPolicy") if each.key[0] == "encryption"]
    patterns = [pattern for policy in policies for rule in policy.get("Rules", ()) for pattern in rule["Resource"]]
    return any(fnmatchcase(f"collection/{name}", pattern) for pattern in patterns)


def _unprotected(_: Call, record: Record) -> None:
    if record.get("deletionProtection") == "ENABLED":
        raise ApiError("ValidationException", "The collection is protected against deletion.")


def _group_is_empty(call: Call, record: Record) -> None:
    if any(each.get("collectionGroupName") == record["name"] for each in call.store.all("Collection")):
        raise ApiError("ConflictException", "The collection group still has collections.")


def _index(_: Call, members: Params) -> Params:
    return {"dimensions": dimensions(members.get("indexSchema") or {})}


def dimensions(schema: Params) -> dict[str, int]:
    """Dimension of each vector field of an index schema; ValidationException for a field without one."""
    found = {}
    for name, field in ((schema.get("mappings") or {}).get("properties") or {}).items():
        if field.get("type") != "knn_vector":
            continue
        try:
            found[name] = int(field["dimension"])
        except (KeyError, TypeError, ValueError) as error:
            raise ApiError("ValidationException", f"Vector field {name} needs a dimension.") from error
    return found


def _no_content(call: Call, record: Record) -> None:
    if isinstance(call.owner, OpenSearchServerless):
        call.owner.drop(record)


def _policies(name: str) -> Kind:
    plural = name.replace("Policy", "Policies")
    return Kind(
        name,
        ("type", "name"),
        create=f"Create{name}",
        get=f"Get{name}",
        list=f"List{plural}",
        update=f"Update{name}",
        delete=f"Delete{name}",
        prepare=_changed_policy,
    )


class OpenSearchServerless(StandIn):
    """Control plane and the content of vector indexes."""

    service = "opensearchserverless"
    scope = "aoss"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        _policies("SecurityPolicy"),
        _policies("AccessPolicy"),
        Kind(
            "CollectionGroup",
            ("id",),
            create="CreateCollectionGroup",
            list="ListCollectionGroups",
            update="UpdateCollectionGroup",
            delete="DeleteCollectionGroup",
            arn="collection-group/{id}",
            arn_member="arn",
            id_prefix="",
            id_length=20,
            id_alphabet=LOWER,
            unique="name",
            before_delete=_group_is_empty,
        ),
        Kind(
            "Collection",
            ("id",),
            create="CreateCollection",
            update="UpdateCollection",
            delete="DeleteCollection",
            arn="collection/{id}",
            arn_member="arn",
            id_prefix="",
            id_length=20,
            id_alphabet=LOWER,
            unique="name",
            life=Life("CREATING", "ACTIVE", "DELETING", "UPDATING"),
            prepare=_collection,
            before_delete=_unprotected,
        ),
        Kind(
            "Index",
            ("id", "indexName"),
            create="CreateIndex",
            get="GetIndex",
            update="UpdateIndex",
            delete="DeleteIndex",
            parents=("Collection",),
            orphan="delete",
            prepare=_index,
            after_delete=_no_content,
        ),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._content: dict[tuple[str, ...], dict[str, Vector]] = {}

    @operation("BatchGetCollection")
    def get_collections(self, call: Call) -> Params:
        """Collections by id or name; unknown ones as error details."""
        return self._batch(call, "Collection", "collectionDetails", "collectionErrorDetails")

    @operation("BatchGetCollectionGroup")
    def get_groups(self, call: Call) -> Params:
        """Groups by id or name; unknown ones as error details."""
        return self._batch(call, "CollectionGroup", "collectionGroupDetails", "collectionGroupErrorDetails")

    @operation("ListCollections")
    def list_collections(self, call: Call) -> Params:
        """Collections that all filters let through."""
        wanted = call.params.get("collectionFilters") or {}
        found = [each for each in call.store.all("Collection") if self._fits(call, each, wanted)]
        return listing(call, self.model.operation_model(call.operation), found)

    @staticmethod
    def _fits(call: Call, record: Record, wanted: Params) -> bool:
        shown = {**record.members, "status": call.store.status(record)}
        return all(shown.get(name) == value for name, value in wanted.items())

    def _batch(self, call: Call, kind: str, found_name: str, missing_name: str) -> Params:
        shape = self.model.operation_model(call.operation).output_shape.members[found_name].member
        records = call.store.all(kind)
        found: list[Params] = []
        missing: list[Params] = []
        for member, values in (("id", call.params.get("ids")), ("name", call.params.get("names"))):
            for value in values or ():
                record = next((each for each in records if each[member] == value), None)
                if record:
                    found.append(project(shape, record, call.store.status(record)))
                else:
                    missing.append({member: value, "errorCode": "NOT_FOUND", "errorMessage": f"No such {kind}."})
        return {found_name: found, missing_name: missing}

    def index(self, region: str, collection_arn: str, name: str) -> Record:
        """An index by its collection's ARN; ResourceNotFoundException if either is not there."""
        store = self.store(region)
        return store.need("Index", (store.need("Collection", (collection_arn,)).key[0], name))

    def put(self, index: Record, field: str, key: str, data: list[float], metadata: Params) -> None:
        """Add or replace a document with a vector; ValidationException if the dimension is not the field's."""
        dimension = index["dimensions"].get(field)
        if dimension != len(data):
            text = f"Field {field} has dimension {dimension}, the vector has {len(data)}."
            raise ApiError("ValidationException", text)
        vector = Vector(key, np.asarray(data, dtype=np.float32), self.world.serial(), metadata)
        with self.world.lock:
            self._content.setdefault(index.key, {})[key] = vector

    def delete(self, index: Record, keys: list[str]) -> None:
        """Remove documents."""
        for key in keys:
            self._content.get(index.key, {}).pop(key, None)

    def query(self, index: Record, data: list[float], allowed: Any) -> list[tuple[float, Vector]]:
        """(distance, vector) of all documents that `allowed` lets through, nearest first."""
        with self.world.lock:
            vectors = [each for each in self._content.get(index.key, {}).values() if allowed(each.metadata)]
        return nearest("cosine", np.asarray(data, dtype=np.float32), vectors)

    def drop(self, index: Record) -> None:
        """Forget the documents of a deleted index."""
        self._content.pop(index.key, None)

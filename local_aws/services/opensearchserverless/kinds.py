"""What OpenSearch Serverless declares: groups, collections, policies, indexes."""

import base64
import json
from fnmatch import fnmatchcase

from local_aws.framework import ApiError, EmulatedKind, EmulatedResource, Life, Params, Request, named

NEXT_GENERATION = "NEXTGEN"
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"


def _policy(call: Request, members: Params) -> Params:
    policy = members["policy"]
    try:
        parsed = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError as error:
        raise ApiError("ValidationException", "The policy is not JSON.") from error
    version = base64.b64encode(f"version-{call.world.serial():012}".encode()).decode()
    return {"policy": parsed, "policyVersion": version}


def _changed_policy(call: Request, members: Params) -> Params:
    if call.operation.startswith("Update"):
        kind = call.operation.removeprefix("Update")
        current = call.store.need(kind, (members["type"], members["name"]))["policyVersion"]
        if call.params.get("policyVersion") != current:
            raise ApiError("ConflictException", "The policy has changed since: its policyVersion is another.")
    return _policy(call, members)


def _collection(call: Request, members: Params) -> Params:
    if not members.get("encryptionConfig") and not _is_encrypted(call, members["name"]):
        raise ApiError(
            "ValidationException",
            f"No matching security policy of encryption type found for collection name: {members['name']}.",
        )
    group = members.get("collectionGroupName")
    if group and not any(each["name"] == group for each in call.store.all("CollectionGroup")):
        raise ApiError("ValidationException", f"There is no collection group named {group}.")
    if members.get("standbyReplicas") == "DISABLED" and _is_next_generation(call, group):
        raise ApiError("ValidationException", "StandbyReplicas of the collection must match its collection group.")
    host = f"https://{members['id']}.{call.region}.aoss.amazonaws.com"
    return {
        "type": members.get("type", "TIMESERIES"),
        "standbyReplicas": members.get("standbyReplicas", "ENABLED"),
        "deletionProtection": members.get("deletionProtection", "DISABLED"),
        "collectionEndpoint": host,
        "dashboardEndpoint": f"{host}/_dashboards",
    }


def _is_encrypted(call: Request, name: str) -> bool:
    policies = [each["policy"] for each in call.store.all("SecurityPolicy") if each.key[0] == "encryption"]
    patterns = [pattern for policy in policies for rule in policy.get("Rules", ()) for pattern in rule["Resource"]]
    return any(fnmatchcase(f"collection/{name}", pattern) for pattern in patterns)


def _unprotected(_: Request, record: EmulatedResource) -> None:
    if record.get("deletionProtection") == "ENABLED":
        raise ApiError("ValidationException", "The collection is protected against deletion.")


def _group_is_empty(call: Request, record: EmulatedResource) -> None:
    if any(each.get("collectionGroupName") == record["name"] for each in call.store.all("Collection")):
        raise ApiError("ConflictException", "The collection group still has collections.")


def _group(_: Request, members: Params) -> Params:
    if members.get("generation") == NEXT_GENERATION and members.get("standbyReplicas") == "DISABLED":
        text = "StandbyReplicas cannot be set to DISABLED for NEXTGEN collection groups."
        raise ApiError("ValidationException", text)
    return {}


def _index(call: Request, members: Params) -> Params:
    schema = members.get("indexSchema") or {}
    group = call.store.need("Collection", (members["id"],)).get("collectionGroupName")
    methods = [field.get("method") or {} for field in _fields(schema).values()]
    if _is_next_generation(call, group) and any("engine" in method for method in methods):
        raise ApiError("ValidationException", "Field parameter 'engine' is not supported")
    return {"dimensions": dimensions(schema)}


def _is_next_generation(call: Request, group: str | None) -> bool:
    groups = call.store.all("CollectionGroup")
    return any(each["name"] == group and each.get("generation") == NEXT_GENERATION for each in groups)


def _fields(schema: Params) -> dict[str, Params]:
    return (schema.get("mappings") or {}).get("properties") or {}


def dimensions(schema: Params) -> dict[str, int]:
    """Dimension of each vector field of an index schema; ValidationException for a field without one."""
    found = {}
    for name, field in _fields(schema).items():
        if field.get("type") != "knn_vector":
            continue
        try:
            found[name] = int(field["dimension"])
        except (KeyError, TypeError, ValueError) as error:
            raise ApiError("ValidationException", f"Vector field {name} needs a dimension.") from error
    return found


def _policies(name: str) -> EmulatedKind:
    return named(
        name,
        "type",
        "name",
        plural=name.replace("Policy", "Policies"),
        get="Get",
        update=f"Update{name}",
        arn="",
        arn_member="",
        prepare=_changed_policy,
    )


KINDS = (
    _policies("SecurityPolicy"),
    _policies("AccessPolicy"),
    EmulatedKind(
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
        prepare=_group,
        before_delete=_group_is_empty,
    ),
    EmulatedKind(
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
    EmulatedKind(
        "Index",
        ("id", "indexName"),
        create="CreateIndex",
        get="GetIndex",
        update="UpdateIndex",
        delete="DeleteIndex",
        parents=("Collection",),
        orphan="delete",
        prepare=_index,
    ),
)

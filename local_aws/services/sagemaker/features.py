"""Feature groups: what is declared, and what is made with one. Their records are in `featurestore/`.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from local_aws.framework import ApiError, EmulatedResource, Life, Params, Request, named, plant
from local_aws.services.sagemaker.jobs.operations import JobOperations

RESERVED = ("write_time", "api_invocation_time", "is_deleted")
"""Columns that the offline store adds to each record."""

COLUMN = {"Integral": "bigint", "Fractional": "double", "String": "string"}
DATABASE = "sagemaker_featurestore"


def columns(group: Params) -> list[Params]:
    """Columns of the offline store, as Glue declares them."""
    own = [{"Name": each["FeatureName"], "Type": COLUMN[each["FeatureType"]]} for each in group["FeatureDefinitions"]]
    added = zip(RESERVED, ("timestamp", "timestamp", "boolean"), strict=True)
    return [*own, *({"Name": name, "Type": kind} for name, kind in added)]


def _group(call: Request, members: Params) -> Params:
    """Refuse what cannot be; say where the offline store will be."""
    if call.operation.startswith("Update"):
        return _updated(members)
    types = {each["FeatureName"]: each["FeatureType"] for each in members["FeatureDefinitions"]}
    _refuse(members, types)
    offline = members.get("OfflineStoreConfig")
    if not offline:
        return {}
    number = int(call.world.clock())
    place = f"{call.world.account}/sagemaker/{call.region}/offline-store/{members['FeatureGroupName']}-{number}/data"
    storage = offline["S3StorageConfig"]
    storage = {**storage, "ResolvedOutputS3Uri": f"{storage['S3Uri'].rstrip('/')}/{place}"}
    made = {"Catalog": "AwsDataCatalog", "Database": DATABASE, "TableName": _table(members["FeatureGroupName"], number)}
    hidden = offline.get("DisableGlueTableCreation", False)
    catalog = offline.get("DataCatalogConfig") or ({} if hidden else made)
    known = {**offline, "S3StorageConfig": storage, **({"DataCatalogConfig": catalog} if catalog else {})}
    return {"OfflineStoreConfig": known, "OfflineStoreStatus": {"Status": "Active"}}


def _refuse(members: Params, types: Params) -> None:
    problems = [
        f"{title} {members[member]} is not among the FeatureDefinitions"
        for title, member in (
            ("RecordIdentifierFeatureName", "RecordIdentifierFeatureName"),
            ("EventTimeFeatureName", "EventTimeFeatureName"),
        )
        if members[member] not in types
    ]
    if types.get(members["EventTimeFeatureName"]) == "Integral":
        problems.append("the event time must be String or Fractional")
    problems += [f"{name} is a reserved feature name" for name in RESERVED if name in types]
    if len(types) != len(members["FeatureDefinitions"]):
        problems.append("a feature name is used more than once")
    if not members.get("OnlineStoreConfig", {}).get("EnableOnlineStore") and not members.get("OfflineStoreConfig"):
        problems.append("a feature group needs an online store or an offline store")
    if members.get("OfflineStoreConfig") and not members.get("RoleArn"):
        problems.append("RoleArn is needed to write to the offline store")
    if problems:
        raise ApiError("ValidationException", f"Validation Error: {'; '.join(problems)}")


def _updated(members: Params) -> Params:
    """Features are added, and never taken away or changed."""
    added = members.get("FeatureAdditions", [])
    known = [each["FeatureName"] for each in members["FeatureDefinitions"]]
    twice = [each["FeatureName"] for each in added if each["FeatureName"] in (*known, *RESERVED)]
    if twice:
        raise ApiError("ValidationException", f"Validation Error: {', '.join(twice)} cannot be added")
    return {"FeatureDefinitions": [*members["FeatureDefinitions"], *added], "FeatureAdditions": []}


def _table(name: str, number: int) -> str:
    return f"{name.lower().replace('-', '_')}_{number}"


def _opens_offline_store(call: Request, record: EmulatedResource) -> None:
    """The Glue table is made with the group, unless that is switched off; a table that exists fails the group."""
    offline = record.get("OfflineStoreConfig")
    if not offline:
        return None
    backend = call.owner.backend if isinstance(call.owner, JobOperations) else None
    if backend is None:
        return _leaves_offline_store(call, offline)
    if offline.get("DisableGlueTableCreation"):
        return None
    catalog = offline["DataCatalogConfig"]
    serde = "org.apache.hadoop.hive.ql.io.parquet"
    storage = {
        "Columns": columns(record.members),
        "Location": offline["S3StorageConfig"]["ResolvedOutputS3Uri"],
        "InputFormat": f"{serde}.MapredParquetInputFormat",
        "OutputFormat": f"{serde}.MapredParquetOutputFormat",
        "SerdeInfo": {"SerializationLibrary": f"{serde}.serde.ParquetHiveSerDe"},
    }
    try:
        backend.table(
            catalog["Database"],
            catalog["TableName"],
            {"TableType": "EXTERNAL_TABLE", "Parameters": {"EXTERNAL": "TRUE"}, "StorageDescriptor": storage},
        )
    except FileExistsError:
        reason = f"Table {catalog['Database']}.{catalog['TableName']} already exists."
        record.members |= {"FeatureGroupStatus": "CreateFailed", "FailureReason": reason}
    return None


def _leaves_offline_store(call: Request, offline: Params) -> None:
    """(17) Objects and the Glue table stay: they are made with the group and nothing takes them away."""
    glue, s3 = call.neighbour("glue"), call.neighbour("s3")
    if not glue or not s3:
        return
    catalog = offline["DataCatalogConfig"]
    plant(glue, "Table", (catalog["Database"], catalog["TableName"]), region=call.region)
    bucket, _, prefix = offline["S3StorageConfig"]["ResolvedOutputS3Uri"].removeprefix("s3://").partition("/")
    s3.put(call.region, bucket, f"{prefix}/part-0.parquet")


KINDS = (
    named(
        "FeatureGroup",
        made_up=True,
        update="UpdateFeatureGroup",
        life=Life("Creating", "Created", "Deleting", member="FeatureGroupStatus"),
        prepare=_group,
        after_create=_opens_offline_store,
    ),
)

"""Records of feature groups: the latest one wins online, every write stays offline."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.doors import Client
from tests.local_aws.support import ROLE, Clock, MemoryBackend

FEATURES = {"id": "String", "at": "String", "minutes": "Fractional", "labs": "Integral"}
RESERVED = "is_deleted"
DEFINITIONS = [{"FeatureName": name, "FeatureType": kind} for name, kind in FEATURES.items()]
REQUEST = {
    "FeatureGroupName": "people",
    "RecordIdentifierFeatureName": "id",
    "EventTimeFeatureName": "at",
    "FeatureDefinitions": DEFINITIONS,
    "OnlineStoreConfig": {"EnableOnlineStore": True},
    "RoleArn": ROLE,
}
NINE, TEN = "2026-11-28T09:00:00Z", "2026-11-28T10:00:00Z"


def record(**values: Any) -> list[dict[str, str]]:
    return [{"FeatureName": name, "ValueAsString": str(value)} for name, value in values.items()]


class Store:
    """One feature group and its records."""

    def __init__(self, client: Client, **more: Any) -> None:
        client("sagemaker").create_feature_group(**{**REQUEST, **more})
        self.runtime = client("sagemaker-featurestore-runtime")

    def put(self, *, group: str = "people", **values: Any) -> None:
        options = {name: values.pop(name) for name in ("TargetStores", "TtlDuration") if name in values}
        self.runtime.put_record(FeatureGroupName=group, Record=record(**values), **options)

    def get(self, identifier: str, **more: Any) -> dict[str, str]:
        answer = self.runtime.get_record(FeatureGroupName="people", RecordIdentifierValueAsString=identifier, **more)
        return {each["FeatureName"]: each["ValueAsString"] for each in answer.get("Record", ())}

    def delete(self, identifier: str, at: str, **more: Any) -> None:
        self.runtime.delete_record(
            FeatureGroupName="people", RecordIdentifierValueAsString=identifier, EventTime=at, **more
        )


@pytest.fixture
def store(client: Client) -> Store:
    return Store(client)


def test_what_is_put_is_got(store: Store) -> None:
    store.put(id="a", at=NINE, minutes=12.5, labs=2)
    assert store.get("a") == {"id": "a", "at": NINE, "minutes": "12.5", "labs": "2"}
    assert store.get("a", FeatureNames=["minutes"]) == {"minutes": "12.5"}
    assert store.get("b") == {}


def test_over_http_as_well(http_client: Client) -> None:
    store = Store(http_client)
    store.put(id="a/b c", at=NINE, labs=2)
    assert store.get("a/b c")["labs"] == "2"


def test_the_later_event_wins_whatever_comes_last(store: Store) -> None:
    store.put(id="a", at=TEN, labs=2)
    store.put(id="a", at=NINE, labs=1)
    assert store.get("a")["labs"] == "2"
    store.put(id="a", at=TEN, labs=3)
    assert store.get("a")["labs"] == "3"


@pytest.mark.parametrize("mode", ["SoftDelete", "HardDelete"])
def test_a_deleted_record_is_not_found(store: Store, mode: str) -> None:
    store.put(id="a", at=NINE, labs=1)
    store.delete("a", TEN, DeletionMode=mode)
    assert store.get("a") == {}
    store.put(id="a", at=NINE, labs=2)
    assert bool(store.get("a")) == (mode == "HardDelete")


def test_an_older_deletion_deletes_nothing(store: Store) -> None:
    store.put(id="a", at=TEN, labs=1)
    store.delete("a", NINE)
    assert store.get("a")["labs"] == "1"


def test_a_record_lives_as_long_as_it_says(client: Client, clock: Clock) -> None:
    clock.now = 1_795_856_400.0  # 2026-11-28T09:00:00Z
    store = Store(client)
    store.put(id="a", at=NINE, labs=1, TtlDuration={"Unit": "Hours", "Value": 1})
    answer = store.runtime.get_record(
        FeatureGroupName="people", RecordIdentifierValueAsString="a", ExpirationTimeResponse="Enabled"
    )
    assert answer["ExpiresAt"] == TEN
    clock.pass_by(3600)
    assert store.get("a") == {}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"id": "a", "at": NINE, "height": 3}, r"FeatureName \[height\] is not in"),
        ({"at": NINE}, "id has no value"),
        ({"id": "a"}, "at has no value"),
        ({"id": "a", "at": "09:00"}, "EventTime 09:00"),
        ({"id": "a", "at": "2026-11-28 09:00:00"}, "EventTime"),
        ({"id": "a", "at": NINE, "labs": 1.5}, "labs is no Integral"),
        ({"id": "a", "at": NINE, "minutes": "long"}, "minutes is no Fractional"),
        ({"id": "a", "at": NINE, "TargetStores": ["OfflineStore"]}, "no OfflineStore"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(store: Store, values: Any, says: str) -> None:
    with pytest.raises(ClientError, match=says):
        store.put(**values)
    assert store.get("a") == {}


def test_a_group_that_does_not_exist_is_named(store: Store) -> None:
    with pytest.raises(ClientError, match="Feature group nobody was not found"):
        store.put(group="nobody", id="a", at=NINE)


def test_a_batch_gives_what_is_there_and_tells_what_fails(store: Store) -> None:
    for name, labs in (("a", 1), ("b", 2)):
        store.put(id=name, at=NINE, labs=labs)
    answer = store.runtime.batch_get_record(
        Identifiers=[
            {"FeatureGroupName": "people", "RecordIdentifiersValueAsString": ["a", "b", "c"], "FeatureNames": ["labs"]},
            {"FeatureGroupName": "nobody", "RecordIdentifiersValueAsString": ["a"]},
        ]
    )
    assert [(each["RecordIdentifierValueAsString"], each["Record"]) for each in answer["Records"]] == [
        ("a", record(labs=1)),
        ("b", record(labs=2)),
    ]
    assert [(each["FeatureGroupName"], each["ErrorCode"]) for each in answer["Errors"]] == [
        ("nobody", "ResourceNotFound")
    ]


def test_a_group_made_anew_is_empty(client: Client, store: Store) -> None:
    store.put(id="a", at=NINE)
    client("sagemaker").delete_feature_group(FeatureGroupName="people")
    assert Store(client).get("a") == {}


def test_a_group_is_changed_by_more_features_only(client: Client, store: Store) -> None:
    sagemaker = client("sagemaker")
    more = [{"FeatureName": "team", "FeatureType": "String"}]
    sagemaker.update_feature_group(FeatureGroupName="people", FeatureAdditions=more)
    store.put(id="a", at=NINE, team="red")
    assert store.get("a")["team"] == "red"
    with pytest.raises(ClientError, match="team cannot be added"):
        sagemaker.update_feature_group(FeatureGroupName="people", FeatureAdditions=more)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"RecordIdentifierFeatureName": "who"}, "RecordIdentifierFeatureName who"),
        ({"EventTimeFeatureName": "when"}, "EventTimeFeatureName when"),
        ({"EventTimeFeatureName": "labs"}, "must be String or Fractional"),
        ({"OnlineStoreConfig": {"EnableOnlineStore": False}}, "needs an online store or an offline store"),
        ({"FeatureDefinitions": [*DEFINITIONS, {"FeatureName": RESERVED, "FeatureType": "String"}]}, "is_deleted"),
    ],
)  # fmt: skip
def test_a_group_that_cannot_be_is_refused(client: Client, change: Any, says: str) -> None:
    with pytest.raises(ClientError, match=says):
        Store(client, **change)


OFFLINE = {"S3StorageConfig": {"S3Uri": "s3://lake/features"}}


def test_the_table_of_the_offline_store_is_made_with_the_group_and_only_if_it_is_free(
    client: Client, backend: MemoryBackend
) -> None:
    catalog = {"Catalog": "AwsDataCatalog", "Database": "lake", "TableName": "people"}
    offline = {**OFFLINE, "DataCatalogConfig": catalog}
    Store(client, OfflineStoreConfig=offline)
    table = backend.tables["lake", "people"]["StorageDescriptor"]
    described = client("sagemaker").describe_feature_group(FeatureGroupName="people")
    uri = described["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    assert table["Location"] == uri
    assert uri.startswith("s3://lake/features/111122223333/sagemaker/ap-southeast-1/offline-store/people-")
    names = [each["Name"] for each in table["Columns"]]
    assert names == [*FEATURES, "write_time", "api_invocation_time", "is_deleted"]
    Store(client, FeatureGroupName="others", OfflineStoreConfig=offline)
    described = client("sagemaker").describe_feature_group(FeatureGroupName="others")
    assert described["FeatureGroupStatus"] == "CreateFailed"
    assert "lake.people already exists" in described["FailureReason"]


def test_no_table_is_made_if_that_is_switched_off(client: Client, backend: MemoryBackend) -> None:
    Store(client, OfflineStoreConfig={**OFFLINE, "DisableGlueTableCreation": True})
    assert backend.tables == {}

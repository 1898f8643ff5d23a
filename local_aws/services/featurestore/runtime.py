"""The data plane of feature groups: the latest record of each identifier online, every write offline.

Real here: which record wins, deletion, time to live, types, both stores. Not here: the minutes until a write is in the
offline store (here it is there at once), collections, InMemory.
https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-ingest-data.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws.framework import ApiError, EmulatedResource, Params, Request, StandIn, World, operation
from local_aws.services.featurestore import offline
from local_aws.services.featurestore.values import moment, refusal, values_of
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.shared.backend import Backend

UNITS = {"Seconds": 1, "Minutes": 60, "Hours": 3600, "Days": 86400, "Weeks": 604800}
BOTH = ("OnlineStore", "OfflineStore")


@dataclass
class OnlineRecord:
    """The record of one identifier that the online store has, or the trace of one that was deleted."""

    values: dict[str, str]
    at: float
    """Event time in seconds."""
    expires: float | None = None
    deleted: bool = False


@dataclass
class _Stores:
    """The online records of every group, by its ARN and creation, then by identifier."""

    groups: dict[tuple[str, int], dict[str, OnlineRecord]] = field(default_factory=dict)

    def of(self, group: EmulatedResource) -> dict[str, OnlineRecord]:
        return self.groups.setdefault((group.arn, group.serial), {})


class FeatureStoreRuntime(StandIn):
    """PutRecord, GetRecord, BatchGetRecord and DeleteRecord."""

    service = "sagemaker-featurestore-runtime"
    scope = "sagemaker"

    def __init__(self, world: World, sagemaker: SageMaker, backend: Backend) -> None:
        super().__init__(world)
        self._sagemaker, self._backend, self._online = sagemaker, backend, _Stores()

    def _group(self, call: Request, name: str) -> EmulatedResource:
        store = self._sagemaker.store(call.region)
        group = store.get("FeatureGroup", (name,))
        if group is None or not store.alive(group):
            raise ApiError("ResourceNotFound", f"Resource Not Found: Feature group {name} was not found.", 404)
        if store.status(group) != "Created":
            raise refusal(f"Feature group {name} is {store.status(group)}")
        return group

    def _targets(self, group: EmulatedResource, asked: Iterable[str] | None) -> set[str]:
        has = {
            "OnlineStore": bool(group.get("OnlineStoreConfig", {}).get("EnableOnlineStore")),
            "OfflineStore": bool(group.get("OfflineStoreConfig")),
        }
        wanted = set(asked or [name for name in BOTH if has[name]])
        missing = sorted(name for name in wanted if not has[name])
        if missing:
            raise refusal(f"the feature group has no {', '.join(missing)}")
        return wanted

    @operation("PutRecord")
    def put_record(self, call: Request) -> None:
        """Offline always; online if no later record is there."""
        group = self._group(call, call.params["FeatureGroupName"])
        values = values_of(group.members, call.params["Record"])
        targets = self._targets(group, call.params.get("TargetStores"))
        at = moment(group.members, values[group["EventTimeFeatureName"]])
        expires = self._expires(group, call.params.get("TtlDuration"), at)
        if "OnlineStore" in targets:
            self._write(group, values[group["RecordIdentifierFeatureName"]], OnlineRecord(values, at, expires))
        self._append(group, targets, values, deleted=False)

    def _expires(self, group: EmulatedResource, given: Params | None, at: float) -> float | None:
        duration = given or group.get("OnlineStoreConfig", {}).get("TtlDuration")
        return at + duration["Value"] * UNITS[duration["Unit"]] if duration else None

    def _write(self, group: EmulatedResource, identifier: str, record: OnlineRecord) -> None:
        with self.world.lock:
            records = self._online.of(group)
            if identifier not in records or record.at >= records[identifier].at:
                records[identifier] = record

    def _append(self, group: EmulatedResource, targets: set[str], values: dict[str, str], *, deleted: bool) -> None:
        if "OfflineStore" in targets:
            name = self.world.new_id(16)
            offline.append(self._backend, group.members, values, deleted, self.world.now(), name)

    @operation("DeleteRecord")
    def delete_record(self, call: Request) -> None:
        """Offline a row that says so; online nothing is found any more, unless a later record is there."""
        group = self._group(call, call.params["FeatureGroupName"])
        targets = self._targets(group, call.params.get("TargetStores"))
        identifier, event_time = call.params["RecordIdentifierValueAsString"], call.params["EventTime"]
        values = {group["RecordIdentifierFeatureName"]: identifier, group["EventTimeFeatureName"]: event_time}
        at = moment(group.members, event_time)
        if "OnlineStore" in targets and call.params.get("DeletionMode") == "HardDelete":
            with self.world.lock:
                found = self._online.of(group).get(identifier)
                if found and at >= found.at:
                    del self._online.of(group)[identifier]
        elif "OnlineStore" in targets:
            self._write(group, identifier, OnlineRecord(values, at, deleted=True))
        self._append(group, targets, values, deleted=True)

    @operation("GetRecord")
    def get_record(self, call: Request) -> Params:
        """The latest record; an empty answer if there is none. Features without a value are left out."""
        group = self._group(call, call.params["FeatureGroupName"])
        self._targets(group, ["OnlineStore"])
        found = self._read(group, call.params["RecordIdentifierValueAsString"])
        if found is None:
            return {}
        shown = {"Record": _chosen(group, found, call.params.get("FeatureNames"))}
        return {**shown, **self._expiry(call, found)}

    def _read(self, group: EmulatedResource, identifier: str) -> OnlineRecord | None:
        with self.world.lock:
            found = self._online.of(group).get(identifier)
        over = found is None or found.deleted or (found.expires is not None and self.world.clock() >= found.expires)
        return None if over else found

    def _expiry(self, call: Request, record: OnlineRecord) -> Params:
        if call.params.get("ExpirationTimeResponse") != "Enabled" or record.expires is None:
            return {}
        return {"ExpiresAt": f"{datetime.fromtimestamp(record.expires, UTC):%Y-%m-%dT%H:%M:%SZ}"}

    @operation("BatchGetRecord")
    def batch_get_record(self, call: Request) -> Params:
        """Records of several groups; those that do not exist are left out, what fails is among the errors."""
        records: list[Params] = []
        errors: list[Params] = []
        for asked in call.params["Identifiers"]:
            name = asked["FeatureGroupName"]
            for identifier in asked["RecordIdentifiersValueAsString"]:
                place = {"FeatureGroupName": name, "RecordIdentifierValueAsString": identifier}
                try:
                    group = self._group(call, name)
                    self._targets(group, ["OnlineStore"])
                    found = self._read(group, identifier)
                    if found:
                        chosen = _chosen(group, found, asked.get("FeatureNames"))
                        records.append({**place, "Record": chosen, **self._expiry(call, found)})
                except ApiError as error:
                    errors.append({**place, "ErrorCode": error.code, "ErrorMessage": error.message})
        return {"Records": records, "Errors": errors, "UnprocessedIdentifiers": []}


def _chosen(group: EmulatedResource, record: OnlineRecord, names: Sequence[str] | None) -> list[dict[str, Any]]:
    known = [each["FeatureName"] for each in group["FeatureDefinitions"]]
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        raise refusal(f"FeatureNames {', '.join(unknown)} are not in the feature group")
    return [
        {"FeatureName": name, "ValueAsString": record.values[name]}
        for name in known
        if name in record.values and name in (names or known)
    ]

"""Buckets, file systems, tables and secrets: what keeps data, and what keeps itself from being deleted."""

from typing import Any

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedKind,
    EmulatedResource,
    Life,
    Params,
    Request,
    StandIn,
    Tagging,
    find,
    listing,
    named,
    operation,
    page,
    select,
)

_HEX = "0123456789abcdef"
_EFS_LIFE = Life("creating", "available", "deleting", "updating", member="LifeCycleState")


def _no_mounts(call: Request, record: EmulatedResource) -> None:
    """(4) FileSystemInUse while there are mount targets."""
    if any(each.get("FileSystemId") == record.key[0] for each in call.store.all("MountTarget")):
        raise ApiError("FileSystemInUse", f"File system {record.key[0]} has mount targets.")


class S3(StandIn):
    """Buckets with versions and unfinished uploads."""

    service = "s3"
    codes = Codes(
        missing="NoSuchBucket", exists="BucketAlreadyExists", busy="BucketNotEmpty", invalid="InvalidArgument"
    )
    kinds = (EmulatedKind("Bucket", ("Name",), params={"Bucket": "Name"}, create="CreateBucket", arn="{Name}"),)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.objects: dict[str, list[dict[str, Any]]] = {}
        self.uploads: dict[str, list[dict[str, str]]] = {}
        self.late: dict[str, int] = {}

    def put(self, region: str, bucket: str, key: str, marker: bool = False) -> None:
        """One more version of an object, or a delete marker."""
        entry = {
            "Key": key,
            "VersionId": f"v{self.world.serial()}",
            "kind": "DeleteMarkers" if marker else "Versions",
            "Body": b"",
        }
        self.objects.setdefault(bucket, []).append(entry)

    @operation("ListBuckets")
    def list_buckets(self, call: Request) -> Params:
        """All buckets of the region of the request."""
        wanted = call.params.get("BucketRegion") or call.region
        found = self.store(wanted).all("Bucket")
        return {"Buckets": [{"Name": each.key[0], "CreationDate": self.created(each)} for each in found]}

    @operation("HeadBucket")
    def head(self, call: Request) -> Params:
        self._bucket(call)
        return {}

    @operation("GetBucketTagging")
    def tags(self, call: Request) -> Params:
        """NoSuchTagSet if there are none."""
        bucket = self._bucket(call)
        if not bucket.tags:
            raise ApiError("NoSuchTagSet", "The TagSet does not exist")
        return {"TagSet": [{"Key": name, "Value": value} for name, value in bucket.tags.items()]}

    @operation("PutBucketTagging")
    def tag(self, call: Request) -> None:
        """PutBucketTagging replaces all tags of the bucket."""
        self._bucket(call).tags = {tag["Key"]: tag["Value"] for tag in call.params["Tagging"]["TagSet"]}

    @operation("PutBucketPolicy")
    def policy(self, call: Request) -> None:
        """(38) A Deny on PutObject shuts writers out."""
        self._bucket(call).members["policy"] = call.params["Policy"]

    @operation("PutObject")
    def write(self, call: Request) -> Params:
        """A new version, unless the policy says no."""
        bucket = self._bucket(call)
        if "policy" in bucket.members:
            raise ApiError("AccessDenied", "Access Denied")
        self.put(call.region, bucket.key[0], call.params["Key"])
        self.objects[bucket.key[0]][-1]["Body"] = call.params.get("Body", b"")
        return {}

    @operation("GetObject")
    def read(self, call: Request) -> Params:
        """The content of the newest version of an object."""
        versions = [
            each for each in self.objects.get(self._bucket(call).key[0], []) if each["Key"] == call.params["Key"]
        ]
        if not versions or versions[-1]["kind"] == "DeleteMarkers":
            raise ApiError("NoSuchKey", "The specified key does not exist.")
        return {"Body": versions[-1]["Body"]}

    @operation("ListObjectVersions")
    def versions(self, call: Request) -> Params:
        """Versions and delete markers below a prefix, in pages of the world's size."""
        bucket = self._bucket(call).key[0]
        prefix = call.params.get("Prefix", "")
        found = [each for each in self.objects.get(bucket, []) if each["Key"].startswith(prefix)]
        after = call.params.get("VersionIdMarker", "")
        start = next((index + 1 for index, each in enumerate(found) if each["VersionId"] == after), 0)
        chosen = found[start : start + self.world.page_size]
        answer: Params = {"IsTruncated": start + len(chosen) < len(found)}
        for kind in ("Versions", "DeleteMarkers"):
            answer[kind] = [
                {"Key": each["Key"], "VersionId": each["VersionId"]} for each in chosen if each["kind"] == kind
            ]
        if answer["IsTruncated"]:
            answer |= {"NextKeyMarker": chosen[-1]["Key"], "NextVersionIdMarker": chosen[-1]["VersionId"]}
        return answer

    @operation("DeleteObjects")
    def delete_objects(self, call: Request) -> Params:
        """(38) The call succeeds; what could not be deleted is in Errors. A late writer may refill the bucket."""
        bucket = self._bucket(call)
        gone = {(each["Key"], each.get("VersionId")) for each in call.params["Delete"]["Objects"]}
        kept = [each for each in self.objects.get(bucket.key[0], []) if (each["Key"], each["VersionId"]) not in gone]
        self.objects[bucket.key[0]] = kept
        if self.late.get(bucket.key[0]):
            self.late[bucket.key[0]] -= 1
            self.put(call.region, bucket.key[0], "logs/late")
        return {}

    @operation("ListMultipartUploads")
    def list_uploads(self, call: Request) -> Params:
        """(40) Uploads in parts that were never finished."""
        bucket, prefix = self._bucket(call).key[0], call.params.get("Prefix", "")
        return {"Uploads": [each for each in self.uploads.get(bucket, []) if each["Key"].startswith(prefix)]}

    @operation("AbortMultipartUpload")
    def abort(self, call: Request) -> Params:
        uploads = self.uploads.get(self._bucket(call).key[0], [])
        uploads[:] = [each for each in uploads if each["UploadId"] != call.params["UploadId"]]
        return {}

    @operation("DeleteBucket")
    def delete_bucket(self, call: Request) -> None:
        """(38, 40) Only an empty one, and unfinished uploads count."""
        bucket = self._bucket(call)
        if self.objects.get(bucket.key[0]) or self.uploads.get(bucket.key[0]):
            raise ApiError("BucketNotEmpty", "The bucket you tried to delete is not empty. Delete all versions first.")
        call.store.remove(bucket)

    def created(self, record: EmulatedResource) -> Any:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(record.created, UTC)

    def _bucket(self, call: Request) -> EmulatedResource:
        return call.store.need("Bucket", (call.params["Bucket"],))


class Efs(StandIn):
    """File systems and their mount targets."""

    service = "efs"
    scope = "elasticfilesystem"
    codes = Codes(
        missing="FileSystemNotFound", exists="FileSystemAlreadyExists", busy="FileSystemInUse", invalid="BadRequest"
    )
    kinds = (
        EmulatedKind(
            "FileSystem", ("FileSystemId",), create="CreateFileSystem", list="DescribeFileSystems",
            delete="DeleteFileSystem", arn="file-system/{FileSystemId}", arn_member="FileSystemArn", id_prefix="fs-",
            id_length=17, id_alphabet=_HEX,
            life=_EFS_LIFE, made_up=True, before_delete=_no_mounts,
        ),
        EmulatedKind(
            "MountTarget", ("MountTargetId",), create="CreateMountTarget", delete="DeleteMountTarget", life=_EFS_LIFE,
            made_up=True,
            id_prefix="fsmt-", id_length=17, id_alphabet=_HEX, list="DescribeMountTargets",
            codes=Codes(missing="MountTargetNotFound", exists="MountTargetConflict", busy="MountTargetConflict"),
        ),
    )  # fmt: skip

    def drop_home(self, region: str, system: str) -> None:
        """(4) With RetentionPolicy Delete, the domain's deletion takes the file system along."""
        store = self.store(region)
        for record in [*store.all("MountTarget"), *store.all("FileSystem")]:
            if system in (record.key[0], record.get("FileSystemId")):
                store.remove(record)

    @operation("DescribeFileSystems")
    def systems(self, call: Request) -> Params:
        """One file system by id, or all if the request names none."""
        return self._some(call, "FileSystem", "FileSystemId")

    @operation("DescribeMountTargets")
    def mounts(self, call: Request) -> Params:
        """Mount targets of one file system, or one by its own id."""
        member = "MountTargetId" if call.params.get("MountTargetId") else "FileSystemId"
        if member == "FileSystemId":
            call.store.need("FileSystem", (call.params[member],))
        return self._some(call, "MountTarget", member)

    def _some(self, call: Request, kind: str, member: str) -> Params:
        wanted = call.params.get(member)
        found = [each for each in call.store.all(kind) if wanted in (None, each.get(member))]
        if wanted and not found and member.startswith(kind):
            raise ApiError(call.store.codes(self.kind_of[kind]).missing, f"{kind} '{wanted}' does not exist.")
        chosen, following = page(self.world, found, call.params, "Marker", "MaxItems", self.codes.invalid)
        shown = listing(call, chosen)
        # The answer's Marker repeats the request's; the next page is behind NextMarker.
        return {**shown, "NextMarker": following} if following else shown


class Glue(StandIn):
    """Tables of the feature store's database, which all feature groups of an account share."""

    service = "glue"
    codes = Codes(
        missing="EntityNotFoundException", exists="AlreadyExistsException", busy="ConcurrentModificationException"
    )
    kinds = (
        EmulatedKind("Database", ("Name",), list="GetDatabases", get="GetDatabase", delete="DeleteDatabase"),
        EmulatedKind("Table", ("DatabaseName", "Name"), get="GetTable", items="TableList"),
    )

    @operation("GetTables")
    def tables(self, call: Request) -> Params:
        found = [each for each in call.store.all("Table") if each.key[0] == call.params["DatabaseName"]]
        return listing(call, found)

    @operation("BatchDeleteTable")
    def delete_tables(self, call: Request) -> Params:
        """Missing ones are errors inside a successful answer."""
        errors = []
        for name in call.params["TablesToDelete"]:
            found = call.store.get("Table", (call.params["DatabaseName"], name))
            if found:
                call.store.remove(found)
            else:
                detail = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table not found"}
                errors.append({"TableName": name, "ErrorDetail": detail})
        return {"Errors": errors} if errors else {}


class DynamoDb(StandIn):
    """Amazon DynamoDB as far as tables are removed."""

    service = "dynamodb"
    codes = Codes(exists="ResourceInUseException", busy="ResourceInUseException")
    kinds = (
        named(
            "Table", arn="table/{TableName}", arn_member="TableArn",
            life=Life("CREATING", "ACTIVE", "DELETING", "UPDATING", member="TableStatus"),
        ),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsOfResource", "ResourceArn"),)

    @operation("ListTables")
    def tables(self, call: Request) -> Params:
        """Pages are named by their last table."""
        names = [record.key[0] for record in call.store.all("Table")]
        after = call.params.get("ExclusiveStartTableName")
        rest = names[names.index(after) + 1 :] if after in names else names
        chosen = rest[: self.world.page_size]
        more = {"LastEvaluatedTableName": chosen[-1]} if len(rest) > len(chosen) else {}
        return {"TableNames": chosen, **more}


class SecretsManager(StandIn):
    """Secrets; the tags are in the listing."""

    service = "secretsmanager"
    codes = Codes(exists="ResourceExistsException", busy="InvalidRequestException", invalid="InvalidParameterException")
    kinds = (
        EmulatedKind("Secret", ("Name",), create="CreateSecret", list="ListSecrets", get="DescribeSecret",
             params={"SecretId": "Name"},
             arn="secret:{Name}", arn_member="ARN"),
    )  # fmt: skip

    @operation("DeleteSecret")
    def delete_secret(self, call: Request) -> Params:
        """(49) Stays for a week or more unless it is forced."""
        record = find(self.kind_of["Secret"], call)
        if not call.params.get("ForceDeleteWithoutRecovery"):
            raise ApiError("InvalidRequestException", "It would stay for 30 days.")
        call.store.remove(record)
        return {"ARN": record.arn}


class Ecr(StandIn):
    """Amazon ECR as far as repositories are removed."""

    service = "ecr"
    codes = Codes(missing="RepositoryNotFoundException", exists="RepositoryAlreadyExistsException",
                  busy="RepositoryNotEmptyException", invalid="InvalidParameterException")  # fmt: skip
    kinds = (
        EmulatedKind("Repository", ("repositoryName",), create="CreateRepository", list="DescribeRepositories",
             arn="repository/{repositoryName}", arn_member="repositoryArn"),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)

    @operation("DescribeRepositories")
    def repositories(self, call: Request) -> Params:
        """Repositories by name, or all if the request names none."""
        return select(call, "Repository", "repositoryNames", "repositoryName")

    @operation("DeleteRepository")
    def delete_repository(self, call: Request) -> Params:
        """(47) One with images only by force."""
        record = call.store.need("Repository", (call.params["repositoryName"],))
        if record.get("images") and not call.params.get("force"):
            raise ApiError("RepositoryNotEmptyException", "The repository has images.")
        call.store.remove(record)
        return {}

"""Native resource types of the emulator, repaired where the workshop's templates need it."""

from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import s3
from ministack.services.cloudformation import changesets, provisioners

from local_aws.cloudformation import bucket
from local_aws.cloudformation import handlers as engine
from local_aws.cloudformation.model import Properties

BUCKET = "AWS::S3::Bucket"
TABLE = "AWS::DynamoDB::GlobalTable"
SSE = "x-amz-server-side-encryption"
SSE_KEY = "x-amz-server-side-encryption-aws-kms-key-id"

Handlers = dict[str, Callable[..., Any]]


def install() -> None:
    """Put every repair of this file into the emulator."""
    _repair_table(provisioners._RESOURCE_HANDLERS[TABLE])
    _repair_bucket(provisioners._RESOURCE_HANDLERS[BUCKET])
    provisioners._STACK_TAG_PROPERTY[BUCKET] = ("Tags", "list")
    engine.run_off_the_loop({BUCKET})
    changesets._diff_resources = _with_outputs(changesets._diff_resources)
    s3._resolve_sse_write_headers = _with_default_key(s3._resolve_sse_write_headers)


class _OutputsOnly(list[Any]):
    """No change of a resource, and yet something to execute."""

    def __bool__(self) -> bool:
        return True


def _with_outputs(compare: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """A change set that only changes outputs can be executed; the emulator calls it empty.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html
    """

    def compare_all(old: dict[str, Any], new: dict[str, Any], *others: Any) -> list[Any]:
        changes = compare(old, new, *others)
        if changes or old.get("Outputs") == new.get("Outputs"):
            return changes
        return _OutputsOnly()

    return compare_all


def _with_default_key(resolve: Callable[[dict[str, str], str], Any]) -> Callable[[dict[str, str], str], Any]:
    """A write with `aws:kms` and no key uses the key that AWS manages for S3; the emulator refuses such a write.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
    """

    def resolve_with_key(headers: dict[str, str], bucket_name: str) -> Any:
        if headers.get(SSE) == "aws:kms" and not headers.get(SSE_KEY):
            place = f"{responses.get_region()}:{responses.get_account_id()}"
            headers = {**headers, SSE_KEY: f"arn:aws:kms:{place}:alias/aws/s3"}
        return resolve(headers, bucket_name)

    return resolve_with_key


def _repair_table(native: Handlers) -> None:
    """A global table carries its tags on each replica, and the emulator drops them there."""
    create = native["create"]

    def create_tagged(logical_id: str, properties: Properties, stack_name: str) -> Any:
        here = [each for each in properties.get("Replicas", ()) if each.get("Region") == responses.get_region()]
        tags = [tag for replica in here for tag in replica.get("Tags", ())]
        return create(logical_id, {**properties, "Tags": tags} if tags else properties, stack_name)

    native["create"] = create_tagged


def _repair_bucket(native: Handlers) -> None:
    """The emulator applies a third of a bucket's properties, and deletes buckets that are not empty."""
    create, update, delete = native["create"], native["update"], native["delete"]

    def create_whole(logical_id: str, properties: Properties, stack_name: str) -> Any:
        bucket.refuse_unknown(properties)
        name, attributes = create(logical_id, properties, stack_name)
        bucket.configure(engine.api_of("s3"), name, {}, properties)
        return name, attributes

    def update_whole(name: str, old: Properties, new: Properties, stack_name: str) -> Any:
        bucket.refuse_unknown(new)
        updated, attributes = update(name, old, new, stack_name)
        bucket.configure(engine.api_of("s3"), updated, old if updated == name else {}, new)
        return updated, attributes

    def delete_empty(name: str, properties: Properties) -> None:
        bucket.delete(engine.api_of("s3"), name)
        delete(name, properties)

    native.update(create=create_whole, update=update_whole, delete=delete_empty)

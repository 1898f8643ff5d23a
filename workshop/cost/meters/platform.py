"""What storage, functions, logs and keys use; with few attendees all of it together is small."""

from collections.abc import Iterator

from workshop.cost.assembly import DeclaredResource
from workshop.cost.prices import HOURS_PER_MONTH
from workshop.cost.usage import Circumstances, Usage

DEFAULT_FUNCTION_MB = 128
MB_PER_GB = 1024
POLLS_PER_HOUR = 5 * 3600 / 20
"""Lambda polls a queue with five pollers that each wait up to 20 seconds, whether there are messages or not
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)."""
LANGUAGE_HANDLER = "lambda_src.language.handler.handler"


def function(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A function: its calls; the language tools also what they ask of Translate and Comprehend."""
    a = c.assumptions
    calls = a.attendees * a.tool_calls
    arm = "arm64" in resource.properties.get("Architectures", [])
    gb_seconds = calls * resource.properties.get("MemorySize", DEFAULT_FUNCTION_MB) / MB_PER_GB
    yield Usage("Lambda functions", "Lambda on Graviton" if arm else "Lambda on x86", day=gb_seconds)
    yield Usage("Lambda functions", "Lambda request", day=calls)
    if resource.properties.get("Handler") == LANGUAGE_HANDLER:
        yield Usage("Translation tools", "Translate", day=a.attendees * a.translated_characters)
        yield Usage("Translation tools", "Comprehend", day=a.attendees * a.detected_units)


def event_source_mapping(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    yield Usage("Polling of queues", "SQS request", always=POLLS_PER_HOUR)


def bucket(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A bucket: a little storage and a few requests."""
    a = c.assumptions
    yield Usage("S3 buckets", "S3 storage", always=a.bucket_gb / HOURS_PER_MONTH)
    yield Usage("S3 buckets", "S3 request", day=a.attendees * a.bucket_requests)


def table(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A table on demand: requests, and its backup where it has one."""
    a = c.assumptions
    yield Usage("DynamoDB table", "DynamoDB write", day=a.attendees * a.table_requests)
    yield Usage("DynamoDB table", "DynamoDB read", day=a.attendees * a.table_requests)
    for replica in resource.properties.get("Replicas", []):
        if replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield Usage("DynamoDB table", "DynamoDB point-in-time recovery", always=a.bucket_gb / HOURS_PER_MONTH)


def log_group(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A log group: what is written to it; keeping it for a few days is next to nothing."""
    yield Usage("CloudWatch Logs", "CloudWatch Logs ingestion", day=c.assumptions.attendees * c.assumptions.log_gb)


def alarm(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    yield Usage("CloudWatch alarms", "CloudWatch alarm", always=1 / HOURS_PER_MONTH)


def trail(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A trail: data events; the first trail of a region records management events free of charge."""
    events = c.assumptions.attendees * c.assumptions.document_events
    yield Usage("CloudTrail data events", "CloudTrail data event", day=events)


def key(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A customer key: by the month, and its uses."""
    yield Usage("KMS key", "KMS key", always=1 / HOURS_PER_MONTH)
    yield Usage("KMS key", "KMS request", day=c.assumptions.attendees * c.assumptions.key_requests)


def build_project(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """The build that removes a forgotten workshop."""
    yield Usage("Scheduled teardown", "CodeBuild small Linux", day=c.assumptions.teardown_minutes)


METERS = {
    "AWS::CloudTrail::Trail": trail,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CodeBuild::Project": build_project,
    "AWS::DynamoDB::GlobalTable": table,
    "AWS::KMS::Key": key,
    "AWS::Lambda::EventSourceMapping": event_source_mapping,
    "AWS::Lambda::Function": function,
    "AWS::Logs::LogGroup": log_group,
    "AWS::S3::Bucket": bucket,
}

"""Tells documents that fail for the first time from those that have failed before and are still there.

A reason names its documents, as in `Encountered error: … [Files: s3://bucket/docs/a.md, s3://bucket/docs/b.md]`:
docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_IngestionJob.html, `failureReasons`.
"""

import re
from collections.abc import Mapping
from typing import Any

_DOCUMENT = re.compile(r"s3://.+?(?=, s3://|[\]\"\n]|$)")


def failed_count(job: Mapping[str, Any]) -> int:
    """How many documents a job could not ingest."""
    return int(job.get("statistics", {}).get("numberOfDocumentsFailed", 0))


def failed_documents(job: Mapping[str, Any]) -> set[str]:
    """URIs of the documents that the job's reasons name; AWS may shorten the list."""
    return {uri for reason in job.get("failureReasons", ()) for uri in _DOCUMENT.findall(reason)}


def has_new_failures(job: Mapping[str, Any], previous: Mapping[str, Any] | None) -> bool:
    """False only if every document that failed is named, and had failed in the previous job, too."""
    named = failed_documents(job)
    known = failed_documents(previous) if previous else set()
    return failed_count(job) > len(named & known)

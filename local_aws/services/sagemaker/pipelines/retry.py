"""Retry policies of a step: which failure is tried again, how often, and after how long.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from collections.abc import Iterable

from local_aws.framework import ApiError, Params

_BY_CODE = {
    "ResourceLimitExceeded": "SageMaker.RESOURCE_LIMIT",
    "ThrottlingException": "Step.THROTTLING",
    "InternalServerException": "Step.SERVICE_FAULT",
}
_BY_REASON = {
    "CapacityError": "SageMaker.CAPACITY_ERROR",
    "InternalServerError": "SageMaker.JOB_INTERNAL_ERROR",
}


def kind_of(error: ApiError) -> str:
    """The exception type of an operation that was refused; empty if no policy is for it."""
    if error.status and error.status >= 500 and error.status != 501:
        return "Step.SERVICE_FAULT"
    return _BY_CODE.get(error.code, "")


def kind_of_reason(reason: str) -> str:
    """The exception type of a job that failed, by its FailureReason; empty if no policy is for it."""
    return next((kind for word, kind in _BY_REASON.items() if reason.startswith(word)), "")


def pause(policies: Iterable[Params], kind: str, tried: int, elapsed: float) -> float | None:
    """Seconds before the next attempt, after `tried` attempts in `elapsed` seconds; None if there is none."""
    for policy in policies:
        if kind and kind in policy["ExceptionType"]:
            if "ExpireAfterMin" in policy and elapsed >= 60 * policy["ExpireAfterMin"]:
                return None
            if "ExpireAfterMin" not in policy and tried > policy.get("MaxAttempts", 5):
                return None
            return float(policy.get("IntervalSeconds", 1)) * float(policy.get("BackoffRate", 2.0)) ** (tried - 1)
    return None

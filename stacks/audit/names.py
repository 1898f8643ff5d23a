"""Prefixes in the log bucket, and the one name that its policy has to know."""

TRAIL_PREFIX = "trail"
INVOCATION_LOGS_PREFIX = "invocations"


def trail_name(workshop_id: str) -> str:
    """Name of the trail: fixed, because the log bucket's policy admits this trail before it exists."""
    return f"{workshop_id}-trail"

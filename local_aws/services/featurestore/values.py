"""What a record must look like: features of the group, of their types, with an identifier and an event time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local_aws.framework import ApiError, Params

ISO = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ")
"""Forms of an event time that is a String: docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html"""


def refusal(message: str) -> ApiError:
    """The one error for everything that is wrong with a request."""
    return ApiError("ValidationError", f"Validation Error: {message}", 400)


def values_of(group: Params, record: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The values of a record by feature, as texts. Raises ApiError ValidationError with everything that is wrong."""
    types = {each["FeatureName"]: each["FeatureType"] for each in group["FeatureDefinitions"]}
    problems = [f"FeatureName [{each['FeatureName']}] is not in the feature group" for each in record
                if each["FeatureName"] not in types]  # fmt: skip
    problems += [f"{each['FeatureName']} is a collection, which is not kept here" for each in record
                 if "ValueAsString" not in each]  # fmt: skip
    if problems:
        raise refusal("; ".join(problems))
    values = {each["FeatureName"]: str(each["ValueAsString"]) for each in record}
    identifier, event_time = group["RecordIdentifierFeatureName"], group["EventTimeFeatureName"]
    problems = [f"{name} has no value" for name in (identifier, event_time) if not values.get(name)]
    problems += [f"{name} is no {types[name]}" for name, text in values.items() if not _fits(types[name], text)]
    if len(values) != len(record):
        problems.append("a feature is named more than once")
    if problems:
        raise refusal("; ".join(problems))
    moment(group, values[event_time])
    return values


def _fits(kind: str, text: str) -> bool:
    try:
        {"Integral": int, "Fractional": float}.get(kind, str)(text)
    except ValueError:
        return False
    return True


def moment(group: Params, text: str) -> float:
    """An event time in seconds, to compare it. Raises ApiError ValidationError if it has neither of the two forms."""
    types = {each["FeatureName"]: each["FeatureType"] for each in group["FeatureDefinitions"]}
    if types[group["EventTimeFeatureName"]] == "Fractional":
        if not _fits("Fractional", text):
            raise refusal(f"EventTime {text} is no number")
        return float(text)
    for form in ISO:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise refusal(f"EventTime {text} is not of the form yyyy-MM-dd'T'HH:mm:ssZ or yyyy-MM-dd'T'HH:mm:ss.SSSZ")

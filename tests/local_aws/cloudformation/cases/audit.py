"""Budgets, trails, flow logs."""

from typing import Any

from tests.local_aws.cloudformation.cases.case import Case, Change, Properties, resource
from tests.local_aws.conftest import ACCOUNT, Clients


def _budget(amount: int, threshold: int = 80) -> Properties:
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": threshold,
        "ThresholdType": "PERCENTAGE",
    }
    subscriber = {"SubscriptionType": "EMAIL", "Address": "organiser@example.com"}
    return {
        "Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": amount, "Unit": "USD"}},
        "NotificationsWithSubscribers": [{"Notification": notification, "Subscribers": [subscriber]}],
    }


def _budget_there(clients: Clients, reference: str) -> Any:
    asked = {"AccountId": ACCOUNT, "BudgetName": reference}
    found = clients("budgets").describe_budget(**asked)["Budget"]
    listed = clients("budgets").describe_notifications_for_budget(**asked)["Notifications"]
    return {"amount": float(found["BudgetLimit"]["Amount"]), "threshold": listed[0]["Threshold"]}


def _trail(kinds: str, *, logging: bool, prefix: str) -> Properties:
    return {
        "TrailName": "first",
        "S3BucketName": {"Ref": "Bucket"},
        "S3KeyPrefix": prefix,
        "IsLogging": logging,
        "EventSelectors": [{"ReadWriteType": kinds, "IncludeManagementEvents": True}],
    }


def _trail_there(clients: Clients, reference: str) -> Any:
    cloudtrail = clients("cloudtrail")
    prefix = cloudtrail.get_trail(Name=reference)["Trail"]["S3KeyPrefix"]
    kinds = cloudtrail.get_event_selectors(TrailName=reference)["EventSelectors"][0]["ReadWriteType"]
    return {"prefix": prefix, "kinds": kinds, "logging": cloudtrail.get_trail_status(Name=reference)["IsLogging"]}


def _flow_log_there(clients: Clients, reference: str) -> Any:
    found = clients("ec2").describe_flow_logs(FlowLogIds=[reference])["FlowLogs"]
    if not found:
        raise LookupError(reference)
    return found[0]


CASES = (
    Case(
        "AWS::Budgets::Budget",
        _budget(100),
        _budget_there,
        in_place=Change({"Budget": _budget(200)["Budget"]}, {"amount": 200.0, "threshold": 80.0}),
        replace=_budget(200, threshold=50),
    ),
    Case(
        "AWS::CloudTrail::Trail",
        _trail("All", logging=True, prefix="a"),
        _trail_there,
        in_place=Change(
            _trail("WriteOnly", logging=False, prefix="b"), {"prefix": "b", "kinds": "WriteOnly", "logging": False}
        ),
        replace={"TrailName": "second"},
        needs={"Bucket": resource("AWS::S3::Bucket")},
    ),
    Case(
        "AWS::EC2::FlowLog",
        {
            "ResourceId": {"Ref": "Vpc"},
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::logs",
        },
        _flow_log_there,
        replace={"TrafficType": "REJECT"},
        needs={"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")},
    ),
)

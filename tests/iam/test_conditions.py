"""Conditions, wildcards and policy variables against what AWS documents; the page stands above each group."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.iam.conditions import PolicyError, condition_holds
from tests.iam.matching import UnresolvedVariableError, arn_like, like
from tests.iam.model import ContextValue

TAG = "aws:PrincipalTag/attendee"
SSE = "s3:x-amz-server-side-encryption"
TOPIC = "arn:aws:sns:us-east-1:111122223333:topic"
TYPES = "sagemaker:InstanceTypes"

# Pages: "Condition operators", "Set operators for multivalued context keys", "... IfExists", "... Null"
CONDITIONS: list[tuple[dict[str, dict[str, Any]], dict[str, ContextValue], bool]] = [
    ({"StringEquals": {"aws:username": "john"}}, {"aws:username": "john"}, True),
    ({"StringEquals": {"aws:username": "john"}}, {"aws:username": "John"}, False),
    ({"StringEqualsIgnoreCase": {"aws:username": "john"}}, {"aws:username": "JOHN"}, True),
    ({"StringEquals": {"AWS:UserName": "john"}}, {"aws:username": "john"}, True),
    ({"StringEquals": {"aws:username": ["ana", "john"]}}, {"aws:username": "john"}, True),
    ({"StringEquals": {"aws:username": "j*"}}, {"aws:username": "john"}, False),
    ({"StringLike": {"aws:username": "j*"}}, {"aws:username": "john"}, True),
    ({"StringNotLike": {"aws:username": "j*"}}, {"aws:username": "john"}, False),
    ({"StringNotEquals": {"aws:username": ["ana", "john"]}}, {"aws:username": "john"}, False),
    ({"StringNotEquals": {"aws:username": ["ana", "john"]}}, {"aws:username": "eve"}, True),
    ({"StringEquals": {"a": "1"}, "StringLike": {"b": "2*"}}, {"a": "1", "b": "22"}, True),
    ({"StringEquals": {"a": "1", "b": "2"}}, {"a": "1", "b": "3"}, False),
    # A key that is not in the request
    ({"StringEquals": {"aws:PrincipalTag/job": "x"}}, {}, False),
    ({"StringNotEquals": {"aws:PrincipalTag/job": "x"}}, {}, True),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/x"}}, {}, True),
    ({"Bool": {"aws:SecureTransport": "false"}}, {}, False),
    ({"BoolIfExists": {"aws:SecureTransport": "false"}}, {}, True),
    ({"BoolIfExists": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
    ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}}, {}, True),
    ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}}, {"ec2:InstanceType": "m5.large"}, False),
    ({"StringNotEqualsIfExists": {SSE: "aws:kms"}}, {}, True),
    ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {}, False),
    # Null
    ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
    ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "2026-11-28T00:00:00Z"}, False),
    ({"Null": {"aws:TokenIssueTime": "false"}}, {"aws:TokenIssueTime": "2026-11-28T00:00:00Z"}, True),
    ({"Null": {"aws:TagKeys": "false"}}, {"aws:TagKeys": ()}, False),
    ({"Null": {"aws:TagKeys": False}}, {"aws:TagKeys": ("a",)}, True),
    # Set operators
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost"]}}, {"aws:TagKeys": ("cost",)}, True),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost"]}}, {"aws:TagKeys": ("cost", "x")}, False),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost"]}}, {}, True),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost"]}}, {"aws:TagKeys": ()}, True),
    ({"ForAllValues:StringNotEquals": {"aws:TagKeys": ["cost"]}}, {"aws:TagKeys": ("a", "b")}, True),
    ({"ForAllValues:StringNotEquals": {"aws:TagKeys": ["cost"]}}, {"aws:TagKeys": ("a", "cost")}, False),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["cost"]}}, {"aws:TagKeys": ("a", "cost")}, True),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["cost"]}}, {"aws:TagKeys": ("a", "b")}, False),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["cost"]}}, {}, False),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["cost"]}}, {}, False),
    ({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["cost"]}}, {"aws:TagKeys": ("cost", "x")}, True),
    ({"ForAnyValue:StringNotLike": {TYPES: "ml.t3.*"}}, {TYPES: ("ml.t3.medium", "ml.p4d.24xlarge")}, True),
    # ARNs: each of the six parts on its own
    ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:111122223333:topic"}}, {"aws:SourceArn": TOPIC}, True),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:topic"}}, {"aws:SourceArn": TOPIC}, False),
    ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a*"}}, {"aws:SourceArn": "arn:aws:s3:::a:b"}, True),
    ({"ArnNotEquals": {"aws:SourceArn": "arn:aws:s3:::a"}}, {"aws:SourceArn": "arn:aws:s3:::b"}, True),
    # Numbers, dates, booleans, addresses
    ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10"}, True),
    ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "9"}, True),
    ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {"s3:TlsVersion": "1.2"}, False),
    ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {"s3:TlsVersion": "1.1"}, True),
    ({"NumericNotEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10.0"}, False),
    ({"NumericGreaterThan": {"s3:max-keys": "10"}}, {"s3:max-keys": "11"}, True),
    ({"NumericGreaterThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "9"}, False),
    ({"NumericEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "ten"}, False),
    (
        {"DateGreaterThan": {"aws:CurrentTime": "2026-11-28T00:00:00Z"}},
        {"aws:CurrentTime": "2026-11-28T00:00:01Z"},
        True,
    ),
    ({"DateLessThan": {"aws:CurrentTime": "2026-11-28"}}, {"aws:CurrentTime": "2026-11-28T00:00:01Z"}, False),
    ({"DateLessThanEquals": {"aws:EpochTime": "1795824000"}}, {"aws:EpochTime": "1795824000"}, True),
    ({"Bool": {"aws:SecureTransport": False}}, {"aws:SecureTransport": "false"}, True),
    ({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}, {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}, True),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8::/32"]}}, {"aws:SourceIp": "203.0.113.9"}, True),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8::/32"]}}, {"aws:SourceIp": "2001:db8::1"}, True),
    ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "203.0.114.9"}, True),
    # Page: "IAM policy elements: Variables and tags"
    ({"StringLike": {"s3:prefix": "${aws:PrincipalTag/attendee}/*"}}, {"s3:prefix": "att-1/x", TAG: "att-1"}, True),
    ({"StringLike": {"s3:prefix": "${aws:PrincipalTag/attendee}/*"}}, {"s3:prefix": "att-11/x", TAG: "att-1"}, False),
    ({"StringLike": {"s3:prefix": "${aws:PrincipalTag/attendee}/*"}}, {"s3:prefix": "att-2/x", TAG: "*"}, False),
    (
        {"StringLike": {"s3:prefix": "${aws:PrincipalTag/team, 'company-wide'}/*"}},
        {"s3:prefix": "company-wide/x"},
        True,
    ),
    ({"StringLike": {"s3:prefix": "a${*}b"}}, {"s3:prefix": "a*b"}, True),
    ({"StringLike": {"s3:prefix": "a${*}b"}}, {"s3:prefix": "axb"}, False),
    ({"StringEquals": {"s3:prefix": "a${*}${?}${$}b"}}, {"s3:prefix": "a*?$b"}, True),
    (
        {"NumericEquals": {"s3:max-keys": "${aws:PrincipalTag/n}"}},
        {"s3:max-keys": "1", "aws:PrincipalTag/n": "1"},
        False,
    ),
]


@pytest.mark.parametrize(("condition", "context", "expected"), CONDITIONS)
def test_conditions_hold_like_the_documentation(
    condition: dict[str, dict[str, Any]], context: dict[str, ContextValue], expected: bool
) -> None:
    assert condition_holds(condition, {key.lower(): value for key, value in context.items()}) is expected


@pytest.mark.parametrize(
    ("condition", "context"),
    [
        ({"StringEqual": {"a": "b"}}, {"a": "b"}),
        ({"ForAllValues:StringEqual": {"a": "b"}}, {}),
        ({"StringEquals": {"aws:TagKeys": "a"}}, {"aws:tagkeys": ("a", "b")}),
    ],
)
def test_refuses_what_aws_leaves_undefined(
    condition: dict[str, dict[str, Any]], context: dict[str, ContextValue]
) -> None:
    with pytest.raises(PolicyError):
        condition_holds(condition, context)


@pytest.mark.parametrize("context", [{}, {"aws:principaltag/team": ("a", "b")}])
def test_a_variable_without_one_value_is_unresolved(context: dict[str, ContextValue]) -> None:
    with pytest.raises(UnresolvedVariableError):
        condition_holds({"StringEquals": {"a": "${aws:PrincipalTag/team}"}}, {"a": "x", **context})


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b/docs/*", "arn:aws:s3:::b/docs", False),
        ("arn:aws:s3:::b/docs/*", "arn:aws:s3:::b/docs/", True),
        ("arn:aws:s3:::b/docs/?", "arn:aws:s3:::b/docs/ab", False),
        ("arn:aws:logs:*:*:log-group:/aws/x:*", "arn:aws:logs:eu-west-1:1:log-group:/aws/x:log-stream:s", True),
        ("arn:aws:logs:*", "arn:aws:logs:eu-west-1:1:log-group:g", False),
        ("arn:aws:iam::1:role/a.b", "arn:aws:iam::1:role/axb", False),
    ],
)
def test_resources_match_part_by_part(pattern: str, arn: str, expected: bool) -> None:
    assert arn_like(pattern, arn) is expected


@given(text=st.text(alphabet="ab/:*?", max_size=12))
def test_a_star_matches_everything(text: str) -> None:
    assert like("*", text)
    assert like("?" * len(text), text)
    assert not like("?" * (len(text) + 1), text)


@given(pattern=st.text(alphabet="ab/:.[(", max_size=12), text=st.text(alphabet="ab/:.[(", max_size=12))
def test_without_wildcards_a_pattern_matches_itself_only(pattern: str, text: str) -> None:
    assert like(pattern, pattern)
    assert like(pattern, text) == (pattern == text)

"""Saved queries."""

from tests.local_aws.cloudformation.cases.case import Case, by

CASES = (
    Case(
        "AWS::Athena::NamedQuery",
        {"Name": "first", "Database": "lab", "QueryString": "SELECT 1 AS one"},
        by("athena", "get_named_query", "NamedQueryId", at="NamedQuery.QueryString"),
        replace={"QueryString": "SELECT 2 AS two"},
    ),
)

"""What the CDK's own validation found, where the CDK only warns and CloudFormation would refuse."""

import json
from collections.abc import Iterator
from pathlib import Path

NOT_IN_ENUM = "W3030"
"""A value that the resource's schema does not list. The CDK's engine calls this a warning:
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"""


def wrong_values(assembly: Path) -> Iterator[str]:
    """A line per value that is not one of those that the schema lists; acknowledged ones are not meant.

    Args:
        assembly: directory of a cloud assembly that has been validated.
    """
    report = assembly / "validation-report.json"
    if not report.exists():
        return
    for plugin in json.loads(report.read_text(encoding="utf-8"))["pluginReports"]:
        for violation in plugin["violations"]:
            if violation["ruleName"] == NOT_IN_ENUM:
                places = ", ".join(place["constructPath"] for place in violation["violatingConstructs"])
                yield f"{places}: {violation['description']}"

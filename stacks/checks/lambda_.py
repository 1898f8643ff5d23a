"""Rules for Lambda functions: logs that go away, no scarce concurrency, no open door, no secret in plain sight."""

import re
from collections.abc import Iterator, Mapping

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import get, known_text, render

FUNCTION = "AWS::Lambda::Function"

_SECRET_NAME = re.compile(r"(?i)(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)")
_REFERENCE_NAME = re.compile(r"(?i)_(arn|name|id|parameter|path|url|ttl|seconds)$")
_SECRET_VALUE = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\{\{resolve:(secretsmanager|ssm-secure):"
)


def check_log_group(resource: Resource, context: Context) -> Iterator[Problem]:
    """The log group is a resource of the stack, not one that Lambda makes and nobody deletes."""
    if get(resource.properties, "LoggingConfig.LogGroup") is None:
        yield Problem(
            "The function has no log group of its own; Lambda makes one that never expires and survives the stack.",
            "Give the function a logs.LogGroup with retention and RemovalPolicy.DESTROY.",
        )


def check_concurrency(resource: Resource, context: Context) -> Iterator[Problem]:
    """New accounts have ten concurrent executions, all of which must stay unreserved."""
    if get(resource.properties, "ReservedConcurrentExecutions") is not None:
        yield Problem(
            "The function reserves concurrency, which an account with the initial limit of 10 refuses.",
            "Remove ReservedConcurrentExecutions; bound callers instead.",
        )


def check_url(resource: Resource, context: Context) -> Iterator[Problem]:
    """No function can be called by everybody who knows its address."""
    if known_text(get(resource.properties, "AuthType")) == "NONE":
        yield Problem("The function URL asks nobody who they are.", "Set AuthType to AWS_IAM.")


def check_environment(resource: Resource, context: Context) -> Iterator[Problem]:
    """Nothing that looks like a secret is in the environment."""
    variables = get(resource.properties, "Environment.Variables")
    if not isinstance(variables, Mapping):
        return
    for name, value in variables.items():
        named = _SECRET_NAME.search(name) and not _REFERENCE_NAME.search(name) and known_text(value)
        if named or _SECRET_VALUE.search(render(value)):
            yield Problem(
                f"The environment variable {name} looks like a secret that everybody with read access can see.",
                "Pass the name of a secret or parameter and read it at run time.",
                detail=name,
            )


RULES = (
    Rule(
        "lambda-log-group",
        "A function writes to a log group of the stack",
        "The log group that Lambda makes by itself never expires and is left over: "
        "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
        (FUNCTION,),
        check_log_group,
    ),
    Rule(
        "lambda-reserved-concurrency",
        "A function reserves no concurrency",
        "A new account refuses: 'decreases account's UnreservedConcurrentExecution below its minimum value': "
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
        (FUNCTION,),
        check_concurrency,
    ),
    Rule(
        "lambda-function-url",
        "A function URL wants signed requests",
        "Anybody on the internet can call it, at the organiser's cost: "
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        ("AWS::Lambda::Url",),
        check_url,
    ),
    Rule(
        "lambda-secret-environment",
        "No secret is in a function's environment",
        "It can be read in the console, in the template and in every log of the deployment: "
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        (FUNCTION,),
        check_environment,
    ),
)

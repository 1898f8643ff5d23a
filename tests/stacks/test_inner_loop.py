"""What keeps `python app.py` short, as far as it shows without a clock; `python -m benchmarks synth` has the clock."""

import collections
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import app
from stacks.checks.plugin import WorkshopRules
from stacks.config import load_config

ROOT = Path(__file__).parents[2]

LOADED = """
agentcore: applicationautoscaling bedrockagentcore codestarnotifications ec2 ecr_assets
knowledge: bedrock cloudwatch cloudwatch_actions events lambda opensearchserverless s3_deployment s3vectors sqs
inference and studio: sagemaker
audit: budgets cloudtrail sns sns_subscriptions
data: athena glue
teardown: codebuild scheduler
tools: dynamodb ssm
web: apigateway cognito
all: iam kms logs s3 s3_assets
"""
"""Modules of aws_cdk that importing the app loads, by who needs them. A further one costs up to 0.15 s at every start:
`aws_events_targets`, for one, loads every service that can be a target."""


def test_importing_the_app_loads_the_modules_that_it_uses_and_no_more() -> None:
    allowed = {f"aws_{name}" for line in LOADED.split("\n") for name in line.partition(":")[2].split()}
    program = "import app, sys; print(*(name for name in sys.modules if name.startswith('aws_cdk.aws_')))"

    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603

    loaded = {name.split(".")[1] for name in run.stdout.split()}
    assert loaded - allowed == set(), "loaded and not in the list"
    assert allowed - loaded == set(), "in the list and not loaded"


def test_the_rules_read_each_template_once(cloud_assembly: Callable[[str], Path]) -> None:
    directory = cloud_assembly("default")
    templates = sorted(directory.glob("*.template.json"))
    rules = WorkshopRules(app.rule_settings(load_config(ROOT / "presets" / "default.toml")))
    context = ValidationContext([str(path) for path in templates])

    opened = Opened().by(lambda: rules.validate(context))  # type: ignore[arg-type]

    assert {path: opened[str(path)] for path in templates} == dict.fromkeys(templates, 1)


@dataclass(frozen=True)
class ValidationContext:
    """The part of the CDK's context that the rules look at."""

    template_paths: list[str]


class Opened:
    """Counts the files that this process opens; an audit hook stays for good, so it counts for one list at a time."""

    def __init__(self) -> None:
        """Start to listen."""
        self.counter: collections.Counter[str] | None = None
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and self.counter is not None:
            self.counter[str(arguments[0])] += 1

    def by(self, action: Callable[[], object]) -> collections.Counter[str]:
        """How often an action opens each file."""
        counter: collections.Counter[str] = collections.Counter()
        self.counter = counter
        try:
            action()
        finally:
            self.counter = None
        return counter

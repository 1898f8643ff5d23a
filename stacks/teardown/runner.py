"""What removes the workshop at night: a build project that runs `python -m workshop teardown unattended`.

A build and not a function, because a domain alone takes longer to go than the fifteen minutes that a function has:
https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.common.acknowledge import acknowledge
from stacks.common.buckets import PrivateBucket
from stacks.common.functions import ROOT
from stacks.common.log_group import ShortLog
from stacks.teardown.policy import TeardownScope
from stacks.teardown.role import TeardownRole

PYTHON = "3.11"
"""The version that the tests run with; the image has it."""
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
TIMEOUT = cdk.Duration.hours(8)
DEADLINE = "6h"
"""Of the removal itself; what is left of the build's time is for verification."""
SOURCE = (
    "contract.py",
    "requirements.txt",
    "stacks/config",
    "stacks/regions.py",
    "stacks/regions.toml",
    "workshop/cost",
    "workshop/teardown",
)
PACKAGES = ("workshop/__init__.py", "workshop/__main__.py", "workshop/aws_session.py", "workshop/loopback.py")


class TeardownRunner(Construct):
    """The build project, its role, its log, and the bucket that keeps the teardown's record between two runs.

    The project has a name of its own: the boundary of its role names it, and is there before it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        where: TeardownScope,
        project_name: str,
        arguments: Sequence[str],
        topic: sns.ITopic,
    ) -> None:
        """Create the project.

        Args:
            where: what the role's permissions are about.
            project_name: its name.
            arguments: of the command, besides those that only the deployed stack knows.
            topic: hears of a run that did not end well.
        """
        super().__init__(scope, construct_id)
        # Neither a customer key nor the log bucket: both go before this.
        self.record = PrivateBucket(self, "Record", lifecycle_rules=[], log_bucket_name=None, key=None)
        acknowledge(self.record, "AwsSolutions-S1", "It is deleted after the log bucket, and only one role reaches it")
        log_group = ShortLog(self, "Log", key=None)
        source = s3_assets.Asset(
            self, "Source", path=str(ROOT), ignore_mode=cdk.IgnoreMode.GIT, exclude=_all_but_source()
        )
        role = TeardownRole(
            self,
            "Role",
            where=where,
            project_arn=where.arn("codebuild", f"project/{project_name}"),
            source=source,
            record=self.record,
            log_group_arn=log_group.log_group_arn,
            topic=topic,
        )
        self.project = codebuild.CfnProject(
            self,
            "Project",
            name=project_name,
            description="Removes the workshop and proves that nothing is left; goes last",
            service_role=role.role_arn,
            artifacts=codebuild.CfnProject.ArtifactsProperty(type="NO_ARTIFACTS"),
            source=codebuild.CfnProject.SourceProperty(
                type="S3",
                location=f"{source.s3_bucket_name}/{source.s3_object_key}",
                build_spec=json.dumps(_specification(arguments)),
            ),
            environment=codebuild.CfnProject.EnvironmentProperty(
                type="LINUX_CONTAINER",
                compute_type="BUILD_GENERAL1_SMALL",
                image=IMAGE,
                environment_variables=_variables(
                    {
                        "ACCOUNT": cdk.Aws.ACCOUNT_ID,
                        "RECORD_BUCKET": self.record.bucket_name,
                        "TOPIC": topic.topic_arn,
                    }
                ),
            ),
            timeout_in_minutes=TIMEOUT.to_minutes(),
            concurrent_build_limit=1,
            logs_config=codebuild.CfnProject.LogsConfigProperty(
                cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                    status="ENABLED", group_name=log_group.log_group_name
                )
            ),
        )
        acknowledge(
            self.project,
            "CloudFormation-Validate::E3050",
            "The role is given as Fn::GetAtt of its Arn, as the finding asks for; it takes that for a Ref",
        )
        acknowledge(self.project, "AwsSolutions-CB4", "It makes no artifacts, and its log says nothing that is secret")


def _specification(arguments: Sequence[str]) -> dict[str, object]:
    """Exit code 2 is good: what is left is free, and has a date or no way to delete it."""
    command = shlex.join(["python", "-m", "workshop", "teardown", "unattended", *arguments])
    told = shlex.quote("The workshop could not be removed completely. The build and its log say what is left, and why.")
    return {
        "version": "0.2",
        "phases": {
            "install": {
                "runtime-versions": {"python": PYTHON},
                # If this fails, so does the build, and then somebody is told.
                "on-failure": "CONTINUE",
                "commands": ["python -m pip install --quiet --require-hashes -r requirements.txt"],
            },
            "build": {
                "commands": [f'{command} --confirm-account "$ACCOUNT" --record "$RECORD_BUCKET" || test $? -eq 2'],
            },
            "post_build": {
                "commands": [
                    f'test "$CODEBUILD_BUILD_SUCCEEDING" = 1 || aws sns publish --topic-arn "$TOPIC" --message {told}'
                ],
            },
        },
    }


def _variables(values: Mapping[str, str]) -> list[codebuild.CfnProject.EnvironmentVariableProperty]:
    return [
        codebuild.CfnProject.EnvironmentVariableProperty(name=name, value=value, type="PLAINTEXT")
        for name, value in values.items()
    ]


def _all_but_source() -> list[str]:
    """Patterns of git's for everything that the teardown does not import."""
    kept = (*SOURCE, *PACKAGES)
    folders = sorted({Path(each).parts[0] for each in kept if "/" in each})
    inside = [pattern for folder in folders for pattern in (f"!/{folder}", f"/{folder}/*")]
    return ["/*", *inside, *(f"!/{each}" for each in kept), "__pycache__"]

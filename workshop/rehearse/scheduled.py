"""What the schedule of the Teardown stack starts, done here: the deployed project's own source, variables and commands.

No emulator runs builds. Only the installation of packages is left out: they are the same as this environment's.
"""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract import StackName, stack_name
from workshop.rehearse.process import run


@dataclass(frozen=True)
class Build:
    """One build of the project in a stack."""

    stack_arn: str
    folder: Path
    """Where its source is unpacked."""
    commands: tuple[str, ...]
    variables: Mapping[str, str]

    def run(self, environment: Mapping[str, str], log: Path, listener: Callable[[str], None]) -> int:
        """The commands of the phase `build`, in one shell that ends at the first that fails; gives its exit code."""
        path = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        variables = {**environment, **self.variables, "PATH": path}
        script = "\n".join(["set -e", *self.commands])
        return run(["/bin/bash", "-c", script], variables, log, listener, folder=self.folder)


def scheduled_build(client: Callable[[str], Any], workshop_id: str, folder: Path) -> Build:
    """What the workshop's only schedule would start, unpacked into `folder`."""
    cloudformation = client("cloudformation")
    (stack,) = cloudformation.describe_stacks(StackName=stack_name(workshop_id, StackName.TEARDOWN))["Stacks"]
    held = cloudformation.list_stack_resources(StackName=stack["StackId"])["StackResourceSummaries"]
    (group,) = (each["PhysicalResourceId"] for each in held if each["ResourceType"] == "AWS::Scheduler::ScheduleGroup")
    scheduler = client("scheduler")
    (schedule,) = scheduler.list_schedules(GroupName=group)["Schedules"]
    target = scheduler.get_schedule(GroupName=group, Name=schedule["Name"])["Target"]
    name = json.loads(target["Input"])["ProjectName"]
    (project,) = client("codebuild").batch_get_projects(names=[name])["projects"]
    bucket, _, key = project["source"]["location"].partition("/")
    archive = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    phases = json.loads(project["source"]["buildspec"])["phases"]
    variables = {each["name"]: each["value"] for each in project["environment"]["environmentVariables"]}
    return Build(stack["StackId"], folder, tuple(phases["build"]["commands"]), variables)

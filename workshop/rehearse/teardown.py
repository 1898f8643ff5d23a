"""The last act of a rehearsal with `--teardown`: people make things by hand, and teardown takes it all away."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from contract import WORKSHOP_TAG, Output, StackName
from local_aws.isolation import ACCOUNT
from local_aws.launcher import LOG_NAME, LocalAws
from stacks.config import EncryptionMode, WorkshopConfig
from workshop.rehearse.attendees import Classroom, work
from workshop.rehearse.process import new_log, run, workshop
from workshop.rehearse.scheduled import scheduled_build
from workshop.rehearse.session import LocalSession
from workshop.rehearse.stage import ProgressLog, StepError
from workshop.smoke.deployed import Deployed
from workshop.teardown.errors import RefusedError
from workshop.teardown.plan.plan import Plan, load
from workshop.teardown.verify.report import CLEAN, ONLY_HARMLESS, RESIDUE, Report, Residue

TOLD = re.compile(r"(ours |unknown |unscanned |round |execute: |verify: |refused: |stopped: )")
"""How the lines begin that a person wants to see; the tables are in the logs."""
OTHER_WORKSHOP = "ws-2026-11-28-ff99"


def make_things_of_others(session: boto3.Session, region: str) -> None:
    """What teardown must leave alone: a bucket of nobody's workshop, and one of another workshop."""
    # S3 refuses its default region as a constraint, and every other region without one:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    place: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    session.client("s3").create_bucket(Bucket="documents-of-somebody-else", **place)
    session.client("s3vectors").create_vector_bucket(
        vectorBucketName=f"{OTHER_WORKSHOP}-vectors", tags={WORKSHOP_TAG: OTHER_WORKSHOP}
    )


def _make_role(iam: Any, workshop_id: str) -> str:
    """The one thing that the organiser makes by hand, for the attendees' models; no stack will delete it."""
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=f"{workshop_id}-models",
        Path=f"/workshop/{workshop_id}/",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        Tags=[{"Key": WORKSHOP_TAG, "Value": workshop_id}],
    )["Role"]
    policy = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{workshop_id}-*/*"}
    iam.put_role_policy(
        RoleName=role["RoleName"],
        PolicyName="read-models",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [policy]}),
    )
    return str(role["Arn"])


def _model_data(sagemaker: Any, workshop_id: str) -> str:
    """Where the deployed model's archive is; attendees deploy the same one. Raises StepError if there is none."""
    models = sagemaker.list_models(NameContains=workshop_id)["Models"]
    if not models:
        raise StepError("The attendees have no model to deploy. Use a preset with features.inference.")
    model = sagemaker.describe_model(ModelName=models[0]["ModelName"])
    return str(model["PrimaryContainer"]["ModelDataUrl"])


@dataclass(frozen=True)
class TeardownRehearsal:
    """The teardown of a workshop that is deployed to the local AWS."""

    config: WorkshopConfig
    config_path: Path
    folder: Path
    """Holds its record and its logs."""
    progress: ProgressLog
    aws: LocalAws
    """Where the workshop is deployed."""
    session: LocalSession

    def perform(self) -> str:
        """Gives what was removed, for the result. Raises StepError at the first step that does not hold."""
        attendees = len(self.config.attendee_names)
        with self.progress.step(f"{attendees} attendees work"):
            made = self._work()
            self.progress.say(f"{len(made)} things made")
        with self.progress.step("teardown plan"):
            plan = self._plan(made)
        with self.progress.step("teardown verify, while everything is there"):
            self._teardown("verify", "--pause", "0s", expected=RESIDUE)
        if self.config.teardown:
            with self.progress.step("what the schedule starts"):
                self._run_schedule()
        else:
            with self.progress.step("teardown execute"):
                confirmed = ("--confirm-account", ACCOUNT, "--confirm-resources", str(len(plan.entries)))
                self._teardown("execute", "--yes-in-ci", *confirmed, expected=self._end)
        with self.progress.step("teardown verify"):
            self._verify()
        return (
            f"{len(made)} things made by {attendees} attendees and their organiser, "
            f"{len(plan.entries)} planned resources removed by teardown"
        )

    def _work(self) -> list[str]:
        deployed = Deployed(self.config, self.session, patience_seconds=0, poll_seconds=0)
        try:
            deployed.look_up()
            missing = deployed.missing(StackName.STUDIO, Output.DOMAIN_ID)
            if missing:
                raise StepError(f"The attendees have nowhere to work: {missing}. Use a preset with features.studio.")
            domain_id = deployed.output(StackName.STUDIO, Output.DOMAIN_ID)
            role_arn = _make_role(deployed.client("iam"), self.config.workshop_id)
            model_data = _model_data(deployed.client("sagemaker"), self.config.workshop_id)
            room = Classroom(self.config.workshop_id, domain_id, role_arn, model_data)
            return [role_arn, *work(deployed.client, room, self.config.attendee_names)]
        except (BotoCoreError, ClientError) as error:
            raise StepError(f"The attendees could not work: {error} See {LOG_NAME}.") from error

    def _plan(self, made: list[str]) -> Plan:
        log = self._teardown("plan", expected=CLEAN)
        try:
            plan = load(self._state / self.config.workshop_id / "plan.json")
        except RefusedError as error:
            raise StepError(f"teardown plan ended well, but left no plan: {error} See {log.name}.") from error
        unseen = sorted(set(made) - {entry.arn for entry in plan.entries})
        if unseen:
            raise StepError(
                f"The plan lacks {len(unseen)} of {len(made)} things that were made:"
                + "".join(f"\n  {arn}" for arn in unseen)
                + f"\n  See {log.name}."
            )
        return plan

    @property
    def _end(self) -> int:
        """Exit code when all is gone that can go: a customer key waits for days."""
        return ONLY_HARMLESS if self.config.encryption.mode is EncryptionMode.CUSTOMER_KEY else CLEAN

    def _verify(self) -> None:
        path = self.folder / "verify.json"
        log = self._teardown("verify", "--pause", "0s", "--report", str(path), expected=self._end)
        report = Report.model_validate_json(path.read_text())
        left = [each for each in report.leftovers if each.residue is not Residue.SCHEDULED]
        if left:
            items = "".join(f"\n  {each.kind} {each.id}: {each.residue}: {each.why}" for each in left)
            raise StepError(f"This is left after teardown, and has no date on which it goes:{items}\n  See {log.name}.")

    def _run_schedule(self) -> None:
        """The deployed project, started by hand; the last that it does is to have its own stack deleted."""
        build = scheduled_build(self.session.client, self.config.workshop_id, self.folder / "build")
        log = new_log(self.folder, "build")
        code = build.run(self.aws.environment(), log, self._tell)
        if code:
            raise StepError(f"What the schedule starts ended with exit code {code}. See {log.name}.")
        waiter = self.session.client("cloudformation").get_waiter("stack_delete_complete")
        try:
            waiter.wait(StackName=build.stack_arn, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        except WaiterError as error:
            raise StepError(f"The stack Teardown did not go: {error} See {LOG_NAME}.") from error

    def _tell(self, line: str) -> None:
        if TOLD.match(line):
            self.progress.say(line)

    @property
    def _state(self) -> Path:
        return self.folder / "teardown"

    def _teardown(self, action: str, *options: str, expected: int) -> Path:
        """Run one action as a user does; gives its log."""
        log = new_log(self.folder, f"teardown-{action}")
        common = ("--config", str(self.config_path), "--state", str(self._state))
        code = run(workshop("teardown", action, *common, *options), self.aws.environment(), log, self._tell)
        if code != expected:
            raise StepError(f"teardown {action} ended with exit code {code}, not {expected}. See {log.name}.")
        return log

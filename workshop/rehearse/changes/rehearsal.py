"""Changes of a running workshop on the local AWS: there and back, or refused before anything has changed."""

import re
import shutil
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract import StackName, stack_name
from local_aws.launcher import LOG_NAME, LocalAws
from stacks.config import load_config, parse_config
from workshop.rehearse.changes.belongings import keep, refuse_losses
from workshop.rehearse.changes.matrix import ChangeRow, matrix
from workshop.rehearse.changes.project import ProjectCopy
from workshop.rehearse.deployment import Deployment
from workshop.rehearse.session import LocalSession
from workshop.rehearse.stage import ProgressLog, StepError
from workshop.smoke.deployed import NOT_DEPLOYED, Deployed

REMOVAL = re.compile(r"aws cloudformation delete-stack --stack-name (\S+)")
"""The command that smoke names for a stack that the configuration no longer has."""


@dataclass(frozen=True)
class ChangeOutcome:
    """What came of one row of the matrix."""

    change: str
    verdict: str
    """What the row has promised."""
    detail: str


class ChangedWorkshop:
    """One base, deployed to a local AWS, and changed again and again. Everything that it writes is in its folder."""

    def __init__(self, aws: LocalAws, base: str, folder: Path, progress: ProgressLog) -> None:
        """Copy the project; nothing is deployed yet."""
        self._aws, self._base, self._progress = aws, base, progress
        self._project = ProjectCopy(folder / "project")
        self._project.edit(matrix().configuration(base), ())
        self._deployment = Deployment(aws, self._project.folder, self._project.configuration, folder, progress)
        self._session = LocalSession(aws)

    def deploy(self) -> None:
        """Deploy and check the base. Raises StepError."""
        self._deployment.bootstrap_and_synthesise()
        self._deployment.deploy_synthesised()
        self._check(())

    def rehearse(self, change: ChangeRow) -> ChangeOutcome:
        """One row; the base is deployed again afterwards. Raises StepError if not all is as the row says."""
        with self._progress.step(f"---- {change.name}"):
            return self._refused(change) if change.refused else self._there_and_back(change)

    def _there_and_back(self, change: ChangeRow) -> ChangeOutcome:
        before = keep(self._deployed())
        self._project.edit(matrix().configuration(self._base, change.edits), change.edits)
        if change.fails_at:
            self._break_off(change.fails_at)
        changed = self._deployment.deploy().changed
        if not (changed or change.left_before):
            raise StepError(f"{change.name} changed no stack.")
        there = self._check(change.left_before, remove=change.remove_left)
        between = keep(self._deployed())
        same = refuse_losses(before, between)
        self._project.restore(matrix().configuration(self._base), change.edits)
        self._deployment.deploy()
        self._check(change.left_after, remove=change.remove_left)
        refuse_losses(between, keep(self._deployed()))
        detail = f"{len(changed)} stacks there and back, {same} attendees keep what they have, {there}"
        return ChangeOutcome(change.name, change.verdict, detail)

    def _refused(self, change: ChangeRow) -> ChangeOutcome:
        before = self._states()
        self._project.edit(matrix().configuration(self._base, change.edits), change.edits)
        said = self._deployment.fail_to_deploy()
        self._project.restore(matrix().configuration(self._base), change.edits)
        if change.refused not in said:
            raise StepError(f"{change.name} failed, but not with {change.refused!r}: {said}")
        if touched := {name for name, state in self._states().items() if before.get(name) != state}:
            raise StepError(f"{change.name} was refused after it had changed {', '.join(sorted(touched))}.")
        return ChangeOutcome(change.name, change.verdict, change.refused)

    def _break_off(self, operation: str) -> None:
        """A first try of which some stacks are deployed and others are not."""
        before = self._states()
        with self._aws.refusing(operation):
            self._deployment.fail_to_deploy()
        if self._states() == before:
            raise StepError(f"A deploy that failed at {operation} had changed nothing before.")

    def _check(self, left: Sequence[StackName], *, remove: bool = True) -> str:
        names = {stack_name(self._workshop_id, stack) for stack in left}
        checked = self._deployment.check(self._stacks())
        named = set(REMOVAL.findall(checked.text))
        if named != names:
            raise StepError(f"smoke names {sorted(named)} as left, and left is {sorted(names)}.")
        if not (remove and names):
            return checked.summary
        self._remove(names)
        again = self._deployment.check(self._stacks())
        return f"{again.summary}, {len(names)} stacks removed with the command that was named"

    def _remove(self, names: Iterable[str]) -> None:
        cloudformation = self._session.client("cloudformation")
        for name in names:
            cloudformation.delete_stack(StackName=name)
            waiter = cloudformation.get_waiter("stack_delete_complete")
            waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
            self._progress.say(f"{name} is removed")

    @property
    def _workshop_id(self) -> str:
        return load_config(self._project.configuration).workshop_id

    def _deployed(self) -> Deployed:
        deployed = Deployed(load_config(self._project.configuration), self._session, 0, 0)
        deployed.look_up()
        return deployed

    def _stacks(self) -> list[str]:
        found = self._deployed().stacks
        return [stack_name(self._workshop_id, each) for each, state in found.items() if state.status != NOT_DEPLOYED]

    def _states(self) -> dict[str, Any]:
        """When each stack was changed last, and its status."""
        pages = self._session.client("cloudformation").get_paginator("describe_stacks").paginate()
        stacks = [stack for page in pages for stack in page["Stacks"]]
        return {each["StackName"]: (each["StackStatus"], each.get("LastUpdatedTime")) for each in stacks}


def rehearse_changes(changes: Sequence[ChangeRow], folder: Path, progress: ProgressLog) -> list[ChangeOutcome]:
    """All of these, with one local AWS for each base. Raises StepError at the first that does not hold."""
    outcomes: list[ChangeOutcome] = []
    for base in dict.fromkeys(change.base for change in changes):
        own = folder / base
        own.mkdir()
        config = parse_config(tomllib.loads(matrix().configuration(base)), base)
        with LocalAws.start(config.region) as aws:
            try:
                workshop = ChangedWorkshop(aws, base, own, progress)
                workshop.deploy()
                outcomes += [workshop.rehearse(change) for change in changes if change.base == base]
            except BaseException:
                shutil.copy(aws.log, own / LOG_NAME)
                raise
    return outcomes

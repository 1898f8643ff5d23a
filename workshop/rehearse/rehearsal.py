"""One rehearsal: synthesise, bootstrap, deploy, check, deploy again, remove, and look for what is left."""

import shutil
from enum import Enum
from pathlib import Path

from local_aws.isolation import ACCOUNT
from local_aws.launcher import LOG_NAME, LocalAws
from stacks.config import WorkshopConfig
from workshop.rehearse import web
from workshop.rehearse.deployment import Deployment
from workshop.rehearse.inventory import everything
from workshop.rehearse.process import ROOT
from workshop.rehearse.result import StackRow, deployed_stacks, print_result
from workshop.rehearse.session import LocalSession
from workshop.rehearse.stage import ProgressLog, StepError
from workshop.rehearse.teardown import TeardownRehearsal, make_things_of_others


class Ending(Enum):
    """What becomes of the deployed workshop; the value says how it was removed."""

    DESTROY = "cdk destroy"
    TEARDOWN = "teardown"
    KEEP = ""


class Rehearsal:
    """The whole life of one workshop. Everything that it writes is in its folder."""

    def __init__(
        self, config: WorkshopConfig, config_path: Path, folder: Path, progress: ProgressLog, ending: Ending
    ) -> None:
        """Keep what it works with.

        Args:
            folder: for the assembly and the logs.
        """
        self.config, self.config_path, self.folder = config, config_path, folder
        self.progress, self.ending = progress, ending

    def perform(self) -> None:
        """Do it all. Raises StepError at the first step that does not hold; the local AWS is stopped in any case."""
        aws = LocalAws.start(self.config.region)
        try:
            self._perform(aws)
        except BaseException:
            shutil.copy(aws.log, self.folder / LOG_NAME)
            aws.stop()
            raise
        if self.ending is Ending.KEEP:
            self._explain(aws)
        else:
            aws.stop()
            self.progress.say("the local AWS is stopped and its files are gone")

    def _perform(self, aws: LocalAws) -> None:
        self.progress.say(f"local AWS ready at {aws.endpoint_url}")
        deployment = Deployment(aws, ROOT, self.config_path, self.folder, self.progress)
        deployment.bootstrap_and_synthesise()
        session = LocalSession(aws)
        if self.ending is Ending.TEARDOWN:
            make_things_of_others(session, aws.region)
        before = everything(session, aws.endpoint_url, ACCOUNT)
        deployment.deploy_synthesised()
        rows = deployed_stacks(session.client("cloudformation"), self.config.workshop_id)
        done = deployment.check([row.name for row in rows]).summary
        self._deploy_unchanged(deployment, rows)
        if self.ending is Ending.TEARDOWN:
            teardown = TeardownRehearsal(self.config, self.config_path, self.folder, self.progress, aws, session)
            done += f", {teardown.perform()}"
        if self.ending is Ending.DESTROY:
            deployment.destroy()
        if self.ending is not Ending.KEEP:
            self._nothing_left(before, everything(session, aws.endpoint_url, ACCOUNT))
            done += ", nothing left"
        print_result(self._title, rows, done, self.progress.seconds)

    @property
    def _title(self) -> str:
        return f"Rehearsal of {self.config_path.stem}"

    def _deploy_unchanged(self, deployment: Deployment, rows: list[StackRow]) -> None:
        """What a user types after a rehearsal that is kept: it has to find every stack as it is."""
        outcome = deployment.deploy()
        if outcome.changed or len(outcome.unchanged) != len(rows):
            raise StepError(
                f"The second deploy found {len(outcome.unchanged)} of {len(rows)} stacks unchanged; "
                f"changed: {', '.join(outcome.changed) or 'none'}."
            )

    def _nothing_left(self, before: set[str], after: set[str]) -> None:
        problems = [
            f"{what} {self.ending.value}:" + "".join(f"\n  {item}" for item in sorted(items))
            for what, items in (
                ("This is left after", after - before),
                ("This was there before the workshop, and is gone after", before - after),
            )
            if items
        ]
        if problems:
            raise StepError("\n".join(problems))
        self.progress.say("nothing is left but what was there before the workshop")

    def _explain(self, aws: LocalAws) -> None:
        aws.keep(self.folder)
        lines = [f"export {name}={value}" for name, value in aws.environment().items() if name.startswith("AWS_")]
        print("\nThe workshop stays deployed on the local AWS. To reach it:", *lines, sep="\n  ")
        if self.config.features.web:
            print("The page, with a code for one attendee:", web.way_in(LocalSession(aws), self.config), sep="\n  ")
        print(f"To stop it: python -m workshop rehearse --preset {self.config_path.stem} --stop")

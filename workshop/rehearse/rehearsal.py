"""One rehearsal: synthesise, bootstrap, deploy, check, deploy again, remove, and look for what is left."""

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path

from local_aws.isolation import ACCOUNT
from local_aws.launcher import LOG_NAME, LocalAws
from stacks.config import WorkshopConfig
from workshop.rehearse import cdk
from workshop.rehearse.inventory import everything
from workshop.rehearse.process import new_log, run, workshop
from workshop.rehearse.result import StackRow, deployed_stacks, print_result
from workshop.rehearse.session import LocalSession
from workshop.rehearse.stage import ProgressLog, StepError
from workshop.rehearse.teardown import TeardownRehearsal, make_things_of_others

CONCURRENCY = "4"


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
        self.assembly = folder / "cdk.out"

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
        with ThreadPoolExecutor(1) as pool:
            synthesised = pool.submit(self._synthesise, aws)
            with self.progress.step("cdk bootstrap, and the synthesis beside it"):
                self._cdk(aws, "bootstrap", f"aws://{ACCOUNT}/{aws.region}")
                self.progress.say("bootstrapped")
                synthesised.result()
        session = LocalSession(aws)
        if self.ending is Ending.TEARDOWN:
            make_things_of_others(session, aws.region)
        before = everything(session, aws.endpoint_url, ACCOUNT)
        with self.progress.step("cdk deploy --all"):
            self._cdk(aws, "deploy", "--all", "--require-approval", "never", *self._app())
        rows = deployed_stacks(session.client("cloudformation"), self._prefix)
        with self.progress.step("smoke checks"):
            done = self._smoke(aws)
        with self.progress.step("cdk deploy --all once more"):
            self._deploy_unchanged(aws, rows)
        if self.ending is Ending.TEARDOWN:
            teardown = TeardownRehearsal(self.config, self.config_path, self.folder, self.progress, aws, session)
            done += f", {teardown.perform()}"
        if self.ending is Ending.DESTROY:
            with self.progress.step("cdk destroy --all"):
                self._cdk(aws, "destroy", "--all", "--force", *self._app())
        if self.ending is not Ending.KEEP:
            self._nothing_left(before, everything(session, aws.endpoint_url, ACCOUNT))
            done += ", nothing left"
        print_result(self._title, rows, done, self.progress.seconds)

    @property
    def _prefix(self) -> str:
        return self.config.workshop_id

    @property
    def _title(self) -> str:
        return f"Rehearsal of {self.config_path.stem}"

    def _app(self) -> tuple[str, ...]:
        return ("--app", str(self.assembly), "--concurrency", CONCURRENCY)

    def _synthesise(self, aws: LocalAws) -> None:
        """`python app.py` as the CDK command line would run it, without the validation that the gate runs."""
        variables = {
            **aws.environment(),
            "CDK_OUTDIR": str(self.assembly),
            "CDK_CONTEXT_JSON": json.dumps({"config": str(self.config_path)}),
            "CDK_VALIDATION": "false",
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_jsii_cache()),
        }
        log = new_log(self.folder, "synth")
        code = run([sys.executable, "app.py"], variables, log)
        if code:
            raise StepError(f"The app does not synthesise (exit code {code}). See {log.name}.")
        self.progress.say("synthesised")

    def _cdk(self, aws: LocalAws, command: str, *arguments: str) -> cdk.CdkRun:
        log = new_log(self.folder, f"cdk-{command}")
        outcome = cdk.run([command, *arguments], aws.environment(), log, self.progress.say)
        if outcome.exit_code:
            failures = "".join(f"\n  {failure}" for failure in outcome.failures)
            raise StepError(f"cdk {command} failed (exit code {outcome.exit_code}).{failures}\n  See {log.name}.")
        return outcome

    def _deploy_unchanged(self, aws: LocalAws, rows: list[StackRow]) -> None:
        outcome = self._cdk(aws, "deploy", "--all", "--require-approval", "never", *self._app())
        if outcome.changed or len(outcome.unchanged) != len(rows):
            raise StepError(
                f"The second deploy found {len(outcome.unchanged)} of {len(rows)} stacks unchanged; "
                f"changed: {', '.join(outcome.changed) or 'none'}."
            )

    def _smoke(self, aws: LocalAws) -> str:
        log = new_log(self.folder, "smoke")
        command = workshop("smoke", "--config", str(self.config_path))
        code = run(command, aws.environment(), log, self.progress.say)
        lines = log.read_text().splitlines()
        passed = sum(line.startswith("PASS") for line in lines)
        failed = [line for line in lines if line.startswith("FAIL")]
        if code or failed or not passed:
            raise StepError(f"{len(failed)} smoke checks failed (exit code {code}). See {log.name}.")
        return f"{passed} checks passed"

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
        print(f"To stop it: python -m workshop rehearse --preset {self.config_path.stem} --stop")


def _jsii_cache() -> Path:
    """Where jsii keeps the unpacked CDK of this user; without it every synthesis in a private HOME unpacks it anew."""
    mac = sys.platform == "darwin"
    return Path.home() / ("Library/Caches/com.amazonaws.jsii" if mac else ".cache/aws/jsii") / "package-cache"

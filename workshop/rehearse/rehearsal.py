"""One rehearsal: synthesise, bootstrap, deploy, check, deploy again, destroy, and look for what is left."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3

from stacks.config import WorkshopConfig
from workshop.local.isolation import ACCOUNT
from workshop.local.launcher import LOG_NAME, LocalAws
from workshop.rehearse import cdk
from workshop.rehearse.inventory import everything
from workshop.rehearse.result import StackRow, deployed_stacks, print_result
from workshop.rehearse.stage import Progress, StepError

ROOT = cdk.ROOT
CONCURRENCY = "4"


class Rehearsal:
    """The whole life of one workshop. Everything that it writes is in its folder."""

    def __init__(
        self, config: WorkshopConfig, config_path: Path, folder: Path, progress: Progress, *, keep: bool
    ) -> None:
        """Args: folder: for the assembly and the logs; keep: leave the deployed workshop running."""
        self.config, self.config_path, self.folder = config, config_path, folder
        self.progress, self.keep = progress, keep
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
        if self.keep:
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
        before = self._everything(aws)
        with self.progress.step("cdk deploy --all"):
            self._cdk(aws, "deploy", "--all", "--require-approval", "never", *self._app())
        rows = deployed_stacks(self._session(aws).client("cloudformation", endpoint_url=aws.endpoint_url), self._prefix)
        with self.progress.step("smoke checks"):
            checks = self._smoke(aws)
        with self.progress.step("cdk deploy --all once more"):
            self._deploy_unchanged(aws, rows)
        if self.keep:
            print_result(self._title, rows, checks, self.progress.seconds)
            return
        with self.progress.step("cdk destroy --all"):
            self._cdk(aws, "destroy", "--all", "--force", *self._app())
        self._nothing_left(aws, before)
        print_result(self._title, rows, f"{checks}, nothing left", self.progress.seconds)

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
        log = self._log("synth")
        code = _logged([sys.executable, "app.py"], variables, log)
        if code:
            raise StepError(f"The app does not synthesise (exit code {code}). See {log.name}.")
        self.progress.say("synthesised")

    def _cdk(self, aws: LocalAws, command: str, *arguments: str) -> cdk.Outcome:
        log = self._log(f"cdk-{command}")
        outcome = cdk.run([command, *arguments], aws.environment(), log, self.progress.say)
        if outcome.exit_code:
            failures = "".join(f"\n  {failure}" for failure in outcome.failures)
            raise StepError(f"cdk {command} failed (exit code {outcome.exit_code}).{failures}\n  See {log.name}.")
        return outcome

    def _log(self, name: str) -> Path:
        taken = len(list(self.folder.glob(f"{name}*.log")))
        return self.folder / (f"{name}-{taken + 1}.log" if taken else f"{name}.log")

    def _deploy_unchanged(self, aws: LocalAws, rows: list[StackRow]) -> None:
        outcome = self._cdk(aws, "deploy", "--all", "--require-approval", "never", *self._app())
        if outcome.changed or len(outcome.unchanged) != len(rows):
            raise StepError(
                f"The second deploy found {len(outcome.unchanged)} of {len(rows)} stacks unchanged; "
                f"changed: {', '.join(outcome.changed) or 'none'}."
            )

    def _smoke(self, aws: LocalAws) -> str:
        log = self._log("smoke")
        command = [sys.executable, "-m", "workshop", "smoke", "--config", str(self.config_path)]
        code = _logged(command, aws.environment(), log)
        lines = log.read_text().splitlines()
        for line in lines:
            self.progress.say(line)
        passed = sum(line.startswith("PASS") for line in lines)
        failed = [line for line in lines if line.startswith("FAIL")]
        if code or failed or not passed:
            raise StepError(f"{len(failed)} smoke checks failed (exit code {code}). See {log.name}.")
        return f"{passed} checks passed"

    def _nothing_left(self, aws: LocalAws, before: set[str]) -> None:
        left = sorted(self._everything(aws) - before)
        if left:
            raise StepError("This is left after cdk destroy:" + "".join(f"\n  {item}" for item in left))
        self.progress.say("nothing is left but the bootstrap")

    def _everything(self, aws: LocalAws) -> set[str]:
        return everything(self._session(aws), aws.endpoint_url, ACCOUNT)

    @staticmethod
    def _session(aws: LocalAws) -> boto3.Session:
        variables = aws.environment()
        return boto3.Session(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=aws.region,
        )

    def _explain(self, aws: LocalAws) -> None:
        aws.keep(self.folder)
        lines = [f"export {name}={value}" for name, value in aws.environment().items() if name.startswith("AWS_")]
        print("\nThe workshop stays deployed on the local AWS. To reach it:", *lines, sep="\n  ")
        print(f"To stop it: python -m workshop rehearse --preset {self.config_path.stem} --stop")


def _jsii_cache() -> Path:
    """Where jsii keeps the unpacked CDK of this user; without it every synthesis in a private HOME unpacks it anew."""
    mac = sys.platform == "darwin"
    return Path.home() / ("Library/Caches/com.amazonaws.jsii" if mac else ".cache/aws/jsii") / "package-cache"


def _logged(command: list[str], variables: Mapping[str, str], log: Path) -> int:
    with log.open("w") as written:
        return subprocess.run(  # noqa: S603  # our own commands
            command, cwd=ROOT, env=dict(variables), stdout=written, stderr=subprocess.STDOUT, check=False
        ).returncode

"""What a user does with a workshop on the local AWS, with the user's own commands."""

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local_aws.isolation import ACCOUNT
from local_aws.launcher import LocalAws
from workshop.rehearse import cdk
from workshop.rehearse.process import new_log, run, workshop
from workshop.rehearse.references import LocalAccount, dangling
from workshop.rehearse.stage import ProgressLog, StepError

QUICK = {"MEASURED_RULES": "0", "CDK_VALIDATION": "false"}
"""The gate runs these checks of templates, which change none of them."""
DEPLOY = ("deploy", "--all", "--require-approval", "never")


@dataclass(frozen=True)
class Checked:
    """What the checks of a deployed workshop found, all of them being passed."""

    summary: str
    """In words, for the result."""
    text: str
    """What smoke has printed."""


@dataclass(frozen=True)
class Deployment:
    """One configuration of one copy of the project, deployed to the local AWS; every step may raise StepError."""

    aws: LocalAws
    project: Path
    """Folder with cdk.json: this repository, or a changed copy of it."""
    config_path: Path
    folder: Path
    """For the assemblies and the logs."""
    progress: ProgressLog

    def bootstrap_and_synthesise(self) -> None:
        """Both at once, for `deploy_synthesised`."""
        with (
            ThreadPoolExecutor(1) as pool,
            self.progress.step("cdk bootstrap, and the synthesis beside it"),
        ):
            synthesised = pool.submit(self._cdk, "synth", "--quiet", *self._app())
            self._cdk("bootstrap", f"aws://{ACCOUNT}/{self.aws.region}", folder=self.folder)
            self.progress.say("bootstrapped")
            synthesised.result()
            self.progress.say("synthesised")

    def deploy_synthesised(self) -> cdk.CdkRun:
        """`cdk deploy --all` of what was synthesised before."""
        with self.progress.step("cdk deploy --all"):
            return self._cdk(*DEPLOY, "--app", str(self._assembly), folder=self.folder)

    def deploy(self) -> cdk.CdkRun:
        """`cdk deploy --all` in the project's folder, as a user types it."""
        with self.progress.step("cdk deploy --all, synthesis included"):
            return self._cdk(*DEPLOY, *self._app())

    def fail_to_deploy(self) -> str:
        """`cdk deploy --all`, which has to fail; gives what it said. Raises StepError if it does not fail."""
        log = new_log(self.folder, "cdk-deploy-refused")
        with self.progress.step("cdk deploy --all, which must fail"):
            outcome = self._run(log, *DEPLOY, *self._app())
        if outcome.exit_code == 0:
            raise StepError(f"A deploy that has to fail did not. See {log.name}.")
        return log.read_text(encoding="utf-8")

    def destroy(self) -> None:
        """`cdk destroy --all` of what was synthesised before."""
        with self.progress.step("cdk destroy --all"):
            self._cdk("destroy", "--all", "--force", "--app", str(self._assembly), folder=self.folder)

    def check(self, stacks: Iterable[str]) -> Checked:
        """Use it as a user would, and look meanwhile for names that lead nowhere."""
        with self.progress.step("smoke checks, and names beside them"), ThreadPoolExecutor(1) as pool:
            named = pool.submit(self._refuse_dangling, stacks)
            lines = self._smoke()
            passed = sum(line.startswith(("PASS", "WARN")) for line in lines)
            return Checked(f"{passed} checks passed, {named.result()} names lead somewhere", "\n".join(lines))

    def _smoke(self) -> list[str]:
        log = new_log(self.folder, "smoke")
        command = workshop("smoke", "--config", str(self.config_path))
        code = run(command, self.aws.environment(), log, self.progress.say, folder=self.project)
        lines = log.read_text().splitlines()
        failed = [line for line in lines if line.startswith("FAIL")]
        if code or failed or not lines:
            raise StepError(f"{len(failed)} smoke checks failed (exit code {code}). See {log.name}.")
        return lines

    def _refuse_dangling(self, stacks: Iterable[str]) -> int:
        found = dangling(LocalAccount(self.aws.endpoint_url, ACCOUNT, self.aws.region), stacks)
        if found.dangling:
            lines = "".join(f"\n  {line}" for line in found.dangling)
            raise StepError(f"{len(found.dangling)} names of the deployed workshop lead nowhere:{lines}")
        return found.named

    @property
    def _assembly(self) -> Path:
        return self.folder / "cdk.out"

    def _app(self) -> tuple[str, ...]:
        """The app of cdk.json, with this configuration, and an assembly that is not the user's own."""
        return ("--context", f"config={self.config_path}", "--output", str(self._assembly))

    def _cdk(self, command: str, *arguments: str, folder: Path | None = None) -> cdk.CdkRun:
        log = new_log(self.folder, f"cdk-{command}")
        outcome = self._run(log, command, *arguments, folder=folder)
        if outcome.exit_code:
            failures = "".join(f"\n  {failure}" for failure in outcome.failures)
            raise StepError(f"cdk {command} failed (exit code {outcome.exit_code}).{failures}\n  See {log.name}.")
        return outcome

    def _run(self, log: Path, *arguments: str, folder: Path | None = None) -> cdk.CdkRun:
        variables = {**self.aws.environment(), **QUICK, "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_jsii_cache())}
        return cdk.run(arguments, variables, log, self.progress.say, folder or self.project)


def _jsii_cache() -> Path:
    """Where jsii keeps the unpacked CDK of this user; without it every synthesis in a private HOME unpacks it anew."""
    mac = sys.platform == "darwin"
    return Path.home() / ("Library/Caches/com.amazonaws.jsii" if mac else ".cache/aws/jsii") / "package-cache"

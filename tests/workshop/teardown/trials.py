"""What teardown promises, measured on the stand-ins: residue, other people's things, calls, rounds, and waiting.

`TEARDOWN_TRIALS` is the number of random accounts for each rate of faults (50; nightly 2,500, which makes 10,000).
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from local_aws.account.identity import Iam
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate, Faults, Killed, clean
from tests.workshop.teardown.furnish import DOMAIN, OTHERS_LOGGING, borrow_logging, furnish, logging_now, studio
from workshop.teardown.act.engine import Limits
from workshop.teardown.kinds import before
from workshop.teardown.record.invocation_logging import Outcome

RATES = (0.0, 0.10, 0.25, 0.40)
# Seconds that deletions take, as far as anybody has reported: docs/teardown.md, "What is promised".
LATENCIES = {
    "sagemaker.App.delete": 300.0,
    "sagemaker.Space.delete": 60.0,
    "sagemaker.UserProfile.delete": 30.0,
    "sagemaker.Domain.delete": 900.0,
    "sagemaker.Endpoint.delete": 180.0,
    "sagemaker.MlflowTrackingServer.delete": 1500.0,
    "bedrock-agent.DataSource.delete": 60.0,
    "bedrock-agent.KnowledgeBase.delete": 60.0,
    "cloudformation.Stack.delete": 240.0,
}


@dataclass
class Totals:
    """Sums over many accounts."""

    trials: int = 0
    calls: int = 0
    faults: int = 0
    kills: int = 0
    own: int = 0
    residue: int = 0
    harmed: int = 0
    second: int = 0
    clean: int = 0
    restored: int = 0
    unlike: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def report() -> Iterator[str]:
    """Lines to print, each when it is known."""
    trials = int(os.environ.get("TEARDOWN_TRIALS", "50"))
    with ProcessPoolExecutor(initializer=_without_fsync) as pool:
        for rate in RATES:
            yield _random_accounts(pool, rate, trials)
    _without_fsync()
    yield _scale(30, 2500, 15)
    yield _scale(100, 6500, 15)
    yield _waiting()


def _without_fsync() -> None:
    # Journals of thousands of accounts that nobody reads.
    os.fsync = lambda _: None  # type: ignore[assignment]


def _random_accounts(pool: ProcessPoolExecutor, rate: float, trials: int) -> str:
    started, sums = time.perf_counter(), Totals()
    for each in pool.map(partial(_trial, rate), range(trials), chunksize=5):
        sums += each
    seconds = time.perf_counter() - started
    line = (
        f"{rate:.0%} faults, {sums.trials} accounts ({sums.own} own resources): {sums.faults} faults, "
        f"{sums.kills} kills, {sums.calls} calls; residue {sums.residue}, others changed {sums.harmed}, "
        f"changes in a second run {sums.second}, settings restored {sums.restored}, of which not as before "
        f"{sums.unlike}, clean {sums.clean}; {seconds:.0f} s"
    )
    if sums.residue or sums.harmed or sums.second or sums.unlike:
        raise SystemExit(f"A promise is broken: {line}")
    return line


def _trial(rate: float, seed: int) -> Totals:
    with tempfile.TemporaryDirectory() as folder:
        return _account(Path(folder), rate, seed)


def _account(folder: Path, rate: float, seed: int) -> Totals:
    sums = Totals()
    dice = random.Random(seed)  # noqa: S311
    slow = {name: dice.choice((0.0, 20.0, 60.0)) for name in LATENCIES}
    estate = Estate(folder, dice.choice((1, 2, 3, 100)), slow)
    furnish(estate, seed)
    setting = dice.choice((OTHERS_LOGGING, {}))
    borrow_logging(estate, setting)
    estate.session().settings.remember()
    faults = Faults(rate, 0, dice)
    for _ in range(dice.randint(0, 2)):
        faults.kill_at = faults.calls + dice.randint(1, 1500)
        try:
            estate.run(faults)
        except Killed:
            sums.kills += 1
    faults.kill_at = 0
    ended_clean = clean(estate.run(faults))
    settings = estate.session().settings
    with estate.faulty(faults):
        restored = settings.restore() is Outcome.RESTORED
    left = estate.left()
    sums.trials += 1
    sums.own += len(estate.own)
    sums.faults += faults.injected
    # What is left counts when the run said that nothing was.
    sums.residue += len(left) if ended_clean else 0
    sums.clean += ended_clean and not left
    sums.restored += restored
    sums.unlike += restored and logging_now(estate) != setting
    sums.harmed += len(estate.harmed())
    sums.calls += estate.total_calls
    estate.mutations.clear()
    estate.run()
    sums.second += len(estate.mutations)
    return sums


def _scale(attendees: int, most_calls: int, most_rounds: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        estate = Estate(Path(folder), delays={"sagemaker.App.delete": 5.0, "sagemaker.Endpoint.delete": 5.0})
        _classroom(estate, attendees)
        started = time.perf_counter()
        engine = estate.run()
        seconds = time.perf_counter() - started
    own, left, calls = len(estate.own), len(estate.left()), engine.aws.tally.total
    return (
        f"{attendees} attendees ({own} own, {len(estate.foreign)} foreign): {calls} calls "
        f"(goal: at most {most_calls}), {engine.rounds} rounds (goal: at most {most_rounds}), {left} left; "
        f"{seconds:.0f} s"
    )


def _classroom(estate: Estate, attendees: int) -> None:
    """A domain, 17 things for each attendee, 400 of somebody else's."""
    studio(estate)
    estate.keep("iam", estate.standins.the(Iam).role("attendee", f"/workshop/{WORKSHOP}/", OURS))
    for number in range(attendees):
        name = f"att-{number:03d}"
        estate.plant("sagemaker", "UserProfile", DOMAIN, name, tags={})
        estate.plant("sagemaker", "Space", DOMAIN, f"{name}-lab", tags={})
        estate.plant("sagemaker", "App", DOMAIN, "", f"{name}-lab", "JupyterLab", "default", tags={})
        for kind in ("Model", "EndpointConfig", "Endpoint", "ModelCard", "Experiment", "Pipeline"):
            estate.plant("sagemaker", kind, f"{name}-{kind.lower()}")
        estate.plant("sagemaker", "TrainingJob", f"{name}-job", TrainingJobStatus="Completed")
        estate.plant("sagemaker", "ModelPackageGroup", f"{name}-models")
        arn = f"arn:aws:sagemaker:us-east-1:{estate.world.account}:model-package/{name}-models/1"
        estate.plant("sagemaker", "ModelPackage", f"{name}-models", arn, tags={})
        estate.plant("bedrock", "Guardrail", f"guardrail{number}")
        estate.plant("bedrock-agentcore-control", "Memory", f"memory_{number}-abcdefghij")
        estate.plant("s3vectors", "VectorBucket", f"vectors-{name}")
        estate.plant("s3vectors", "Index", f"vectors-{name}", "docs", dimension=8)
        estate.plant("logs", "LogGroup", f"/aws/sagemaker/Endpoints/{name}-endpoint", tags={})
    for number in range(100):
        estate.plant("sagemaker", "Model", f"theirs-{number}", own=False, tags={"team": "x"})
        estate.plant("sagemaker", "TrainingJob", f"theirs-{number}", own=False, tags={"team": "x"})
        estate.plant("lambda", "Function", f"theirs-{number}", own=False, tags={"team": "x"})
        estate.plant("logs", "LogGroup", f"/theirs/{number}", own=False, tags={"team": "x"})


def _waiting() -> str:
    """Time by the estate's clock, against the longest chain of deletions that have to wait for each other."""
    with tempfile.TemporaryDirectory() as folder:
        estate = Estate(Path(folder), delays=LATENCIES)
        furnish(estate, 11, attendees=10)
        for _, record in list(estate.standins["ec2"].records()):
            if record.gone_at is not None:
                record.gone_at = estate.now
        chain = _longest_chain(estate)
        started = estate.now
        engine = estate.run(limits=Limits(deadline=1e6, patience=3600, shortest_pause=2, longest_pause=30))
    waited = estate.now - started
    return (
        f"waiting with reported latencies: {waited:.0f} s for a longest chain of {chain:.0f} s, "
        f"{waited / chain:.2f} times (goal: at most 1.3), {engine.rounds} rounds, {len(estate.left())} left"
    )


_KIND_OF = {
    "App": "sm-app",
    "Space": "sm-space",
    "UserProfile": "sm-user-profile",
    "Domain": "sm-domain",
    "Endpoint": "sm-endpoint",
    "MlflowTrackingServer": "sm-mlflow-server",
    "DataSource": "br-data-source",
    "KnowledgeBase": "br-kb",
    "Stack": "cfn-stack",
}


def _longest_chain(estate: Estate) -> float:
    here = {record.kind.name for _, record in estate.own}
    times = {_KIND_OF[name.split(".")[1]]: took for name, took in LATENCIES.items() if name.split(".")[1] in here}

    def until(kind: str) -> float:
        return times[kind] + max((until(other) for other in before(kind) if other in times), default=0.0)

    return max(until(kind) for kind in times)


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)

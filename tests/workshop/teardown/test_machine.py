"""Hypothesis makes and unmakes an account while teardown runs, dies and runs again; the promises hold throughout.

I1 nothing foreign or unknown is ever changed. I2 what is left is named, or nothing is left. I3 nothing goes before its
consumers. I4 a second run changes nothing. I5 the setting is as it was. I6 calls stay linear in the number of
resources. I7 killed anywhere, it ends the same. I8 only declared operations are called.
"""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from local_aws.account.identity import Iam
from local_aws.framework import ApiCall
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate, Faults, Killed, clean
from tests.workshop.teardown.furnish import (
    LOOKALIKES,
    OTHERS_LOGGING,
    OWN_STACK,
    RECORD_BUCKET,
    borrow_logging,
    feature_group,
    fill_bucket,
    identifier,
    knowledge_base,
    logging_now,
    own_stack,
)
from workshop.teardown.act.remove import Result
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Phase
from workshop.teardown.record.invocation_logging import Outcome

TRIALS = int(os.environ.get("TEARDOWN_TRIALS", "300"))
STEPS = 8
CHANGES = {operation for kind in KINDS.values() for operation in kind.mutations()}
SETTING = {("bedrock", f"{verb}_model_invocation_logging_configuration") for verb in ("put", "delete")}
PLAIN = st.sampled_from(
    [
        ("sagemaker", "Model"),
        ("sagemaker", "Endpoint"),
        ("sagemaker", "EndpointConfig"),
        ("sagemaker", "TrainingJob"),
        ("sagemaker", "NotebookInstance"),
        ("bedrock", "Guardrail"),
        ("bedrock-agentcore-control", "Memory"),
        ("bedrock-agentcore-control", "Harness"),
        ("lambda", "Function"),
        ("dynamodb", "Table"),
        ("logs", "LogGroup"),
        ("kms", "Key"),
        ("secretsmanager", "Secret"),
    ]
)
# Deletion of the left → nothing of the right may still live.
CONSUMERS = {
    "DeleteRole": {"Endpoint", "App", "KnowledgeBase", "AgentRuntime", "Function", "FeatureGroup", "NotebookInstance"},
    "ScheduleKeyDeletion": {"Bucket", "VectorBucket", "Endpoint", "KnowledgeBase", "Domain"},
    "DeleteVectorBucket": {"KnowledgeBase"},
    "DeleteLogGroup": {"Endpoint", "Function", "App", "AgentRuntime"},
    "DeleteBucket": {"Endpoint", "KnowledgeBase", "FeatureGroup"},
}


class Account(RuleBasedStateMachine):
    """Things come and go; sometimes somebody runs teardown."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.number = 0
        self.disorder: list[str] = []
        self.undeclared: list[str] = []

    @initialize(
        page_size=st.sampled_from([1, 2, 3, 100]),
        slow=st.booleans(),
        inside=st.booleans(),
        before=st.sampled_from([OTHERS_LOGGING, {}]),
    )
    def open(self, page_size: int, slow: bool, inside: bool, before: dict[str, Any]) -> None:
        """An account with nothing of the workshop but a setting, and perhaps the stack that the teardown runs in; small
        pages, perhaps slow deletions."""
        phases = ("sagemaker.Endpoint", "bedrock-agent.KnowledgeBase", "bedrock-agent.DataSource", "sagemaker.App")
        delays = {f"{phase}.delete": 45.0 for phase in phases} if slow else {}
        self.estate = Estate(Path(self.folder.name), page_size, delays)
        self.estate.only_what_can_be_here()
        self.before = before
        borrow_logging(self.estate, before)
        self.estate.session().settings.remember()
        if inside:
            already = len(self.estate.own)
            own_stack(self.estate)
            self.estate.set_apart(already)
            self.estate.own_stack = OWN_STACK
        self.estate.world.before.append(self.watch)

    def watch(self, call: ApiCall) -> None:
        """Order and declared operations, at every single call."""
        for kind in CONSUMERS.get(call.operation, ()):
            for owner, record in self.estate.own:
                alive = any(each is record and owner.store(region).alive(each) for region, each in owner.records())
                if record.kind.name == kind and alive and self._goes(call):
                    self.disorder.append(f"{call.operation} {call.params} before {kind} {record.key}")
        read = call.operation.startswith(("Get", "List", "Describe", "BatchGet", "Head"))
        if not read and not any(_same(call, change) for change in (*CHANGES, *SETTING)):
            self.undeclared.append(f"{call.service}:{call.operation}")

    def _goes(self, call: ApiCall) -> bool:
        # What a stack holds, the stack deletes in its own order.
        return "stack" not in call.params

    @rule(what=PLAIN, own=st.booleans(), tags=st.sampled_from(LOOKALIKES))
    def make(self, what: tuple[str, str], own: bool, tags: dict[str, str]) -> None:
        """Something of the workshop's, or nearly."""
        service, kind = what
        self.number += 1
        more: dict[str, Any] = {}
        if kind == "TrainingJob":
            more["TrainingJobStatus"] = "InProgress" if self.number % 2 else "Completed"
        name = identifier(kind, f"thing{self.number}")
        self.estate.plant(service, kind, name, own=own, tags=OURS if own else tags, **more)

    @rule(own=st.booleans())
    def make_domain(self, own: bool) -> None:
        """With a profile and an app."""
        self.number += 1
        domain = f"d-{self.number:012x}"
        self.estate.plant("sagemaker", "Domain", domain, own=own, DomainName="n")
        self.estate.plant("sagemaker", "UserProfile", domain, "att-01", own=own, tags={})
        self.estate.plant("sagemaker", "App", domain, "att-01", "", "JupyterServer", "default", own=own, tags={})

    @rule(own=st.booleans(), policy=st.sampled_from(["RETAIN", "DELETE"]))
    def make_knowledge_base(self, own: bool, policy: str) -> None:
        """Over S3 Vectors."""
        self.number += 1
        knowledge_base(self.estate, f"KB{self.number:08d}", policy, own)

    @rule(own=st.booleans())
    def make_features(self, own: bool) -> None:
        """In a bucket of somebody else's."""
        self.number += 1
        feature_group(self.estate, f"features{self.number}", own)

    @rule(own=st.booleans(), versions=st.integers(0, 4), uploads=st.integers(0, 2))
    def make_bucket(self, own: bool, versions: int, uploads: int) -> None:
        """With something in it."""
        self.number += 1
        bucket = self.estate.plant("s3", "Bucket", f"bucket{self.number}", own=own)
        fill_bucket(self.estate, bucket.key[0], versions, 1, uploads)

    @rule(own=st.booleans())
    def make_role(self, own: bool) -> None:
        """By path."""
        self.number += 1
        path = f"/workshop/{WORKSHOP}/" if own else f"/workshop/{WORKSHOP}0/"
        role = self.estate.standins.the(Iam).role(f"role{self.number}", path, {}, Inline=["p"])
        self.estate.keep("iam", role, own)

    @rule(seconds=st.integers(1, 5000))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.estate.sleep(seconds)

    @rule(rate=st.sampled_from([0.0, 0.1, 0.25, 0.4]), seed=st.integers(0, 1000), kill_at=st.integers(1, 600))
    def die_in_the_middle(self, rate: float, seed: int, kill_at: int) -> None:
        """A run that is killed, unless it is done before."""
        dice = random.Random(seed)  # noqa: S311
        faults = Faults(rate, kill_at, dice)
        try:
            self.estate.run(faults)
        except Killed:
            return

    @precondition(lambda self: self.number > 2)
    @rule(rate=st.sampled_from([0.0, 0.1, 0.25, 0.4]), seed=st.integers(0, 1000))
    def tear_down(self, rate: float, seed: int) -> None:
        """A run to its end: I2, I4, I6."""
        dice = random.Random(seed)  # noqa: S311
        engine = self.estate.run(Faults(rate, 0, dice))
        unnamed = set(self.estate.left()) if clean(engine) else set()
        assert unnamed == set(), "left, and the run looked clean"
        if rate == 0.0:
            assert clean(engine), [str(decision) for _, decision in engine.decisions.values()]
            self.estate.mutations.clear()
            again = self.estate.run()
            assert self.estate.mutations == []
            assert again.aws.tally.total <= 320 + 12 * self.number
            assert not again.inventory.of(Standing.UNKNOWN)

    @invariant()
    def nothing_foreign_is_touched(self) -> None:
        """I1, I3, I8."""
        if hasattr(self, "estate"):
            assert self.estate.harmed() == []
            assert self.disorder == []
            assert self.undeclared == []

    def teardown(self) -> None:
        """I7: whatever has happened, a last run ends clean."""
        if hasattr(self, "estate"):
            assert clean(self.estate.run())
            assert self.estate.left() == []
            assert self.estate.session().settings.restore() is Outcome.RESTORED
            assert logging_now(self.estate) == self.before
            self.nothing_foreign_is_touched()
            if self.estate.own_stack:
                self.remove_own_stack()
        self.folder.cleanup()

    def remove_own_stack(self) -> None:
        """The last of all, and all of it."""
        attempt = self.estate.session().remove_own_stack()
        assert attempt
        assert attempt.result is Result.ACCEPTED
        left = [seen.item for seen in self.estate.run().inventory.of(Standing.OURS)]
        # Its bucket is emptied and deleted by a function that the stand-in does not have.
        assert [item.id for item in left if item.id != RECORD_BUCKET and item.phase is not Phase.SETTLED] == []


def _same(call: ApiCall, change: tuple[str, str]) -> bool:
    return (call.service, call.operation.lower()) == (change[0], change[1].replace("_", ""))


TestAccount = Account.TestCase
TestAccount.settings = settings(
    max_examples=TRIALS,
    phases=[Stage.generate],
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

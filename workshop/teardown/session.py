"""From the command line's arguments to everything a teardown works with; refuses before the first call that changes."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from workshop.aws_session import explain
from workshop.aws_session import open_session as open_aws
from workshop.teardown.act.engine import Limits, RemovalEngine, RoundProgress
from workshop.teardown.act.remove import Attempt, Remover
from workshop.teardown.aws import Aws, Clock
from workshop.teardown.errors import CallError, RefusedError, StoppedError, Trouble
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds.check import misfits
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import STACK, Stacks
from workshop.teardown.plan.plan import Entry, Plan
from workshop.teardown.plan.rails import CallerIdentity, check_caller, check_workshop
from workshop.teardown.record.invocation_logging import LoggingRecord
from workshop.teardown.record.journal import JOURNAL, Journal
from workshop.teardown.record.journal_copy import JournalCopy
from workshop.teardown.verify.report import Leftover, Report, after_run, exit_code
from workshop.teardown.verify.verification import Verification

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass
class Session:
    """One use of the teardown by one caller."""

    aws: Aws
    place: Place
    journal: Journal
    record: JournalCopy
    workers: int = 16
    own_stack: str = ""
    """The stack that it runs in, if it does: see `Stacks`."""
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.now()

    @property
    def settings(self) -> LoggingRecord:
        """The setting that the workshop borrowed."""
        return LoggingRecord(self.aws, self.place, self.journal)

    def now(self) -> datetime:
        """The time by the session's clock, in UTC."""
        return datetime.fromtimestamp(self.aws.clock.now(), UTC)

    def inventory(self) -> Inventory:
        """A new inventory that has seen nothing yet."""
        return Inventory(self.aws, self.place, self.journal, self.workers)

    def observe(self) -> tuple[Inventory, Stacks]:
        """Look once at everything that there is in the account."""
        engine = self.engine(Limits())
        engine.look(None)
        return engine.inventory, engine.stacks

    def engine(
        self,
        limits: Limits,
        unplanned: Callable[[Seen], str] = lambda seen: "",
        watch: Callable[[RoundProgress], None] = lambda progress: None,
        unprotect_stacks: bool = False,
        kept: frozenset[str] = frozenset(),
        tell: Callable[[str], None] = lambda progress: None,
    ) -> RemovalEngine:
        """A reconciler that has not looked yet."""
        inventory = self.inventory()
        remover = Remover(self.aws, self.place, self.journal, inventory.prover, unprotect_stacks, tell)
        stacks = Stacks(self.aws, self.journal, self.own_stack)

        if self.aws.local:
            limits = replace(limits, shortest_pause=0.1)

        def told(progress: RoundProgress) -> None:
            self.record.store()
            watch(progress)

        return RemovalEngine(self.aws, inventory, stacks, remover, limits, unplanned, kept, told, self.workers)

    def remember(self, plan: Plan) -> None:
        """Remember where the workshop was seen, and what of it, for verification and for the next run."""
        if self.journal.last("place") is None:
            self.journal.write("place", account=self.place.account, region=self.place.region)
        self.settings.remember()
        known = {line["entry"]["arn"] for line in self.journal.all("planned")}
        for entry in plan.entries:
            if entry.arn not in known:
                self.journal.write("planned", entry=entry.model_dump(mode="json"))

    def planned(self) -> list[Entry]:
        """Every resource that was ever in a plan of this workshop."""
        return [Entry.model_validate(line["entry"]) for line in self.journal.all("planned")]

    def report_run(self, engine: RemovalEngine, plan: Plan) -> Report:
        """The report of what an execution came to."""
        foreign = len(engine.inventory.of(Standing.FOREIGN))
        left = after_run(engine, self.place)
        return self._report("execute", left, plan.digest, engine.rounds, foreign, engine.stopped)

    def verify(self, pause: float, regions: tuple[str, ...] = ()) -> Report:
        """By other routes than execute, twice; changes nothing. Nothing comes back late on a local AWS."""
        pause = 0.0 if self.aws.local else pause
        check = Verification(
            self.aws, self.place, self.journal, self.planned(), regions, pause, self.workers, self.own_stack
        )
        left = check.run()
        return self._report("verify", left, "", 2, check.foreign, "")

    def remove_own_stack(self) -> Attempt | None:
        """The last thing of all: CloudFormation takes away the stack that this runs in, and this with it.

        None if there is no such stack of the workshop.
        """
        inventory = self.inventory()
        inventory.observe({STACK})
        stacks = [seen.item for seen in inventory.of(Standing.OURS) if seen.item.id == self.own_stack]
        return Remover(self.aws, self.place, self.journal, inventory.prover).remove(stacks[0]) if stacks else None

    def _report(self, what: str, left: list[Leftover], digest: str, rounds: int, foreign: int, stopped: str) -> Report:
        setting = self.settings.check()
        tally = self.aws.tally
        return Report(
            what=what,
            workshop=self.place.workshop,
            account=self.place.account,
            region=self.place.region,
            plan=digest,
            started=self.started,
            finished=self.now(),
            rounds=rounds,
            calls=tally.total,
            mutations=tally.mutations.total(),
            foreign_untouched=foreign,
            setting=setting,
            stopped=stopped,
            leftovers=tuple(left),
            exit_code=exit_code(left, setting),
        )


def open_session(
    workshop: str,
    region: str,
    folder: Path,
    profile: str | None = None,
    session: Any = None,
    clock: Clock | None = None,
    workers: int = 16,
    own_stack: str = "",
    bucket: str = "",
) -> Session:
    """Check id, kinds and credentials; RefusedError with every problem if anything is not right.

    `own_stack` is the stack that this runs in, `bucket` keeps a copy of the journal; both are empty for a person.
    """
    check_workshop(workshop)
    if misfits():
        raise RefusedError("This teardown does not fit the installed botocore:", *misfits())
    aws = Aws(session or open_aws(region, profile), region, clock)
    caller = _caller(aws)
    if caller.local:
        aws.use_locally()
    place = Place(caller.account, region, workshop)
    record = JournalCopy(aws, bucket, folder / workshop / JOURNAL)
    record.fetch()
    journal = Journal(folder, workshop)
    seen = journal.last("place")
    recorded = Place(seen["account"], seen["region"], workshop) if seen else None
    check_caller(caller, recorded, place)
    return Session(aws, place, journal, record, workers, own_stack)


def open_account(region: str, profile: str | None) -> Aws:
    """An account without a workshop in mind. RefusedError if the credentials are not accepted."""
    aws = Aws(open_aws(region, profile), region)
    if _caller(aws).local:
        aws.use_locally()
    return aws


def _caller(aws: Aws) -> CallerIdentity:
    try:
        identity = aws.call("sts", "get_caller_identity")
    except (StoppedError, CallError) as error:
        if (
            isinstance(error, CallError)
            and isinstance(error.__cause__, ClientError)
            and error.trouble is Trouble.THROTTLED
        ):
            raise RefusedError(
                f"AWS is too busy to say whose credentials these are ({error.code}). Try again."
            ) from error
        cause = error.__cause__
        raise RefusedError((explain(cause) if isinstance(cause, Exception) else None) or str(error)) from error
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    return CallerIdentity(identity["Account"], identity["Arn"], urlsplit(endpoint).hostname in _LOOPBACK)

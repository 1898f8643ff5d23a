"""Proof, licence, deletion: the one place where teardown changes anything."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workshop.teardown.act.hands import LicensedHands
from workshop.teardown.aws import Aws, licence
from workshop.teardown.errors import CallError, ProtectedError, Trouble
from workshop.teardown.judge.prove import Prover
from workshop.teardown.kinds.kind import Call, Item, Phase
from workshop.teardown.kinds.placeholders import Place, fill, view
from workshop.teardown.record.journal import Journal


class Result(StrEnum):
    """What came of one attempt to remove a resource."""

    ACCEPTED = "accepted"
    WORKING = "working"
    GONE = "gone"
    BLOCKED = "blocked"
    RETRY = "retry"
    KEPT = "kept"
    REFUSED = "refused"
    NOT_OURS = "not ours"


@dataclass(frozen=True)
class Attempt:
    """One attempt to remove one resource."""

    item: Item
    result: Result
    why: str = ""


_BY_TROUBLE = {
    Trouble.GONE: Result.GONE,
    Trouble.BUSY: Result.BLOCKED,
    Trouble.THROTTLED: Result.RETRY,
    Trouble.NO_ENDPOINT: Result.RETRY,
}


@dataclass(frozen=True)
class Remover:
    """Removes resources one at a time; safe to use from several threads."""

    aws: Aws
    place: Place
    journal: Journal
    prover: Prover
    unprotect_stacks: bool = False
    show: Callable[[str], None] = lambda progress: None

    def remove(self, item: Item) -> Attempt:
        """Prove once more that the item is the workshop's, then stop or delete it."""
        verdict = self.prover.again(item)
        if not verdict.ours:
            return Attempt(item, Result.NOT_OURS, verdict.proof)
        self.journal.write("remove", kind=item.kind.name, id=item.id, arn=item.arn, proof=verdict.proof)
        try:
            with licence(item.kind.mutations()):
                attempt = self._act(item)
        except CallError as error:
            why = f"{error.operation}: {error.code}: {error.message}"
            attempt = Attempt(item, _BY_TROUBLE.get(error.trouble, Result.REFUSED), why)
        except ProtectedError as error:
            attempt = Attempt(item, Result.KEPT, str(error))
        self.journal.write("result", arn=item.arn, result=attempt.result, why=attempt.why)
        return attempt

    def _act(self, item: Item) -> Attempt:
        kind = item.kind
        if item.phase is Phase.RUNNING and kind.stop:
            return self._send(item, kind.stop, Result.WORKING)
        hands = LicensedHands(self.aws, item, self.unprotect_stacks, self.show)
        if kind.prepare and not kind.prepare(item, hands):
            return Attempt(item, Result.WORKING, "has to be made ready first")
        if kind.delete is None:
            return Attempt(item, Result.ACCEPTED)
        return self._send(item, kind.delete, Result.ACCEPTED)

    def _send(self, item: Item, step: Call, result: Result) -> Attempt:
        params = fill(step.params, view(item, self.place))
        answer = self.aws.call(item.kind.service, step.operation, item.region, item.kind, **params)
        errors = (answer or {}).get("errors") or (answer or {}).get("Errors")
        if errors:
            # Batch operations succeed as a call even when they did not do the thing.
            return Attempt(item, Result.REFUSED, f"{step.operation}: {errors[0]}")
        request = (answer or {}).get("ResponseMetadata", {}).get("RequestId", "")
        return Attempt(item, result, f"{step.operation} {request}".strip())

"""The one setting of the account that a workshop borrows: Bedrock's model invocation logging.

The Audit stack saves what was there and puts it back. Teardown checks that it did, and does it if the stack could not.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workshop.teardown.aws import Aws, licence
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.patience import patiently
from workshop.teardown.record.journal import Journal

NAME = "br-invocation-logging"
_PUT = ("bedrock", "put_model_invocation_logging_configuration")
_CLEAR = ("bedrock", "delete_model_invocation_logging_configuration")
Setting = Mapping[str, Any]


class Outcome(StrEnum):
    """How the setting stands compared with before the workshop."""

    RESTORED = "restored"
    OURS = "still the workshop's"
    DRIFTED = "changed by somebody else"
    UNREADABLE = "could not be read"


@dataclass(frozen=True)
class LoggingRecord:
    """Reads, remembers and restores the setting."""

    aws: Aws
    place: Place
    journal: Journal

    def remember(self) -> None:
        """Record what was there before the workshop, while the parameter that the stack saved it in still exists."""
        if self.journal.last("setting") is None:
            before = self._saved()
            if before is not None:
                self.journal.write("setting", name=NAME, before=before)

    def check(self) -> Outcome:
        """How it stands now; changes nothing."""
        try:
            present = patiently(self.aws, self._present)
        except CallError:
            return Outcome.UNREADABLE
        if self._is_ours(present):
            return Outcome.OURS
        recorded = self.journal.last("setting")
        if recorded is None or present == recorded["before"]:
            return Outcome.RESTORED
        return Outcome.DRIFTED

    def restore(self) -> Outcome:
        """Put back what was there before, if what is there now is the workshop's; else leave it alone."""
        outcome = self.check()
        if outcome is not Outcome.OURS:
            return outcome
        recorded = self.journal.last("setting")
        before = recorded["before"] if recorded else {}
        self.journal.write("restore", name=NAME, to=before)
        # What could not be put back is still the workshop's, and the report says so.
        with licence(frozenset({_PUT, _CLEAR})), suppress(CallError):
            if before:
                self.aws.call(*_PUT, loggingConfig=before)
            else:
                self.aws.call(*_CLEAR)
        return self.check()

    def _present(self) -> Setting:
        answer = self.aws.call("bedrock", "get_model_invocation_logging_configuration")
        found: Setting = answer.get("loggingConfig") or {}
        return found

    def _is_ours(self, setting: Setting) -> bool:
        role = str(setting.get("cloudWatchConfig", {}).get("roleArn", ""))
        return f"/workshop/{self.place.workshop}/" in role

    def _saved(self) -> Setting | None:
        try:
            answer = self.aws.call(
                "ssm", "get_parameter", Name=f"/workshop/{self.place.workshop}/invocation-logging-before"
            )
        except CallError as error:
            if error.trouble is Trouble.GONE:
                return None
            raise
        saved: Setting = json.loads(answer["Parameter"]["Value"])
        return saved

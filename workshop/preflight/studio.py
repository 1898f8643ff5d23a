"""What attendees run in Studio: an app each, and jobs. New accounts start with quotas of 0, an instance type each."""

import math
import re
from dataclasses import dataclass

from stacks.identity.scope import AttendeeScope
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.preflight.quota import INCREASE, Quota, enough, instance_quota, not_listed
from workshop.report import Verdict

APP_TYPE = "ml.t3.medium"
"""What JupyterLab starts on unless somebody chooses another."""
TYPES = AttendeeScope.instance_types
"""What the attendees' boundary allows."""
SHARE_WITH_A_JOB = 10
"""One in ten attendees has a job running at any time."""
ASKED = ("service-quotas:ListServiceQuotas",)


def _apps(account: Account) -> Finding:
    name = rf"Studio JupyterLab Apps running on {re.escape(APP_TYPE)}( instances?)?"
    label = f"Studio JupyterLab Apps running on {APP_TYPE}"
    return enough(account, Quota("sagemaker", name, "L-71FAF417"), label, account.attendees, "one for each attendee")


@dataclass(frozen=True)
class Jobs:
    """One use of instances by attendees."""

    use: str
    """As the quotas' names end."""
    none: Verdict
    """When no allowed type has a quota."""

    def ask(self, account: Account) -> Finding:
        """The best of the types that attendees may use."""
        quotas = {instance_type: instance_quota(instance_type, self.use) for instance_type in TYPES}
        values = {name: value for name, quota in quotas.items() if (value := quota.applied(account)) is not None}
        if not values:
            return not_listed(quotas[TYPES[0]], f"{', '.join(TYPES)} for {self.use}")
        needed = math.ceil(account.attendees / SHARE_WITH_A_JOB)
        best = max(values.values())
        shown = ", ".join(f"{name} {value:g}" for name, value in values.items())
        said = f"{self.use}: {shown}; needs {needed} of one type (one for {SHARE_WITH_A_JOB} attendees)"
        if best >= needed:
            return Finding(Verdict.PASS, said)
        return Finding(Verdict.WARN if best else self.none, said, INCREASE)

    def question(self, name: str) -> Question:
        """The question that a table shows under this name."""
        return Question(name, ASKED, self.ask)


APPS = Question("studio apps", ASKED, _apps)
TRAINING = Jobs("training job usage", Verdict.FAIL).question("training jobs")
PROCESSING = Jobs("processing job usage", Verdict.FAIL).question("processing jobs")
TRANSFORM = Jobs("transform job usage", Verdict.WARN).question("transform jobs")

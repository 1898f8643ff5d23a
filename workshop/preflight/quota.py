"""Quotas: found by code or by name, compared with what a workshop needs."""

import re
from dataclasses import dataclass

from workshop.preflight.account import Account
from workshop.preflight.question import Finding
from workshop.report import Verdict

INCREASE = "Ask for an increase in Service Quotas, days ahead."


@dataclass(frozen=True)
class Quota:
    """One row of AWS's Service Quotas."""

    service: str
    name: str
    """Regular expression for the whole name: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""
    code: str = ""
    """Such as `L-F678F1CE`; looked for first, because AWS rewords names."""

    def applied(self, account: Account) -> float | None:
        """The value that counts in this account and region; None if Service Quotas does not list it."""
        listed = account.quotas(self.service)
        by_code = (quota.value for quota in listed if self.code and quota.code == self.code)
        by_name = (quota.value for quota in listed if re.fullmatch(self.name, quota.name, re.IGNORECASE))
        return next(by_code, next(by_name, None))


def instance_quota(instance_type: str, use: str) -> Quota:
    """How many instances of a type SageMaker lets run for a use, such as `endpoint usage`."""
    return Quota("sagemaker", re.escape(f"{instance_type} for {use}"))


def enough(account: Account, quota: Quota, label: str, needed: int, why: str) -> Finding:
    """Whether a quota is large enough; `why` is the formula behind `needed`."""
    value = quota.applied(account)
    if value is None:
        return not_listed(quota, label)
    said = f"{quota.service} quota {label}: {value:,.12g}, needs {needed:,} ({why})"
    return Finding(Verdict.PASS, said) if value >= needed else Finding(Verdict.FAIL, said, INCREASE)


def not_listed(quota: Quota, label: str) -> Finding:
    """The finding for a quota that the account does not list."""
    return Finding(
        Verdict.WARN, f"{quota.service} quota not listed: {label}", "Look it up in the console of Service Quotas."
    )

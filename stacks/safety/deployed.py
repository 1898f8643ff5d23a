"""A guardrail as its users see it."""

from dataclasses import dataclass

from stacks.common.customer_key import CustomerKey


@dataclass(frozen=True)
class DeployedGuardrail:
    """One numbered version of the guardrail.

    Attributes:
        guardrail_id, arn, version: what calls name; the version is a number, never DRAFT.
        profile_arns: of the cross-region guardrail profile, in every region it may route to.
        digest: changes with the policy. Its users carry it in their own properties, so that they are updated when the
            version changes: a weak cross-stack reference alone does not change their templates.
        canary: word that the guardrail refuses to let out.
        key: encrypts the guardrail, so whoever applies it needs the key too.
    """

    guardrail_id: str
    arn: str
    version: str
    profile_arns: tuple[str, ...]
    digest: str
    canary: str
    key: CustomerKey | None

    @property
    def versioned_arn(self) -> str:
        """How IAM names one version: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html"""
        return f"{self.arn}:{self.version}"

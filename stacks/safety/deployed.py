"""A guardrail as its users see it."""

from dataclasses import dataclass

from stacks.common.customer_key import CustomerKey


@dataclass(frozen=True)
class DeployedGuardrail:
    """One numbered version of the guardrail."""

    guardrail_id: str
    arn: str
    version: str
    """A number, never DRAFT."""
    profile_arns: tuple[str, ...]
    """Of the cross-region guardrail profile, in every region that it may route to."""
    canary: str
    """Word that the guardrail refuses to let out."""
    key: CustomerKey | None
    """Encrypts the guardrail, so whoever applies it needs the key, too."""

    @property
    def versioned_arn(self) -> str:
        """How IAM names one version: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html"""
        return f"{self.arn}:{self.version}"

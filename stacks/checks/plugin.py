"""The rules as a plugin of the CDK: a finding fails `cdk synth` and `python app.py`.

https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from pathlib import Path

import aws_cdk as cdk
import jsii

from stacks.checks.catalog import RULES
from stacks.checks.rule import Context, RuleFinding, Settings, apply_rules
from stacks.checks.template import load_assembly
from stacks.common.acknowledge import WORKSHOP_RULES


@jsii.implements(cdk.IPolicyValidationPlugin)
class WorkshopRules:
    """Applies the rules of `catalog.py` to every template of an app."""

    def __init__(self, settings: Settings) -> None:
        """Keep what it works with.

        Args:
            settings: what the rules must know besides the templates.
        """
        self._settings = settings

    @property
    def name(self) -> str:
        """What the report calls these rules."""
        return WORKSHOP_RULES

    @property
    def version(self) -> str | None:
        """The rules have no version of their own."""
        return None

    @property
    def rule_ids(self) -> list[str] | None:
        """Ids of all rules, for the report."""
        return [rule.id for rule in RULES]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Called by the CDK once all templates are written."""
        directory = Path(context.template_paths[0]).parent
        findings = apply_rules(RULES, Context(self._settings, load_assembly(directory)))
        violations = [_violation(finding) for finding in findings]
        return cdk.PolicyValidationPluginReport(success=not violations, violations=violations)


def _violation(finding: RuleFinding) -> cdk.PolicyViolation:
    place = cdk.PolicyViolatingResource(
        resource_logical_id=finding.resource.logical_id,
        template_path=str(finding.resource.template.path),
        locations=[],
    )
    return cdk.PolicyViolation(
        rule_name=finding.id,
        description=finding.problem.message,
        fix=f"{finding.problem.fix} Why: {finding.rule.why}",
        severity="error",
        violating_resources=[place],
    )

"""cdk-preflight: what CloudFormation's schemas do not say, as rules that were measured on real AWS.

It costs more than all other checks together, so `make check`, CI and `npx cdk deploy` apply it, and a plain synthesis
does not. https://github.com/badmintoncryer/cdk-preflight
"""

import aws_cdk as cdk
import cdk_preflight

PLUGIN = "cdk-preflight"
"""Its name in `validation-report.json`; an acknowledgement of a finding begins with it and two colons."""

EXCLUDED = {
    "pf-bedrock-guardrail-standard-tier-cross-region": (
        "Ends the engine with 'functions must not produce multiple outputs' when topics and content filters are both "
        "STANDARD, and then no rule runs for the stack; Workshop::guardrail-tier holds the same"
    ),
}
"""Rules that are left out, with the reason and the rule of ours that stands in for each."""


def add_cdk_preflight(app: cdk.App) -> None:
    """Make findings of cdk-preflight fail the synthesis of the app."""
    cdk_preflight.Preflight.apply(app, exclude=list(EXCLUDED))

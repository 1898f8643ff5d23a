"""The packs of cdk-nag that every stack is held to."""

import aws_cdk as cdk
import cdk_nag

from stacks.common.acknowledge import NAG_PACKS

PACKS = dict(zip(NAG_PACKS, (cdk_nag.AwsSolutionsChecks, cdk_nag.ServerlessChecks), strict=True))
"""Packs by the name that their findings begin with."""


def add_nag_packs(app: cdk.App) -> None:
    """Make findings of the packs fail the synthesis of the app."""
    cdk.Validations.of(app).add_plugins(*(pack(app) for pack in PACKS.values()))

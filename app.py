"""The CDK app: reads workshop.toml, builds the stacks, attaches the checks."""

import gc
import json
import os
import sys
from pathlib import Path

# aws_cdk makes a million objects that all stay; looking through them for garbage would cost a fifth of the import.
gc.disable()

import aws_cdk as cdk

from stacks.checks.nag import add_nag_packs
from stacks.checks.plugin import WorkshopRules
from stacks.checks.report import wrong_values
from stacks.checks.rule import Settings
from stacks.config import AgentEngine, ConfigError, WorkshopConfig, load_config
from stacks.workshop import build_workshop

gc.freeze()
gc.enable()

ROOT = Path(__file__).parent


def build_app(config_path: Path | None = None, outdir: str | None = None, *, measured_rules: bool = False) -> cdk.App:
    """The app for one configuration file, with the feature flags of cdk.json also outside the CDK CLI.

    Args:
        config_path: a workshop.toml; None takes `-c config=…`, or else the workshop.toml beside this file.
        outdir: where the cloud assembly goes; None leaves it to the CDK CLI.
        measured_rules: apply cdk-preflight, too, which costs more than everything else together.

    Raises:
        ConfigError: the configuration has problems; the text lists all of them.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    # tree.json is for explorers of the construct tree, and nobody here reads it; the stack trace of a construct shows
    # frames of Node only, because Python is in another process.
    app = cdk.App(context=context, outdir=outdir, tree_metadata=False, stack_traces=False)
    path = config_path or ROOT / (app.node.try_get_context("config") or "workshop.toml")
    config = load_config(path)
    build_workshop(app, config)
    add_nag_packs(app)
    cdk.Validations.of(app).add_plugins(WorkshopRules(rule_settings(config)))
    if measured_rules:
        from stacks.checks.preflight import add_cdk_preflight  # here, because loading its rules takes seconds

        add_cdk_preflight(app)
    return app


def rule_settings(config: WorkshopConfig) -> Settings:
    """What the project's own rules must know besides the templates."""
    return Settings(
        region=config.region_data, bedrock_agents=AgentEngine.BEDROCK_AGENTS in config.agent.engines, boundaries=True
    )


if __name__ == "__main__":
    try:
        workshop = build_app(measured_rules=os.environ.get("MEASURED_RULES") == "1")
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    try:
        assembly = workshop.synth()
    except RuntimeError as error:
        if not str(error).startswith("ValidationFailed"):
            raise
        sys.exit(1)  # the findings are on standard error already
    if refused := list(wrong_values(Path(assembly.directory))):
        print("CloudFormation would refuse:", *refused, sep="\n  ", file=sys.stderr)
        sys.exit(1)

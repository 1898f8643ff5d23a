"""No function is cut off while it still waits for AWS, and whoever calls it waits longer than it does."""

import importlib
from typing import Any

import pytest

from stacks.agent.harness import SESSION_SECONDS
from tests.lambda_src.support import ENVIRONMENT
from tests.stacks.support import Synthesise, everywhere, only
from workshop.smoke import deployed, mcp

BACK_OFF = 2
"""Seconds between two attempts, at most, and for the handler itself."""


def waits(folder: str, patch: pytest.MonkeyPatch) -> dict[str, float]:
    """The longest that one call of each client of a function may take, in seconds, by the client's name."""
    for key, value in ENVIRONMENT.items():
        patch.setenv(key, value)
    module = importlib.import_module(f"lambda_src.{folder}.handler")
    configs = {name: value.meta.config for name, value in vars(module).items() if hasattr(value, "meta")}
    return {
        name: config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) + BACK_OFF
        for name, config in configs.items()
    }


def test_a_function_outlives_each_of_its_calls(
    templates: Synthesise, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions: dict[str, Any] = {
        str(each["Handler"]).split(".")[1]: each["Timeout"]
        for each in everywhere(templates(preset), "AWS::Lambda::Function").values()
        if str(each["Handler"]).startswith("lambda_src.")
    }
    assert {"document_search", "predict", "language"} <= set(functions)
    cut_off = {
        (folder, client): seconds
        for folder, timeout in functions.items()
        for client, seconds in waits(folder, monkeypatch).items()
        if seconds > timeout
    }
    assert cut_off == {}


def test_agent_and_smoke_checks_outlive_the_slowest_tool(templates: Synthesise, preset: str) -> None:
    tools = everywhere({"Tools": templates(preset)["Tools"]}, "AWS::Lambda::Function").values()
    slowest = max(each["Timeout"] for each in tools)
    harness = only(templates(preset)["AgentCore"], "AWS::BedrockAgentCore::Harness")
    assert harness["TimeoutSeconds"] == SESSION_SECONDS > slowest
    assert slowest < mcp.TIMEOUT_SECONDS
    assert vars(deployed.SETTINGS)["read_timeout"] > SESSION_SECONDS


def test_what_scales_to_zero_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSearch Serverless needs 10 to more than 30 seconds, SageMaker gives a call 60."""
    assert waits("document_search", monkeypatch)["bedrock_agent_runtime"] >= 2 * 50
    assert waits("predict", monkeypatch)["sagemaker_runtime"] >= 60

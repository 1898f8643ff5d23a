"""`workshop.toml` as a typed, validated object. Imports neither CDK nor boto3."""

from stacks.config.load import load_config, parse_config
from stacks.config.model import (
    AgentEngine,
    EncryptionMode,
    EndpointKind,
    VectorStore,
    WorkshopConfig,
)
from stacks.config.problems import ConfigError, Problem

__all__ = [
    "AgentEngine",
    "ConfigError",
    "EncryptionMode",
    "EndpointKind",
    "Problem",
    "VectorStore",
    "WorkshopConfig",
    "load_config",
    "parse_config",
]

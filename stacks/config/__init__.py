"""`workshop.toml` as a typed, validated object. Imports neither CDK nor boto3."""

from stacks.config.load import load_config, parse_config
from stacks.config.model import (
    AgentEngine,
    EncryptionMode,
    EndpointKind,
    VectorStoreKind,
    WorkshopConfig,
)
from stacks.config.optional_stacks import is_wanted
from stacks.config.problems import ConfigError, ConfigProblem

__all__ = [
    "AgentEngine",
    "ConfigError",
    "ConfigProblem",
    "EncryptionMode",
    "EndpointKind",
    "VectorStoreKind",
    "WorkshopConfig",
    "is_wanted",
    "load_config",
    "parse_config",
]

"""The stand-ins of a running local AWS, with its own S3 and Lambda behind them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from local_aws.framework import StandIns, World
from local_aws.refusals import refusing
from local_aws.services.catalog import stand_ins
from local_aws.services.shared.backend import Boto3Backend, ServiceEvent


def running(region: str, endpoint_url: str, emit: Callable[[ServiceEvent], None]) -> StandIns:
    """Stand-ins whose documents, models and tools come from the emulator at this address; `emit` sends events."""
    session: Any = boto3.Session(region_name=region)
    backend = Boto3Backend(lambda name: session.client(name, endpoint_url=endpoint_url), emit)
    world = World(account=os.environ["AWS_ACCESS_KEY_ID"], region=region, endpoint=endpoint_url)
    world.before.append(refusing(Path(os.environ["HOME"])))
    return stand_ins(world, backend)

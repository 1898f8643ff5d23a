"""The stand-ins of a running local AWS, with its own S3 and Lambda behind them."""

import os

import boto3

from local_aws.framework import StandIns, World
from local_aws.services.catalog import stand_ins
from local_aws.services.shared.backend import Boto3Backend


def running(region: str, endpoint_url: str) -> StandIns:
    """Stand-ins whose documents, models and tools come from the emulator at this address."""
    session = boto3.Session(region_name=region)
    backend = Boto3Backend(*(session.client(name, endpoint_url=endpoint_url) for name in ("s3", "lambda")))
    world = World(account=os.environ["AWS_ACCESS_KEY_ID"], region=region, endpoint=endpoint_url)
    return stand_ins(world, backend)

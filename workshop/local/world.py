"""The stand-ins of a running local AWS, with its own S3 and Lambda behind them."""

import os

import boto3

from workshop.local.services.backend import Boto3Backend
from workshop.local.services.catalogue import stand_ins
from workshop.local.standin import StandIns, World


def running(region: str, endpoint_url: str) -> StandIns:
    """Stand-ins whose documents, models and tools come from the emulator at this address."""
    session = boto3.Session(region_name=region)
    backend = Boto3Backend(*(session.client(name, endpoint_url=endpoint_url) for name in ("s3", "lambda")))
    world = World(account=os.environ["AWS_ACCESS_KEY_ID"], region=region)
    return stand_ins(world, backend, endpoint_url)

"""The local AWS as a process: `python -m local_aws.server`, started by `LocalAws` in the local environment.

It lives as long as its standard input stays open, so that nothing is left behind when the parent is killed; the line
`keep` on standard input makes it stay until it is stopped by a signal.
"""

import asyncio
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from local_aws.isolation import RealAwsError, refuse_real_aws

REFUSED = 5


def main() -> int:
    """Serve until told to stop. Exit code 5 if real AWS could be reached."""
    try:
        refuse_real_aws(os.environ)
    except RealAwsError as problem:
        sys.stderr.write(f"{problem}\n")
        return REFUSED
    threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_serve())
    return 0


def _end_with_parent() -> None:
    for line in sys.stdin:
        if line.strip() == "keep":
            return
    shutil.rmtree(Path(os.environ["HOME"]), ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


async def _serve() -> None:
    # The emulator reads its settings when it is imported, so nothing of it may be imported before `main` has checked.
    from hypercorn.asyncio import serve  # type: ignore[import-not-found]  # in the local environment only
    from hypercorn.config import Config  # type: ignore[import-not-found]
    from ministack import app as emulator

    from local_aws.cloudformation import handlers as engine
    from local_aws.emulator import athena, events, pins, repairs, runtime, seed, streaming
    from local_aws.emulator.mount import mounted
    from local_aws.running import running

    pins.check()
    engine.register()
    repairs.install()
    runtime.install()
    events.install()
    athena.install()
    streaming.install()
    region = os.environ["AWS_REGION"]
    seed.seed(os.environ["AWS_ACCESS_KEY_ID"], region)
    application = mounted(emulator.app, running(region, os.environ["AWS_ENDPOINT_URL"], events.emit))
    settings = Config()
    settings.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
    settings.loglevel = "WARNING"
    await serve(application, settings)


if __name__ == "__main__":
    sys.exit(main())

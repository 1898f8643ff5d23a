"""How every function talks to AWS: briefly, or not at all."""

from botocore.config import Config


def client_config(read_timeout: int = 5, attempts: int = 2) -> Config:
    """Bounds of a client in seconds: at most `attempts` x (1 + `read_timeout`) plus a short back-off per call."""
    return Config(
        connect_timeout=1,
        read_timeout=read_timeout,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )

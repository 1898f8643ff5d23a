"""Commands that need no AWS account do not care what leads to one, or does not."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REHEARSE = """
from local_aws.launcher import LocalAws
from workshop.rehearse.session import LocalSession
with LocalAws.start() as aws:
    print(LocalSession(aws).client("sts").get_caller_identity()["Account"])
"""


def run_where_nothing_leads_to_aws(folder: Path, *arguments: str) -> str:
    """What a program prints with a profile, files, endpoints and proxies that are all wrong."""
    broken = folder / "broken"
    broken.write_text("[default\nregion = ap-southeast-1\n", encoding="utf-8")
    proxies = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    clean = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    wrong = {
        "AWS_PROFILE": "no-such",
        "AWS_CONFIG_FILE": str(broken),
        "AWS_SHARED_CREDENTIALS_FILE": str(broken),
        "AWS_ENDPOINT_URL": "nowhere",
        "AWS_CA_BUNDLE": str(folder / "none"),
        "AWS_MAX_ATTEMPTS": "often",
        **dict.fromkeys(proxies, "http://127.0.0.1:9"),
    }
    done = subprocess.run(  # noqa: S603  # our own programs
        [sys.executable, *arguments], cwd=ROOT, env=clean | wrong, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-1000:]
    return done.stdout


def test_init(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert "Edit it" in run_where_nothing_leads_to_aws(tmp_path, "-m", "workshop", "init", "--config", str(path))
    assert path.is_file()


def test_cost(tmp_path: Path) -> None:
    config = str(ROOT / "presets" / "default.toml")
    assert "month" in run_where_nothing_leads_to_aws(tmp_path, "-m", "workshop", "cost", "--config", config)


def test_the_local_aws_and_who_talks_to_it(tmp_path: Path) -> None:
    assert run_where_nothing_leads_to_aws(tmp_path, "-c", REHEARSE).strip() == "111122223333"

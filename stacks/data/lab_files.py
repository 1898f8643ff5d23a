"""What a deploy uploads to the lab bucket: the rows of the lab, and the scripts of the jobs."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from ml.cohorts import lab_files
from stacks.common.functions import ROOT

PACKAGE = ROOT / "ml"


def code_prefix() -> str:
    """Prefix of the scripts in the lab bucket, with a slash at its end.

    It carries a digest of the scripts: a pipeline takes a step from its cache while the arguments are the same, and
    does not look into the files that they name.
    https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
    """
    digest = hashlib.sha256()
    for name, content in sorted(_scripts().items()):
        digest.update(f"{name}\0{content}\0".encode())
    return f"code/{digest.hexdigest()[:12]}/"


def lab_asset(scope: Construct, construct_id: str) -> s3_assets.Asset:
    """One asset with all files under their keys; made anew at each synthesis, and the same as long as they are."""
    prefix = code_prefix()
    files = {**lab_files(), **{prefix + name: content for name, content in _scripts().items()}}
    with TemporaryDirectory() as folder:
        for key, content in files.items():
            file = Path(folder, key)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return s3_assets.Asset(scope, construct_id, path=folder)  # the CDK copies it here and now


def _scripts() -> Mapping[str, str]:
    """Importable as `ml.steps.<name>` by a job whose Python path is the prefix."""
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("steps/*.py")]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}

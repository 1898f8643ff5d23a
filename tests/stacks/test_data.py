"""The lab's bucket, tables and queries: what is uploaded, what a query may read, and that the SQL counts right."""

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml import cohorts
from stacks.data.lab_files import code_prefix
from stacks.data.queries import TABLES, saved_queries
from tests.cloud_assembly import ROOT
from tests.stacks.support import Synthesise, of_type, only

CloudAssembly = Callable[[str], Path]


def lab_asset(templates: Synthesise, assembly: Path) -> Path:
    """The folder that is uploaded."""
    (upload,) = of_type(templates("default")["Data"], "Custom::CDKBucketDeployment").values()
    (key,) = upload["SourceObjectKeys"]
    return assembly / f"asset.{key.removesuffix('.zip')}"


def test_tables_have_the_columns_of_their_files() -> None:
    files = cohorts.lab_files()
    for table in TABLES:
        headers = {content.splitlines()[0] for key, content in files.items() if key.startswith(table.prefix)}
        assert headers == {",".join(name for name, _ in table.columns)}


def test_upload_has_the_rows_and_every_script_under_a_prefix_that_changes_with_them(
    templates: Synthesise, cloud_assembly: CloudAssembly
) -> None:
    folder = lab_asset(templates, cloud_assembly("default"))
    files = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}
    rows = cohorts.lab_files()
    assert {key: files.get(key) for key in rows} == rows
    scripts = {
        f"{code_prefix()}{path.relative_to(ROOT).as_posix()}": path.read_text() for path in (ROOT / "ml").rglob("*.py")
    }
    assert {key: content for key, content in files.items() if key not in rows} == scripts


def test_prefix_of_the_scripts_is_another_one_when_a_script_changes(monkeypatch: Any, tmp_path: Path) -> None:
    before = code_prefix()
    (tmp_path / "ml/steps").mkdir(parents=True)
    for path in (ROOT / "ml").rglob("*.py"):
        (tmp_path / path.relative_to(ROOT)).write_text(path.read_text())
    monkeypatch.setattr("stacks.data.lab_files.ROOT", tmp_path)
    monkeypatch.setattr("stacks.data.lab_files.PACKAGE", tmp_path / "ml")
    assert code_prefix() == before
    (tmp_path / "ml/steps/prepare.py").write_text("# changed")
    assert code_prefix() != before


def test_workgroup_bounds_what_a_query_reads_and_where_results_go(templates: Synthesise) -> None:
    workgroup = only(templates("default")["Data"], "AWS::Athena::WorkGroup")
    settings = workgroup["WorkGroupConfiguration"]
    assert workgroup["RecursiveDeleteOption"] is True
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert 10_000_000 <= settings["BytesScannedCutoffPerQuery"] <= 100_000_000
    results = settings["ResultConfiguration"]
    assert json.dumps(results["OutputLocation"]).endswith('"/athena/"]]}')
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_results_and_old_versions_expire(templates: Synthesise) -> None:
    bucket = only(templates("default")["Data"], "AWS::S3::Bucket")
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules} == {
        None: None,
        "athena/": 7,
        "captured/": 7,
    }
    assert [rule["NoncurrentVersionExpiration"] for rule in rules if "NoncurrentVersionExpiration" in rule] == [
        {"NoncurrentDays": 7}
    ]


def test_names_are_the_workshops_own_and_nothing_crawls(templates: Synthesise) -> None:
    template = templates("default")["Data"]
    assert only(template, "AWS::Glue::Database")["DatabaseInput"]["Name"] == "ws-2026-11-28-ab12-lab"
    assert only(template, "AWS::Athena::WorkGroup")["Name"] == "ws-2026-11-28-ab12-lab"
    assert of_type(template, "AWS::Glue::Crawler") == {}


def test_queries_count_what_they_say() -> None:
    """SQLite is a third opinion about the SQL that Athena and DuckDB share; an empty cell is NULL, as in Hive."""
    lake = sqlite3.connect(":memory:")
    for table in TABLES:
        columns = ", ".join(f"{name} {'TEXT' if kind == 'string' else 'REAL'}" for name, kind in table.columns)
        lake.execute(f"CREATE TABLE {table.name} ({columns})")
        for key, content in cohorts.lab_files().items():
            if key.startswith(table.prefix):
                rows = [[cell or None for cell in row] for row in list(csv.reader(content.splitlines()))[1:]]
                marks = ", ".join("?" for _ in table.columns)
                lake.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - names of this project
    answers = {query.id: lake.execute(query.sql).fetchall() for query in saved_queries()}
    assert answers["Usable"] == [(2_000, 1_139)]
    assert answers["Faults"] == [(2_040, 10, 10, 10, 10)]
    without, experienced = answers["Notebook"]
    assert (without[0], experienced[0]) == (0, 1)
    assert experienced[2] > without[2]
    assert len(answers["Open"]) == 10
    assert answers["Open"][0][1] >= answers["Open"][-1][1]

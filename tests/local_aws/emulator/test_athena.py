"""SQL is really executed over the Glue tables of the local AWS, within the rules of the workgroup."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.conftest import ACCOUNT, Clients, Stack
from tests.local_aws.support import ROLE

pytestmark = pytest.mark.rehearsal

ROWS = "attendee,minutes,finished\na,12.5,1\nb,20.0,0\nc,,1\nd,7.5,1\n"
COLUMNS = (("attendee", "string"), ("minutes", "double"), ("finished", "int"))
TEXT = "org.apache.hadoop"


@pytest.fixture
def lake(stack: Stack, clients: Clients) -> Any:
    """A bucket with one CSV, a database with a table over it, and a workgroup with a place for results."""
    name = stack.name
    storage = {
        "Location": f"s3://{name}-lake/raw/",
        "Columns": [{"Name": column, "Type": kind} for column, kind in COLUMNS],
        "InputFormat": f"{TEXT}.mapred.TextInputFormat",
        "OutputFormat": f"{TEXT}.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {
            "SerializationLibrary": f"{TEXT}.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ","},
        },
    }
    table = {
        "Name": "labs",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"skip.header.line.count": "1"},
        "StorageDescriptor": storage,
    }
    settings = {
        "EnforceWorkGroupConfiguration": True,
        "BytesScannedCutoffPerQuery": 1000,
        "ResultConfiguration": {"OutputLocation": f"s3://{name}-lake/results"},
    }
    group = {"Name": name, "RecursiveDeleteOption": True, "WorkGroupConfiguration": settings}
    stack.deploy(
        {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{name}-lake"}},
            "Database": {
                "Type": "AWS::Glue::Database",
                "Properties": {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": name}},
            },
            "Table": {
                "Type": "AWS::Glue::Table",
                "DependsOn": "Database",
                "Properties": {"CatalogId": ACCOUNT, "DatabaseName": name, "TableInput": table},
            },
            "WorkGroup": {"Type": "AWS::Athena::WorkGroup", "Properties": group},
        }
    )
    clients("s3").put_object(Bucket=f"{name}-lake", Key="raw/rows.csv", Body=ROWS.encode())
    yield name
    for each in clients("s3").list_objects_v2(Bucket=f"{name}-lake")["Contents"]:
        clients("s3").delete_object(Bucket=f"{name}-lake", Key=each["Key"])
    assert stack.delete() == "DELETE_COMPLETE"


def ask(clients: Clients, group: str, sql: str, **more: Any) -> Any:
    """The execution of a query when it has ended."""
    athena = clients("athena")
    started = athena.start_query_execution(
        QueryString=sql, WorkGroup=group, QueryExecutionContext={"Database": group}, **more
    )["QueryExecutionId"]
    while True:
        found = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return found


def rows(clients: Clients, execution: Any) -> list[list[str]]:
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    answer = clients("athena").get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in answer["ResultSet"]["Rows"]]


def test_a_query_is_executed_and_its_result_is_where_the_workgroup_says(lake: str, clients: Clients) -> None:
    sql = "SELECT count(*), sum(finished) AS finished, avg(minutes) AS minutes FROM labs"
    elsewhere = {"OutputLocation": "s3://elsewhere/x/"}
    execution = ask(clients, lake, sql, ResultConfiguration=elsewhere)
    found = rows(clients, execution)
    assert found[0] == ["_col0", "finished", "minutes"]
    assert [float(cell) for cell in found[1]] == [4, 3, pytest.approx(40 / 3)]
    place = execution["ResultConfiguration"]["OutputLocation"]
    assert place == f"s3://{lake}-lake/results/{execution['QueryExecutionId']}.csv"
    stored = clients("s3").get_object(Bucket=f"{lake}-lake", Key=place.partition("-lake/")[2])["Body"].read()
    assert stored.startswith(b"_col0,finished,minutes")
    assert execution["Statistics"]["DataScannedInBytes"] == len(ROWS)


def test_a_query_that_reads_too_much_fails(lake: str, clients: Clients) -> None:
    clients("s3").put_object(Bucket=f"{lake}-lake", Key="raw/more.csv", Body=ROWS.encode() * 30)
    execution = ask(clients, lake, "SELECT count(*) AS rows FROM labs")
    assert execution["Status"]["State"] == "FAILED"
    assert "Bytes scanned limit" in execution["Status"]["StateChangeReason"]


@pytest.mark.parametrize("sql", ["SELECT * FROM nothing", "SELECT width_bucket(1, 0, 2, 4) AS x", "SELEC 1"])
def test_what_cannot_be_executed_fails_and_is_no_mock(lake: str, clients: Clients, sql: str) -> None:
    assert ask(clients, lake, sql)["Status"]["State"] == "FAILED"


def test_a_workgroup_must_be_there_and_enabled(lake: str, clients: Clients) -> None:
    with pytest.raises(ClientError, match="nobody is not found"):
        ask(clients, "nobody", "SELECT 1 AS one")
    clients("athena").update_work_group(WorkGroup=lake, State="DISABLED")
    with pytest.raises(ClientError, match="is disabled"):
        ask(clients, lake, "SELECT 1 AS one")


def test_a_workgroup_with_queries_is_not_deleted_by_itself(lake: str, clients: Clients) -> None:
    athena = clients("athena")
    query = athena.create_named_query(Name="one", Database=lake, QueryString="SELECT 1 AS one", WorkGroup=lake)
    with pytest.raises(ClientError, match="not empty"):
        athena.delete_work_group(WorkGroup=lake)
    assert athena.get_named_query(NamedQueryId=query["NamedQueryId"])["NamedQuery"]["WorkGroup"] == lake


def test_every_write_of_a_feature_group_is_a_row_of_its_table(lake: str, clients: Clients) -> None:
    sagemaker, runtime = clients("sagemaker"), clients("sagemaker-featurestore-runtime")
    features = {"id": "String", "event_time": "String", "minutes": "Fractional", "labs": "Integral"}
    catalog = {"Catalog": "AwsDataCatalog", "Database": lake, "TableName": "people"}
    sagemaker.create_feature_group(
        FeatureGroupName=lake,
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="event_time",
        FeatureDefinitions=[{"FeatureName": name, "FeatureType": kind} for name, kind in features.items()],
        OnlineStoreConfig={"EnableOnlineStore": True},
        OfflineStoreConfig={
            "S3StorageConfig": {"S3Uri": f"s3://{lake}-lake/features"},
            "DataCatalogConfig": catalog,
        },
        RoleArn=ROLE,
    )
    clients("athena").update_work_group(WorkGroup=lake, ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000})
    for hour, labs in ((9, 1), (10, 2), (8, 3)):
        record = {"id": "a", "event_time": f"2026-11-28T{hour:02}:00:00Z", "labs": str(labs)}
        runtime.put_record(
            FeatureGroupName=lake,
            Record=[{"FeatureName": name, "ValueAsString": value} for name, value in record.items()],
        )
    runtime.delete_record(FeatureGroupName=lake, RecordIdentifierValueAsString="a", EventTime="2026-11-28T11:00:00Z")
    sql = "SELECT event_time, labs, minutes, is_deleted FROM people WHERE write_time IS NOT NULL ORDER BY event_time"
    assert rows(clients, ask(clients, lake, sql))[1:] == [
        ["2026-11-28T08:00:00Z", "3", "", "false"],
        ["2026-11-28T09:00:00Z", "1", "", "false"],
        ["2026-11-28T10:00:00Z", "2", "", "false"],
        ["2026-11-28T11:00:00Z", "", "", "true"],
    ]
    sagemaker.delete_feature_group(FeatureGroupName=lake)
    clients("glue").delete_table(DatabaseName=lake, Name="people")

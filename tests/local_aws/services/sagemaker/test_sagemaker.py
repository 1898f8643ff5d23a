"""SageMaker hosting and Studio rules, and endpoints that answer with their real model."""

import io
import tarfile
from typing import Any

import numpy as np
import pytest
import xgboost
from botocore.exceptions import ClientError

from tests.local_aws.doors import Client
from tests.local_aws.framework.test_stand_in import DOMAIN
from tests.local_aws.support import ROLE, MemoryBackend

ROWS = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]] * 10, dtype=np.float32)
SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 2}


def trained() -> xgboost.Booster:
    matrix = xgboost.DMatrix(ROWS, label=ROWS[:, 0])
    return xgboost.train({"objective": "binary:logistic", "max_depth": 2, "seed": 1, "nthread": 1}, matrix, 5)


def archive(content: bytes, *more: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("xgboost-model", *more):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def deploy(client: Client, **variant: Any) -> None:
    sagemaker = client("sagemaker")
    sagemaker.create_model(ModelName="m", PrimaryContainer={"Image": "image", "ModelDataUrl": "s3://bkt/m.tar.gz"})
    settings = variant or {"ServerlessConfig": SERVERLESS}
    sagemaker.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[{"VariantName": "v", "ModelName": "m", **settings}]
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


def ask(client: Client, body: str, content_type: str = "text/csv") -> Any:
    return client("sagemaker-runtime").invoke_endpoint(EndpointName="e", Body=body.encode(), ContentType=content_type)


def test_endpoint_answers_the_numbers_of_the_model_one_per_line(client: Client, backend: MemoryBackend) -> None:
    booster = trained()
    backend.objects["bkt", "m.tar.gz"] = archive(bytes(booster.save_raw("ubj")))
    deploy(client)
    answer = ask(client, "1,0\n0,1\n")
    expected = booster.predict(xgboost.DMatrix(np.array([[1, 0], [0, 1]], dtype=np.float32)))
    assert answer["ContentType"].startswith("text/csv")
    assert [float(line) for line in answer["Body"].read().decode().splitlines()] == [float(each) for each in expected]


def test_new_model_at_the_same_address_is_served(client: Client, backend: MemoryBackend) -> None:
    backend.objects["bkt", "m.tar.gz"] = archive(bytes(trained().save_raw("ubj")))
    deploy(client)
    before = ask(client, "1,0")["Body"].read()
    other = xgboost.train(
        {"objective": "reg:squarederror", "nthread": 1}, xgboost.DMatrix(ROWS, label=ROWS[:, 0] * 7), 5
    )
    backend.objects["bkt", "m.tar.gz"] = archive(bytes(other.save_raw("ubj")))
    assert ask(client, "1,0")["Body"].read() != before


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("1,2,3", "text/csv"),
        ("a,b", "text/csv"),
        ("1,0\n1", "text/csv"),
        ("\n", "text/csv"),
        ("{}", "application/json"),
    ],
)
def test_bad_rows_are_a_model_error(client: Client, backend: MemoryBackend, body: str, content_type: str) -> None:
    backend.objects["bkt", "m.tar.gz"] = archive(bytes(trained().save_raw("ubj")))
    deploy(client)
    with pytest.raises(client("sagemaker-runtime").exceptions.ModelError):
        ask(client, body, content_type)


def stored(backend: MemoryBackend, key: str = "m.tar.gz") -> None:
    backend.objects["bkt", key] = archive(bytes(trained().save_raw("ubj")))


def test_a_model_needs_its_archive(client: Client) -> None:
    with pytest.raises(ClientError, match=r"Could not find model data at s3://bkt/m\.tar\.gz"):
        deploy(client)


BROKEN = [b"no archive", archive(b"no model"), archive(b"", "second-file")]


@pytest.mark.parametrize("content", BROKEN)
def test_an_endpoint_with_a_broken_archive_fails_and_does_not_answer(
    client: Client, backend: MemoryBackend, content: bytes
) -> None:
    backend.objects["bkt", "m.tar.gz"] = content
    deploy(client)
    described = client("sagemaker").describe_endpoint(EndpointName="e")
    assert described["EndpointStatus"] == "Failed"
    assert "variant v did not pass the ping health check" in described["FailureReason"]
    with pytest.raises(client("sagemaker-runtime").exceptions.ValidationError):
        ask(client, "1,0")


@pytest.mark.parametrize("content", BROKEN)
def test_an_update_to_a_broken_archive_rolls_back_and_says_nothing(
    client: Client, backend: MemoryBackend, content: bytes
) -> None:
    stored(backend)
    deploy(client)
    before = ask(client, "1,0")["Body"].read()
    backend.objects["bkt", "broken.tar.gz"] = content
    sagemaker = client("sagemaker")
    container = {"Image": "image", "ModelDataUrl": "s3://bkt/broken.tar.gz"}
    sagemaker.create_model(ModelName="broken", PrimaryContainer=container)
    variant = {"VariantName": "w", "ModelName": "broken", "ServerlessConfig": SERVERLESS}
    sagemaker.create_endpoint_config(EndpointConfigName="d", ProductionVariants=[variant])
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="d")
    described = sagemaker.describe_endpoint(EndpointName="e")
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", "c")
    assert [each["VariantName"] for each in described["ProductionVariants"]] == ["v"]
    assert ask(client, "1,0")["Body"].read() == before


def test_an_archive_that_goes_away_is_a_model_error_that_names_it(client: Client, backend: MemoryBackend) -> None:
    stored(backend)
    deploy(client)
    backend.objects.clear()
    with pytest.raises(client("sagemaker-runtime").exceptions.ModelError, match=r"s3://bkt/m\.tar\.gz"):
        ask(client, "1,0")


def share_of_new(client: Client, calls: int) -> float:
    answered = [
        client("sagemaker-runtime").invoke_endpoint(EndpointName="e", Body=b"1,0", ContentType="text/csv")
        for _ in range(calls)
    ]
    return float(np.mean([each["InvokedProductionVariant"] == "new" for each in answered]))


def test_variants_answer_by_their_weights_until_these_are_moved(client: Client, backend: MemoryBackend) -> None:
    stored(backend)
    sagemaker = client("sagemaker")
    container = {"Image": "image", "ModelDataUrl": "s3://bkt/m.tar.gz"}
    sagemaker.create_model(ModelName="m", PrimaryContainer=container)
    sagemaker.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[
            {
                "VariantName": name,
                "ModelName": "m",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "InitialVariantWeight": weight,
            }
            for name, weight in (("old", 9), ("new", 1))
        ],
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert abs(share_of_new(client, 300) - 0.1) < 3 * (0.1 * 0.9 / 300) ** 0.5
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "old", "DesiredWeight": 0}]
    )
    assert share_of_new(client, 30) == 1
    wanted = client("sagemaker-runtime").invoke_endpoint(
        EndpointName="e", Body=b"1,0", ContentType="text/csv", TargetVariant="old"
    )
    assert wanted["InvokedProductionVariant"] == "old"
    with pytest.raises(ClientError, match="Variant other"):
        client("sagemaker-runtime").invoke_endpoint(EndpointName="e", Body=b"1,0", TargetVariant="other")
    with pytest.raises(ClientError, match="Could not find variant other"):
        sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "other", "DesiredWeight": 1}]
        )


def test_unknown_endpoint_is_a_validation_error(client: Client) -> None:
    with pytest.raises(client("sagemaker-runtime").exceptions.ValidationError):
        ask(client, "1,0")


@pytest.mark.parametrize("variant", [{}, {"ServerlessConfig": SERVERLESS, "InstanceType": "ml.m5.large"}])
def test_variant_needs_exactly_one_kind_of_capacity(client: Client, variant: dict[str, Any]) -> None:
    sagemaker = client("sagemaker")
    sagemaker.create_model(ModelName="m", PrimaryContainer={"Image": "image"})
    with pytest.raises(ClientError, match="not both"):
        sagemaker.create_endpoint_config(
            EndpointConfigName="c", ProductionVariants=[{"VariantName": "v", "ModelName": "m", **variant}]
        )


def test_endpoint_needs_its_configuration_and_that_its_model(client: Client) -> None:
    sagemaker = client("sagemaker")
    with pytest.raises(ClientError, match="EndpointConfig c"):
        sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    with pytest.raises(ClientError, match="Model m"):
        sagemaker.create_endpoint_config(
            EndpointConfigName="c",
            ProductionVariants=[{"VariantName": "v", "ModelName": "m", "ServerlessConfig": SERVERLESS}],
        )


def test_endpoint_moves_to_a_new_configuration(client: Client, backend: MemoryBackend) -> None:
    stored(backend)
    sagemaker = client("sagemaker")
    deploy(client)
    variant = {"VariantName": "w", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
    sagemaker.create_endpoint_config(EndpointConfigName="d", ProductionVariants=[variant])
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="d")
    described = sagemaker.describe_endpoint(EndpointName="e")
    assert described["EndpointConfigName"] == "d"
    assert [each["CurrentInstanceCount"] for each in described["ProductionVariants"]] == [2]


def test_app_belongs_to_a_profile_or_to_a_space(client: Client) -> None:
    sagemaker = client("sagemaker")
    domain = sagemaker.create_domain(**DOMAIN)["DomainId"]
    with pytest.raises(ClientError, match="one of the two"):
        sagemaker.create_app(DomainId=domain, AppType="JupyterLab", AppName="x")


def test_lifecycle_configuration_stays_while_a_domain_uses_it(client: Client) -> None:
    sagemaker = client("sagemaker")
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="idle",
        StudioLifecycleConfigContent="ZWNobw==",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    settings = {"ExecutionRole": ROLE, "JupyterLabAppSettings": {"LifecycleConfigArns": [arn]}}
    domain = sagemaker.create_domain(**{**DOMAIN, "DefaultUserSettings": settings})["DomainId"]
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="idle")
    sagemaker.delete_domain(DomainId=domain)
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="idle")
    assert sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"] == []


def test_a_notebook_instance_is_deleted_when_it_is_stopped(client: Client) -> None:
    sagemaker = client("sagemaker")
    sagemaker.create_notebook_instance(NotebookInstanceName="n", InstanceType="ml.t3.medium", RoleArn=ROLE)
    with pytest.raises(ClientError, match="InService"):
        sagemaker.delete_notebook_instance(NotebookInstanceName="n")
    sagemaker.stop_notebook_instance(NotebookInstanceName="n")
    sagemaker.delete_notebook_instance(NotebookInstanceName="n")
    assert sagemaker.list_notebook_instances()["NotebookInstances"] == []

"""Studio and hosting; pipelines, the registry, features, MLflow."""

import json
from typing import Any

from tests.local_aws.cloudformation.cases.case import (
    REGION,
    ROLE,
    WITH_ROLE,
    Case,
    Change,
    Properties,
    by,
    get,
    resource,
)

IMAGE = f"121021644041.dkr.ecr.{REGION}.amazonaws.com/sagemaker-xgboost:3.0-5"
NETWORK = {
    "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
    "Subnet": resource("AWS::EC2::Subnet", CidrBlock="10.0.0.0/24", VpcId={"Ref": "Vpc"}),
}


def _domain(**more: Any) -> Properties:
    return {
        "DomainName": "first",
        "AuthMode": "IAM",
        "DefaultUserSettings": {"ExecutionRole": ROLE},
        "VpcId": {"Ref": "Vpc"},
        "SubnetIds": [{"Ref": "Subnet"}],
        **more,
    }


def _variants(concurrency: int) -> list[Properties]:
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": concurrency}
    name = get("Model", "ModelName")
    return [{"VariantName": "all", "ModelName": name, "InitialVariantWeight": 1, "ServerlessConfig": serverless}]


MODEL = WITH_ROLE | {
    "Model": resource("AWS::SageMaker::Model", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
}


def _config(concurrency: int) -> Properties:
    return resource("AWS::SageMaker::EndpointConfig", ProductionVariants=_variants(concurrency))


def _text(message: str) -> str:
    step = {"Name": "Only", "Type": "Fail", "Arguments": {"ErrorMessage": message}}
    return json.dumps({"Version": "2020-12-01", "Steps": [step]})


def _pipeline(message: str) -> Properties:
    return {"PipelineDefinitionBody": _text(message)}


def _card(purpose: str) -> Properties:
    return {"IntendedUses": {"PurposeOfModel": purpose}}


CASES = (
    Case(
        "AWS::SageMaker::Domain",
        _domain(),
        by("sagemaker", "describe_domain", "DomainId"),
        in_place=Change(
            {"DefaultUserSettings": {"ExecutionRole": ROLE, "StudioWebPortal": "DISABLED"}},
            {"DefaultUserSettings.StudioWebPortal": "DISABLED"},
        ),
        replace={"DomainName": "second"},
        needs=WITH_ROLE | NETWORK,
    ),
    Case(
        "AWS::SageMaker::UserProfile",
        {"DomainId": {"Ref": "Domain"}, "UserProfileName": "att-01"},
        by("sagemaker", "describe_user_profile", "UserProfileName", "DomainId"),
        in_place=Change({"UserSettings": {"ExecutionRole": ROLE}}),
        replace={"UserProfileName": "att-02"},
        needs=WITH_ROLE | NETWORK | {"Domain": resource("AWS::SageMaker::Domain", **_domain())},
    ),
    Case(
        "AWS::SageMaker::StudioLifecycleConfig",
        {
            "StudioLifecycleConfigName": "first",
            "StudioLifecycleConfigAppType": "JupyterLab",
            "StudioLifecycleConfigContent": "ZWNobw==",
        },
        by("sagemaker", "describe_studio_lifecycle_config", "StudioLifecycleConfigName"),
        replace={"StudioLifecycleConfigName": "second"},
    ),
    Case(
        "AWS::SageMaker::Model",
        {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}},
        by("sagemaker", "describe_model", "ModelName", name=True),
        replace={"PrimaryContainer": {"Image": IMAGE, "Environment": {"A": "b"}}},
        needs=WITH_ROLE,
    ),
    Case(
        "AWS::SageMaker::EndpointConfig",
        {"ProductionVariants": _variants(1)},
        by("sagemaker", "describe_endpoint_config", "EndpointConfigName", name=True),
        replace={"ProductionVariants": _variants(2)},
        needs=MODEL,
    ),
    Case(
        "AWS::SageMaker::Endpoint",
        {"EndpointConfigName": get("Config", "EndpointConfigName")},
        by("sagemaker", "describe_endpoint", "EndpointName", name=True),
        in_place=Change(
            {"EndpointConfigName": get("OtherConfig", "EndpointConfigName")},
            {"ProductionVariants.0.CurrentServerlessConfig.MaxConcurrency": 2},
        ),
        replace={"EndpointName": "another-endpoint"},
        needs=MODEL | {"Config": _config(1), "OtherConfig": _config(2)},
    ),
    Case(
        "AWS::SageMaker::Pipeline",
        {"PipelineName": "lab", "RoleArn": ROLE, "PipelineDefinition": _pipeline("nothing to do")},
        by("sagemaker", "describe_pipeline", "PipelineName"),
        in_place=Change({"PipelineDefinition": _pipeline("other")}, {"PipelineDefinition": _text("other")}),
        replace={"PipelineName": "other"},
        needs=WITH_ROLE,
    ),
    Case(
        "AWS::SageMaker::ModelPackageGroup",
        {"ModelPackageGroupName": "lab", "ModelPackageGroupDescription": "one"},
        by("sagemaker", "describe_model_package_group", "ModelPackageGroupName", name=True),
        replace={"ModelPackageGroupName": "other"},
    ),
    Case(
        "AWS::SageMaker::FeatureGroup",
        {
            "FeatureGroupName": "lab",
            "RecordIdentifierFeatureName": "id",
            "EventTimeFeatureName": "at",
            "FeatureDefinitions": [
                {"FeatureName": "id", "FeatureType": "String"},
                {"FeatureName": "at", "FeatureType": "String"},
                {"FeatureName": "minutes", "FeatureType": "Fractional"},
            ],
            "OnlineStoreConfig": {"EnableOnlineStore": True},
        },
        by("sagemaker", "describe_feature_group", "FeatureGroupName"),
        replace={"FeatureGroupName": "other"},
    ),
    Case(
        "AWS::SageMaker::ModelCard",
        {"ModelCardName": "lab", "ModelCardStatus": "Draft", "Content": _card("one")},
        by("sagemaker", "describe_model_card", "ModelCardName"),
        in_place=Change({"Content": _card("two")}, {"Content": json.dumps(_card("two")), "ModelCardVersion": 2}),
        replace={"ModelCardName": "other"},
    ),
    Case(
        "AWS::SageMaker::MlflowApp",
        {"Name": "lab", "RoleArn": ROLE, "ArtifactStoreUri": "s3://lab/runs"},
        by("sagemaker", "describe_mlflow_app", "Arn"),
        in_place=Change({"ArtifactStoreUri": "s3://lab/other"}, {"ArtifactStoreUri": "s3://lab/other"}),
        replace={"Name": "other"},
        needs=WITH_ROLE,
    ),
)

"""The smaller stacks."""

import json

import pytest

from contract import ATTENDEE_TAG
from stacks.common.functions import ROOT
from stacks.config import load_config
from tests.stacks.support import Synthesise, of_type, only, statements


def test_guardrail_understands_vietnamese(templates: Synthesise, preset: str) -> None:
    guardrail = only(templates(preset)["Safety"], "AWS::Bedrock::Guardrail")
    profile = load_config(ROOT / "presets" / f"{preset}.toml").region_data.guardrail_profile
    assert guardrail["ContentPolicyConfig"]["ContentFiltersTierConfig"] == {"TierName": "STANDARD"}
    assert guardrail["TopicPolicyConfig"]["TopicsTierConfig"] == {"TierName": "STANDARD"}
    assert f"guardrail-profile/{profile.id}" in json.dumps(guardrail["CrossRegionConfig"])
    assert guardrail["SensitiveInformationPolicyConfig"]["RegexesConfig"]
    assert guardrail["ContextualGroundingPolicyConfig"]["FiltersConfig"]


def test_prompt_attacks_are_judged_on_input_only(templates: Synthesise) -> None:
    guardrail = only(templates("default")["Safety"], "AWS::Bedrock::Guardrail")
    filters = {each["Type"]: each for each in guardrail["ContentPolicyConfig"]["FiltersConfig"]}
    assert filters["PROMPT_ATTACK"]["InputStrength"] == "HIGH"
    assert filters["PROMPT_ATTACK"]["OutputStrength"] == "NONE"


def test_each_attendee_has_a_role_and_a_profile_of_the_same_name(templates: Synthesise, preset: str) -> None:
    names = load_config(ROOT / "presets" / f"{preset}.toml").attendee_names
    template = templates(preset)["Studio"]
    roles = {
        logical_id: role
        for logical_id, role in of_type(template, "AWS::IAM::Role").items()
        if role.get("Path", "").endswith("/attendees/")
    }
    profiles = of_type(template, "AWS::SageMaker::UserProfile").values()
    assert sorted(profile["UserProfileName"] for profile in profiles) == sorted(names)
    for profile in profiles:
        role = roles[profile["UserSettings"]["ExecutionRole"]["Fn::GetAtt"][0]]
        tags = {tag["Key"]: tag["Value"] for tag in role["Tags"]}
        assert tags[ATTENDEE_TAG] == profile["UserProfileName"]
        assert role["PermissionsBoundary"]
        assert "Policies" not in role


def test_studio_stops_when_idle_and_leaves_no_file_system(templates: Synthesise) -> None:
    domain = only(templates("default")["Studio"], "AWS::SageMaker::Domain")
    assert domain["HomeEfsFileSystemCreation"] == "Disabled"
    assert domain["TagPropagation"] == "ENABLED"
    settings = domain["DefaultUserSettings"]
    for app in ("JupyterLabAppSettings", "CodeEditorAppSettings"):
        idle = settings[app]["AppLifecycleManagement"]["IdleSettings"]
        assert idle["LifecycleManagement"] == "ENABLED"
        assert idle["IdleTimeoutInMinutes"] == 60
    assert "DefaultSpaceSettings" not in domain


@pytest.mark.parametrize(("preset_name", "wanted"), [("default", "ServerlessConfig"), ("real-time", "InstanceType")])
def test_endpoint_is_serverless_or_on_an_instance(templates: Synthesise, preset_name: str, wanted: str) -> None:
    template = templates(preset_name)["Inference"]
    (variant,) = only(template, "AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    assert {"ServerlessConfig", "InstanceType"} & set(variant) == {wanted}
    assert "EndpointName" not in only(template, "AWS::SageMaker::Endpoint")
    assert "EndpointConfigName" not in only(template, "AWS::SageMaker::EndpointConfig")


def test_model_is_image_and_artifact_only(templates: Synthesise) -> None:
    container = only(templates("default")["Inference"], "AWS::SageMaker::Model")["PrimaryContainer"]
    assert set(container) == {"Image", "ModelDataUrl"}
    assert "sagemaker-xgboost:3.0-5" in json.dumps(container["Image"])


def test_profiles_are_made_a_few_at_a_time(templates: Synthesise, preset: str) -> None:
    resources = templates(preset)["Studio"]["Resources"]
    profiles = [name for name, each in resources.items() if each["Type"] == "AWS::SageMaker::UserProfile"]
    waits_for = {name: set(resources[name].get("DependsOn", [])) & set(profiles) for name in profiles}
    assert len([name for name, needed in waits_for.items() if not needed]) == 10
    followers = [needed for needed in waits_for.values() if needed]
    assert len(followers) == len({name for needed in followers for name in needed}) == len(profiles) - 10


def test_endpoint_reads_its_artifact_and_nothing_else(templates: Synthesise) -> None:
    (role,) = of_type(templates("default")["Inference"], "AWS::IAM::Role").values()
    (read,) = [each for each in statements(role) if each["Action"] == "s3:GetObject"]
    assert "*" not in json.dumps(read["Resource"])


def test_budget_tells_the_topic(templates: Synthesise) -> None:
    template = templates("default")["Budget"]
    budget = only(template, "AWS::Budgets::Budget")
    assert "BudgetName" not in budget["Budget"]
    assert {each["Notification"]["Threshold"] for each in budget["NotificationsWithSubscribers"]} == {50, 80, 100}
    assert {each["Subscribers"][0]["SubscriptionType"] for each in budget["NotificationsWithSubscribers"]} == {"SNS"}


def test_log_bucket_admits_three_services_for_this_account(templates: Synthesise) -> None:
    template = templates("default")["Audit"]
    statements_ = only(template, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    writers = {
        each["Principal"]["Service"]: each
        for each in statements_
        if each["Effect"] == "Allow" and each["Action"] == "s3:PutObject"
    }
    assert set(writers) == {"logging.s3.amazonaws.com", "cloudtrail.amazonaws.com", "bedrock.amazonaws.com"}
    for each in writers.values():
        assert each["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
        assert "aws:SourceArn" in each["Condition"]["ArnLike"]


def test_trail_records_documents(templates: Synthesise) -> None:
    trail = only(templates("default")["Trail"], "AWS::CloudTrail::Trail")
    (selector,) = trail["EventSelectors"]
    assert selector["IncludeManagementEvents"] is True
    assert selector["DataResources"][0]["Type"] == "AWS::S3::Object"
    assert trail["EnableLogFileValidation"] is True

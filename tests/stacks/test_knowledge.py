"""Knowledge: the documents, their vectors, and what keeps them in step."""

import pytest

from stacks.common.functions import ROOT
from stacks.config import load_config
from tests.stacks.support import Synthesise, of_type, only, statements


def test_base_index_and_model_agree_on_the_dimensions(templates: Synthesise, preset: str) -> None:
    template = templates(preset)["Knowledge"]
    model = load_config(ROOT / "presets" / f"{preset}.toml").embedding_model
    vector = only(template, "AWS::Bedrock::KnowledgeBase")["KnowledgeBaseConfiguration"][
        "VectorKnowledgeBaseConfiguration"
    ]
    # Bedrock refuses the parameter for a model that makes vectors of one length only.
    embedding = vector.get("EmbeddingModelConfiguration", {}).get("BedrockEmbeddingModelConfiguration", {})
    wanted = model.dimensions if len(model.allowed_dimensions) > 1 else None
    assert embedding.get("Dimensions") == wanted
    assert model.id in str(vector["EmbeddingModelArn"])
    if preset == "opensearch":
        fields = only(template, "AWS::OpenSearchServerless::Index")["Mappings"]["Properties"]
        assert fields["vector"]["Dimension"] == model.dimensions
    else:
        assert only(template, "AWS::S3Vectors::Index")["Dimension"] == model.dimensions


def test_chunk_text_does_not_count_as_filterable_metadata(templates: Synthesise) -> None:
    index = only(templates("default")["Knowledge"], "AWS::S3Vectors::Index")
    keys = index["MetadataConfiguration"]["NonFilterableMetadataKeys"]
    assert {"AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"} <= set(keys)


def test_data_source_keeps_out_of_the_way_of_removal_and_reads_documents_only(
    templates: Synthesise, preset: str
) -> None:
    source = only(templates(preset)["Knowledge"], "AWS::Bedrock::DataSource")
    assert source["DataDeletionPolicy"] == "RETAIN"
    assert source["DataSourceConfiguration"]["S3Configuration"]["InclusionPrefixes"] == ["docs/"]
    chunks = source["VectorIngestionConfiguration"]["ChunkingConfiguration"]["FixedSizeChunkingConfiguration"]
    assert chunks["MaxTokens"] <= 300


def test_documents_bucket_is_versioned_logged_and_announces_changes(templates: Synthesise) -> None:
    bucket = next(
        each
        for each in of_type(templates("default")["Knowledge"], "AWS::S3::Bucket").values()
        if "LoggingConfiguration" in each
    )
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_changes_are_debounced_retried_and_kept(templates: Synthesise) -> None:
    template = templates("default")["Knowledge"]
    mapping = only(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["MaximumBatchingWindowInSeconds"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queues = of_type(template, "AWS::SQS::Queue")
    (changes,) = [queue for queue in queues.values() if "RedrivePolicy" in queue]
    (dead_letters,) = [name for name, queue in queues.items() if "RedrivePolicy" not in queue]
    assert changes["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [dead_letters, "Arn"]}
    sync = next(
        each for each in of_type(template, "AWS::Lambda::Function").values() if "knowledge_sync" in each["Handler"]
    )
    assert changes["VisibilityTimeout"] >= 6 * sync["Timeout"]
    alarm = only(template, "AWS::CloudWatch::Alarm")
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": [dead_letters, "QueueName"]}
    assert alarm["AlarmActions"]


def test_only_changes_of_documents_start_an_ingestion(templates: Synthesise) -> None:
    pattern = only(templates("default")["Knowledge"], "AWS::Events::Rule")["EventPattern"]
    assert pattern["detail-type"] == ["Object Created", "Object Deleted"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "docs/"}]


def test_a_new_data_source_is_filled_with_what_is_in_the_bucket(templates: Synthesise, preset: str) -> None:
    template = templates(preset)["Knowledge"]
    (source,) = of_type(template, "AWS::Bedrock::DataSource")
    fill = only(template, "Custom::FillKnowledgeBase")
    assert fill["DataSourceId"] == {"Fn::GetAtt": [source, "DataSourceId"]}
    (function,) = [
        name for name, each in of_type(template, "AWS::Lambda::Function").items() if "knowledge_sync" in each["Handler"]
    ]
    assert fill["ServiceToken"] == {"Fn::GetAtt": [function, "Arn"]}


def test_upload_removes_nothing_and_listens_first(templates: Synthesise) -> None:
    template = templates("default")["Knowledge"]
    ((_, upload),) = [
        item for item in template["Resources"].items() if item[1]["Type"] == "Custom::CDKBucketDeployment"
    ]
    assert upload["Properties"]["Prune"] is False
    assert upload["Properties"]["DestinationBucketKeyPrefix"] == "docs/"
    waits_for = {template["Resources"][name]["Type"] for name in upload["DependsOn"]}
    assert {"AWS::Events::Rule", "AWS::Lambda::EventSourceMapping", "AWS::S3::BucketPolicy"} <= waits_for


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:DeleteObject", "s3:*", "bedrock:*", "s3vectors:*"])
def test_the_knowledge_base_does_not_write_documents(templates: Synthesise, preset: str, action: str) -> None:
    roles = of_type(templates(preset)["Knowledge"], "AWS::IAM::Role")
    (role,) = [each for name, each in roles.items() if name.startswith("KnowledgeBaseRole")]
    granted = {str(each) for statement in statements(role) for each in _listed(statement["Action"])}
    assert action not in granted


def test_opensearch_scales_to_zero_and_admits_two(templates: Synthesise) -> None:
    template = templates("opensearch")["Knowledge"]
    group = only(template, "AWS::OpenSearchServerless::CollectionGroup")
    assert (group["Generation"], group["StandbyReplicas"]) == ("NEXTGEN", "ENABLED")
    assert only(template, "AWS::OpenSearchServerless::Collection")["StandbyReplicas"] == "ENABLED"
    index = only(template, "AWS::OpenSearchServerless::Index")
    assert index["Settings"]["Index"]["Knn"] is True
    assert "Engine" not in index["Mappings"]["Properties"]["vector"]["Method"]
    assert group["CapacityLimits"]["MinIndexingCapacityInOcu"] == group["CapacityLimits"]["MinSearchCapacityInOcu"] == 0
    policy = only(template, "AWS::OpenSearchServerless::AccessPolicy")["Policy"]
    assert "cfn-exec-role" in str(policy)
    assert "aoss:CreateCollectionItems" in str(policy)
    assert str(policy).count("Principal") == 1
    assert of_type(template, "AWS::S3Vectors::Index") == {}


def test_opensearch_gives_aws_time(templates: Synthesise) -> None:
    resources = templates("opensearch")["Knowledge"]["Resources"]

    def needs(name: str) -> set[str]:
        return {resources[each]["Type"] for each in resources[name].get("DependsOn", [])}

    def waits_behind(kind: str) -> set[str]:
        [name] = [name for name, each in resources.items() if each["Type"] == kind]
        waits = [each for each in resources[name]["DependsOn"] if resources[each]["Type"] == "Custom::Wait"]
        assert [each for each in waits if resources[each]["Properties"]["Seconds"] < 60] == []
        return {needed for each in waits for needed in needs(each)}

    assert "AWS::OpenSearchServerless::AccessPolicy" in waits_behind("AWS::OpenSearchServerless::Index")
    assert "AWS::OpenSearchServerless::Index" in waits_behind("AWS::Bedrock::KnowledgeBase")
    assert of_type(templates("default")["Knowledge"], "Custom::Wait") == {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]

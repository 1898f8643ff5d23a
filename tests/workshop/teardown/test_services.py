"""What each service asks for before it lets go of something; one test for each row of the catalog."""

import pytest

from local_aws.account.identity import Iam
from local_aws.account.network import Ec2
from local_aws.account.storage import S3
from local_aws.framework import Params, Request
from local_aws.services.agentcore.control import AgentCoreControl
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate, Faults, Killed, clean
from tests.workshop.teardown.furnish import (
    DOMAIN,
    feature_group,
    fill_bucket,
    held,
    knowledge_base,
    stack,
    studio,
)
from workshop.teardown.act.decide import State
from workshop.teardown.act.hands import LicensedHands
from workshop.teardown.aws import licence
from workshop.teardown.errors import StoppedError
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.kinds.hooks import empty_bucket
from workshop.teardown.observe.stacks import stack_of
from workshop.teardown.verify.report import after_run


def test_the_domain_takes_its_file_system_along(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "UserProfile", DOMAIN, "att-01", tags={})
    estate.plant("sagemaker", "Space", DOMAIN, "lab", tags={})
    estate.plant("sagemaker", "App", DOMAIN, "", "lab", "JupyterLab", "default", tags={})
    estate.plant("sagemaker", "App", DOMAIN, "att-01", "", "JupyterServer", "default", tags={})
    assert clean(estate.run())
    assert estate.changed("DeleteDomain") == [{"DomainId": DOMAIN, "RetentionPolicy": {"HomeEfsFileSystem": "Delete"}}]
    assert estate.changed("DeleteFileSystem") == [], "not behind the domain's back"
    assert estate.left() == []


def test_a_file_system_whose_domain_is_long_gone_goes_too(estate: Estate) -> None:
    studio(estate)
    assert clean_after_domain(estate)


def clean_after_domain(estate: Estate) -> bool:
    """Look while the domain lives, then let somebody delete it without its file system."""
    estate.engine().look(None)
    estate.standins.call("sagemaker", "DeleteDomain", DomainId=DOMAIN)
    estate.mutations.clear()
    done = clean(estate.run())
    assert estate.order("DeleteMountTarget", "DeleteFileSystem") == ["DeleteMountTarget", "DeleteFileSystem"]
    return done and estate.left() == []


def test_security_groups_that_name_each_other_go(estate: Estate) -> None:
    studio(estate)
    assert clean(estate.run())
    assert len(estate.changed("RevokeSecurityGroupIngress")) == 2
    assert not [name for name in estate.left() if "SecurityGroup" in name]


def test_a_locked_object_keeps_no_other(estate: Estate) -> None:
    estate.world.page_size = 2
    fill_bucket(estate, estate.plant("s3", "Bucket", "b").key[0], 9, 0, 1)
    s3 = estate.standins.the(S3)
    delete = s3.delete_objects

    def locked(call: Request) -> Params:
        asked = call.params["Delete"]["Objects"]
        call.params["Delete"] = {"Objects": [each for each in asked if each["Key"] != "docs/0"]}
        errors = [
            {"Key": "docs/0", "Code": "AccessDenied", "Message": "locked"} for each in asked if each["Key"] == "docs/0"
        ]
        return {**delete(call), "Errors": errors}

    s3.delete_objects = locked  # type: ignore[method-assign]
    engine = estate.run()
    (decision,) = [decision for _, decision in engine.decisions.values()]
    assert "AccessDenied: docs/0: locked" in decision.why
    assert [entry["Key"] for entry in s3.objects["b"]] == ["docs/0"]
    assert estate.changed("AbortMultipartUpload") != []
    assert estate.changed("DeleteBucket") == []


def _hands(estate: Estate, until: float = float("inf")) -> LicensedHands:
    engine = estate.engine()
    engine.look({"s3-bucket"})
    (bucket,) = [seen.item for seen in engine.inventory.of(Standing.OURS)]
    engine.aws.until = until
    return LicensedHands(engine.aws, bucket)


def test_versions_are_deleted_page_by_page_in_one_listing(estate: Estate) -> None:
    estate.world.page_size = 2
    fill_bucket(estate, estate.plant("s3", "Bucket", "b").key[0], 7, 2, 0)
    hands, seen = _hands(estate), list[str]()
    estate.world.before.append(lambda call: seen.append(call.operation))
    with licence(hands.item.kind.mutations()):
        assert empty_bucket(hands.item, hands)
    work = [name for name in seen if name in ("ListObjectVersions", "DeleteObjects")]
    assert work[:4] == ["ListObjectVersions", "DeleteObjects", "ListObjectVersions", "DeleteObjects"]
    assert work.count("ListObjectVersions") <= 6, "nothing is listed twice"


def test_emptying_a_bucket_ends_with_the_deadline_and_goes_on_later(estate: Estate) -> None:
    fill_bucket(estate, estate.plant("s3", "Bucket", "b").key[0], 7, 2, 0)
    hands = _hands(estate, until=estate.now)
    with licence(hands.item.kind.mutations()):
        assert not empty_bucket(hands.item, hands)
    assert estate.changed("DeleteObjects") == []
    assert clean(estate.run())


def test_an_interrupted_run_makes_no_further_call(estate: Estate) -> None:
    fill_bucket(estate, estate.plant("s3", "Bucket", "b").key[0], 7, 2, 0)
    hands = _hands(estate)
    hands.aws.halted.set()
    with licence(hands.item.kind.mutations()), pytest.raises(StoppedError, match="interrupted"):
        empty_bucket(hands.item, hands)
    assert estate.mutations == []


def test_a_failed_app_is_left_where_it_is(estate: Estate) -> None:
    studio(estate)
    app = estate.plant("sagemaker", "App", DOMAIN, "", "lab", "JupyterLab", "default", tags={}, Status="Failed")
    estate.own.remove(next(pair for pair in estate.own if pair[1] is app))
    estate.run()
    assert estate.changed("DeleteApp") == []


def test_a_data_source_does_not_need_its_vector_store(estate: Estate) -> None:
    knowledge_base(estate, "KBWORKSHOP")
    # The index is gone already, so deleting the vectors would fail: DELETE_UNSUCCESSFUL.
    estate.standins.call("s3vectors", "DeleteIndex", vectorBucketName="vectors-kbworkshop", indexName="docs")
    estate.mutations.clear()
    assert clean(estate.run())
    assert [call["dataDeletionPolicy"] for call in estate.changed("UpdateDataSource")] == ["RETAIN"]
    assert estate.left() == []


def test_the_update_of_a_data_source_repeats_what_it_was(estate: Estate) -> None:
    knowledge_base(estate, "KBWORKSHOP")
    estate.run()
    (update,) = estate.changed("UpdateDataSource")
    assert update["name"] == "documents"
    assert update["dataSourceConfiguration"]["s3Configuration"]["bucketArn"] == "arn:aws:s3:::documents-bucket"


def test_a_knowledge_base_goes_before_its_index(estate: Estate) -> None:
    knowledge_base(estate, "KBWORKSHOP")
    estate.run()
    wanted = ["DeleteDataSource", "DeleteKnowledgeBase", "DeleteIndex", "DeleteVectorBucket"]
    assert estate.order(*wanted) == wanted


def test_an_endpoint_is_gone_before_what_it_stands_on_goes(estate: Estate) -> None:
    estate.keep("iam", estate.standins.the(Iam).role("execution", f"/workshop/{WORKSHOP}/", OURS))
    estate.plant("sagemaker", "Model", "m")
    estate.plant("sagemaker", "EndpointConfig", "c")
    estate.plant("sagemaker", "Endpoint", "e")
    estate.plant("sagemaker", "MonitoringSchedule", "w", EndpointName="e")
    estate.plant("sagemaker", "InferenceComponent", "i", EndpointName="e")
    estate.world.delays = {"sagemaker.Endpoint.delete": 100.0}
    living: dict[str, list[str]] = {}
    for operation in ("DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel", "DeleteRole"):
        estate.before(operation, lambda call: living.update({call.operation: estate.left()}))
    assert clean(estate.run())
    assert {operation: len(names) for operation, names in living.items()} == {
        "DeleteEndpoint": 4, "DeleteEndpointConfig": 3, "DeleteModel": 2, "DeleteRole": 1,
    }  # fmt: skip


def test_running_things_are_stopped_before_they_are_deleted(estate: Estate) -> None:
    estate.world.delays = {"sagemaker.NotebookInstance.stop": 60.0, "sagemaker.TrainingJob.stop": 60.0}
    estate.plant("sagemaker", "NotebookInstance", "n", NotebookInstanceStatus="InService")
    estate.plant("sagemaker", "TrainingJob", "t", TrainingJobStatus="InProgress")
    estate.plant("sagemaker", "TrainingJob", "warm", WarmPoolStatus={"Status": "Available"})
    assert clean(estate.run())
    assert estate.order("StopNotebookInstance", "DeleteNotebookInstance") == [
        "StopNotebookInstance",
        "DeleteNotebookInstance",
    ]
    assert estate.order("StopTrainingJob", "UpdateTrainingJob") == ["StopTrainingJob", "UpdateTrainingJob"]
    assert estate.left() == []


def test_a_job_without_a_delete_operation_is_only_a_record(estate: Estate) -> None:
    job = estate.plant("sagemaker", "TransformJob", "t", TransformJobStatus="InProgress")
    estate.keep("iam", estate.standins.the(Iam).role("execution", f"/workshop/{WORKSHOP}/", OURS))
    engine = estate.run()
    assert clean(engine)
    assert [call["TransformJobName"] for call in estate.changed("StopTransformJob")] == ["t"]
    assert estate.left() == [f"sagemaker TransformJob {job.key[0]}"]
    assert [decision.state for _, decision in engine.decisions.values()] == [State.SETTLED]


def test_running_executions_are_stopped_before_their_pipeline_goes(estate: Estate) -> None:
    estate.plant("sagemaker", "Pipeline", "p")
    arn = f"arn:aws:sagemaker:us-east-1:{estate.world.account}:pipeline/p/execution/1"
    estate.plant("sagemaker", "PipelineExecution", arn, tags={}, PipelineName="p", PipelineExecutionStatus="Executing")
    estate.own.pop()
    estate.world.delays = {"sagemaker.PipelineExecution.stop": 30.0}
    assert clean(estate.run())
    assert estate.order("StopPipelineExecution", "DeletePipeline") == ["StopPipelineExecution", "DeletePipeline"]


def test_a_feature_groups_leftovers_go_and_its_neighbours_stay(estate: Estate) -> None:
    feature_group(estate, "ours")
    feature_group(estate, "theirs", own=False)
    assert clean(estate.run())
    keys = [entry["Key"] for entry in estate.standins.the(S3).objects["company-lake"]]
    assert "features/theirs-1795/data/part-0.parquet" in keys
    assert "features/ours-1795/data/part-0.parquet" not in keys
    assert "docs/0" in keys
    assert estate.harmed() == []
    assert estate.left() == []


def test_leftovers_are_found_by_a_later_run_too(estate: Estate) -> None:
    feature_group(estate, "ours")
    faults = Faults()

    def die(_: object) -> None:
        raise Killed

    estate.before("BatchDeleteTable", die)
    with pytest.raises(Killed):
        estate.run(faults)
    assert estate.left() == ["glue Table sagemaker_featurestore/ours"]
    assert clean(estate.run())
    assert estate.left() == []


def test_logs_that_come_back_are_deleted_again(estate: Estate) -> None:
    estate.plant("sagemaker", "Endpoint", "e")
    estate.plant("lambda", "Function", "f")
    estate.world.delays = {"sagemaker.Endpoint.delete": 40.0}
    assert clean(estate.run())
    names = [record.key[0] for _, record in estate.standins["logs"].records()]
    assert names == []


def test_a_log_group_older_than_its_endpoint_is_in_doubt(estate: Estate) -> None:
    group = estate.plant("logs", "LogGroup", "/aws/sagemaker/Endpoints/e", own=False)
    estate.sleep(3600)
    estate.plant("sagemaker", "Endpoint", "e")
    engine = estate.run()
    assert estate.harmed() == []
    assert not clean(engine)
    assert [seen.item.id for seen in engine.inventory.of(Standing.UNKNOWN)] == [group.key[0]]


def test_job_logs_in_a_shared_group_go_stream_by_stream(estate: Estate) -> None:
    estate.plant("logs", "LogGroup", "/aws/sagemaker/TrainingJobs", own=False)
    for job, own in (("ours", True), ("ours-not", False)):
        estate.plant("logs", "LogStream", "/aws/sagemaker/TrainingJobs", f"{job}/algo-1", own=own, tags={})
    estate.plant("sagemaker", "TrainingJob", "ours")
    assert clean(estate.run())
    assert (estate.left(), estate.harmed()) == ([], [])


def test_what_sagemaker_makes_by_itself_is_planned_at_the_first_look(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "TrainingJob", "fit")
    for name, own in (("fit-aws-training-job", True), ("fitter-aws-training-job", False)):
        estate.plant("sagemaker", "TrialComponent", name, own=own, tags={})
    estate.plant("logs", "LogGroup", "/aws/sagemaker/studio", own=False, tags={})
    for stream, own in ((f"{DOMAIN}/att-01/JupyterLab/default", True), ("d-ffffffffffff/att-01/x/default", False)):
        estate.plant("logs", "LogStream", "/aws/sagemaker/studio", stream, own=own, tags={})
    inventory, _ = estate.session().observe()
    ours = {seen.item.id for seen in inventory.of(Standing.OURS)}
    assert {"fit-aws-training-job", f"{DOMAIN}/att-01/JupyterLab/default"} <= ours
    assert clean(estate.run())
    assert (estate.left(), estate.harmed()) == ([], [])


def test_a_bucket_is_emptied_of_everything_and_shut(estate: Estate) -> None:
    bucket = estate.plant("s3", "Bucket", "b")
    estate.world.page_size = 2
    fill_bucket(estate, bucket.key[0], 5, 3, 2)
    estate.standins.the(S3).late["b"] = 2
    assert clean(estate.run())
    assert estate.left() == []
    assert estate.order("PutBucketPolicy", "DeleteObjects", "DeleteBucket")[0] == "PutBucketPolicy"


def test_the_account_wide_bucket_of_sagemaker_is_never_deleted(estate: Estate) -> None:
    name = f"sagemaker-us-east-1-{estate.world.account}"
    estate.plant("s3", "Bucket", name)
    s3 = estate.standins.the(S3)
    estate.plant("sagemaker", "TrainingJob", "ours")
    for key in ("ours/model.tar.gz", "ours-not/model.tar.gz", "theirs/model.tar.gz"):
        s3.put("us-east-1", name, key)
    estate.run()
    assert [entry["Key"] for entry in s3.objects[name]] == ["ours-not/model.tar.gz", "theirs/model.tar.gz"]
    assert estate.changed("DeleteBucket") == []


def test_a_runtime_keeps_its_default_endpoint_to_the_end(estate: Estate) -> None:
    service, name = AgentCoreControl.service, "rt-abcdefghij"
    estate.plant(service, "AgentRuntime", name)
    for endpoint in ("DEFAULT", "prod"):
        estate.plant(service, "AgentRuntimeEndpoint", name, endpoint, tags={})
    estate.plant(service, "WorkloadIdentity", "identity", linked=name)
    assert clean(estate.run())
    assert [call["endpointName"] for call in estate.changed("DeleteAgentRuntimeEndpoint")] == ["prod"]
    assert estate.changed("DeleteWorkloadIdentity") == []
    assert estate.left() == []


def test_an_agent_loses_its_aliases_first_but_not_the_test_alias(estate: Estate) -> None:
    estate.plant("bedrock-agent", "Agent", "AGENT00001", agentName="a")
    estate.plant("bedrock-agent", "AgentAlias", "AGENT00001", "ALIAS00001", tags={}, agentAliasName="live")
    estate.plant("bedrock-agent", "AgentAlias", "AGENT00001", "TSTALIASID", tags={}, agentAliasName="test")
    estate.own.pop()
    assert clean(estate.run())
    assert [call["agentAliasId"] for call in estate.changed("DeleteAgentAlias")] == ["ALIAS00001"]
    assert estate.left() == []


def test_a_key_is_scheduled_once_and_last(estate: Estate) -> None:
    key = estate.plant("kms", "Key", "k1")
    estate.plant("kms", "Alias", "alias/x", TargetKeyId=key.key[0], tags={})
    estate.plant("s3", "Bucket", "b")
    assert clean(estate.run())
    order = estate.order("DeleteBucket", "DeleteAlias", "ScheduleKeyDeletion")
    assert order == ["DeleteBucket", "DeleteAlias", "ScheduleKeyDeletion"]
    assert estate.changed("ScheduleKeyDeletion") == [{"KeyId": "k1", "PendingWindowInDays": 7}]


def test_an_interface_that_aws_holds_is_waited_for_and_never_detached(estate: Estate) -> None:
    studio(estate)
    estate.standins.the(Ec2).hold("us-east-1", "vpc-1", ["sg-infs-0a1b2c3d4e5f"], 500, "agentic_ai")
    assert clean(estate.run())
    assert estate.changed("DeleteNetworkInterface") == []
    assert estate.left() == []


def test_an_interface_that_is_never_released_ends_the_run_and_names_the_chain(estate: Estate) -> None:
    studio(estate)
    eni = estate.standins.the(Ec2).hold("us-east-1", "vpc-1", ["sg-infs-0a1b2c3d4e5f"], 8 * 3600, "agentic_ai")
    engine = estate.run()
    assert engine.stopped == "nothing moves any more"
    states = {seen.item.kind.name: decision for seen, decision in engine.decisions.values()}
    assert states["eni"].state is State.HELD
    assert eni.key[0] in states["vpc"].why


def test_a_package_without_a_group_is_found_and_versions_go_with_their_group(estate: Estate) -> None:
    package = f"arn:aws:sagemaker:us-east-1:{estate.world.account}:model-package"
    estate.plant("sagemaker", "ModelPackage", "", f"{package}/alone", ModelPackageName="alone")
    estate.plant("sagemaker", "ModelPackage", "", f"{package}/theirs", own=False, ModelPackageName="theirs")
    estate.plant("sagemaker", "ModelPackageGroup", "models")
    estate.plant("sagemaker", "ModelPackage", "models", f"{package}/models/1", tags={})
    assert clean(estate.run())
    assert (estate.left(), estate.harmed()) == ([], [])


def test_what_is_left_names_the_chain_down_to_what_is_wrong(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "UserProfile", DOMAIN, "att-01", tags={})
    estate.plant("sagemaker", "App", DOMAIN, "att-01", "", "JupyterServer", "default", tags={})
    stack(estate, held("vpc-1", "AWS::EC2::VPC", "ec2", "DeleteVpc", VpcId="vpc-1"))
    estate.refuse("DeleteApp", "AccessDeniedException")
    left = {each.kind: each.why for each in after_run(estate.run(), estate.place)}
    wrong = "delete_app: AccessDeniedException: DeleteApp is refused by the test."
    assert left["sm-app"] == f"failed - {wrong}"
    assert left["sm-domain"] == f"blocked - waits for sm-app default - {wrong}"
    assert left["vpc"].startswith(f"left to its stack - waits for cfn-stack {WORKSHOP}-Studio <- ")
    assert left["vpc"].endswith(f" <- sm-domain {DOMAIN} <- sm-app default - {wrong}")


def test_the_stack_goes_after_what_attendees_made_in_it(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "App", DOMAIN, "", "lab", "JupyterLab", "default", tags={})
    estate.plant("sagemaker", "Endpoint", "attendees")
    stack(
        estate,
        held(DOMAIN, "AWS::SageMaker::Domain", "sagemaker", "DeleteDomain", DomainId=DOMAIN),
        held("vpc-1", "AWS::EC2::VPC", "ec2", "DeleteVpc", VpcId="vpc-1"),
    )
    assert clean(estate.run())
    assert estate.order("DeleteApp", "DeleteEndpoint", "DeleteDomain", "DeleteStack")[-1] == "DeleteStack"
    assert estate.changed("DeleteVpc") == [], "left to the stack"
    assert estate.left() == []


def test_a_profile_is_left_to_its_stack(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "UserProfile", DOMAIN, "att-01", tags={})
    # CloudFormation names it by both keys, the profile's first.
    stack(estate, held(f"att-01|{DOMAIN}", "AWS::SageMaker::UserProfile"))
    inventory, stacks = estate.session().observe()
    (profile,) = (seen.item for seen in inventory.everything() if seen.item.kind.name == "sm-user-profile")
    assert stack_of(stacks.holder(profile)) == f"{WORKSHOP}-Studio"


def test_what_a_stack_cannot_delete_is_handed_back(estate: Estate) -> None:
    bucket = estate.plant("s3", "Bucket", "documents")
    fill_bucket(estate, bucket.key[0], 3, 0, 1)
    stack(estate, held("documents", "AWS::S3::Bucket", "s3", "DeleteBucket", Bucket="documents"))
    assert clean(estate.run())
    assert estate.order("DeleteStack", "DeleteBucket") == ["DeleteStack", "DeleteBucket", "DeleteStack"]
    assert estate.left() == []


def test_a_bucket_whose_policy_hides_its_tags_goes_with_its_stack(estate: Estate) -> None:
    # The documents bucket lets in nobody but those in its policy, and teardown is not among them.
    estate.plant("s3", "Bucket", "documents")
    stack(estate, held("documents", "AWS::S3::Bucket", "s3", "DeleteBucket", Bucket="documents"))
    estate.refuse("GetBucketTagging", "AccessDenied", Bucket="documents")
    assert clean(estate.run())
    assert estate.changed("PutBucketPolicy") == []
    assert estate.left() == []


def test_stacks_go_in_the_reverse_order_of_their_making(estate: Estate) -> None:
    for name in ("Audit", "Knowledge", "Studio"):
        stack(estate, name=name)
        estate.sleep(60)
    estate.world.delays = {"cloudformation.Stack.delete": 100.0}
    assert clean(estate.run())
    gone = [str(call["StackName"]).split("/")[1] for call in estate.changed("DeleteStack")]
    assert gone == [f"{WORKSHOP}-{name}" for name in ("Studio", "Knowledge", "Audit")]


def test_termination_protection_is_lifted_only_when_asked_for(estate: Estate) -> None:
    stack(estate)
    estate.own[-1][1].members["EnableTerminationProtection"] = True
    engine = estate.run()
    assert estate.changed("DeleteStack") == []
    (decision,) = [decision for _, decision in engine.decisions.values()]
    assert "--unprotect-stacks" in decision.why

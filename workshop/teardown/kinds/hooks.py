"""What takes more than one call before a resource can go. Each hook may run any number of times.

A hook returns True when the deletion may follow, False when something has to finish first.
"""

from typing import Any

from workshop.teardown.errors import ProtectedError
from workshop.teardown.kinds.kind import Hands, Item

_MOST_RUNS = 25


def stop_experiment(item: Item, hands: Hands) -> bool:
    """A running experiment is stopped with its variants left as they are."""
    if item.status != "Running":
        return True
    variants = hands.pages("describe_inference_experiment", "ModelVariants", Name=item.id)
    actions = {variant["ModelName"]: "Retain" for variant in variants}
    hands.call("stop_inference_experiment", Name=item.id, ModelVariantActions=actions)
    return False


def release_warm_pool(item: Item, hands: Hands) -> bool:
    """A training job with instances kept warm cannot be deleted, and bills."""
    if item.data.get("WarmPoolStatus", {}).get("Status") != "Available":
        return True
    hands.call("update_training_job", TrainingJobName=item.id, ResourceConfig={"KeepAlivePeriodInSeconds": 0})
    return False


def leave_trials(item: Item, hands: Hands) -> bool:
    """A component can be deleted when no trial holds it."""
    for trial in hands.pages("list_trials", "TrialSummaries", TrialComponentName=item.id):
        hands.call("disassociate_trial_component", TrialComponentName=item.id, TrialName=trial["TrialName"])
    return True


def cut_lineage(item: Item, hands: Hands) -> bool:
    """A lineage entity can be deleted when no edge touches it."""
    for end in ("SourceArn", "DestinationArn"):
        for edge in hands.pages("list_associations", "AssociationSummaries", **{end: item.arn}):
            hands.call("delete_association", SourceArn=edge["SourceArn"], DestinationArn=edge["DestinationArn"])
    return True


def dismiss_collaborators(item: Item, hands: Hands) -> bool:
    """An agent lets go of its collaborators before it goes."""
    found = hands.pages("list_agent_collaborators", "agentCollaboratorSummaries", agentId=item.id, agentVersion="DRAFT")
    for entry in found:
        hands.call(
            "disassociate_agent_collaborator",
            agentId=item.id,
            agentVersion="DRAFT",
            collaboratorId=entry["collaboratorId"],
        )
    return True


def retain_vectors(item: Item, hands: Hands) -> bool:
    """Deletion of a data source must not need the vector store: with RETAIN it does not."""
    names = {"knowledgeBaseId": item.data["knowledgeBaseId"], "dataSourceId": item.id}
    source = hands.call("get_data_source", **names)["dataSource"]
    if source.get("dataDeletionPolicy") == "RETAIN":
        return True
    kept = ("name", "description", "dataSourceConfiguration", "serverSideEncryptionConfiguration",
            "vectorIngestionConfiguration")  # fmt: skip
    echo = {name: source[name] for name in kept if source.get(name) is not None}
    hands.call("update_data_source", **names, **echo, dataDeletionPolicy="RETAIN")
    return True


def drop_vector_policy(item: Item, hands: Hands) -> bool:
    """The bucket's policy goes first; there may be none."""
    if hands.exists("get_vector_bucket_policy", vectorBucketName=item.id):
        hands.call("delete_vector_bucket_policy", vectorBucketName=item.id)
    return True


def empty_bucket(item: Item, hands: Hands) -> bool:
    """Shut writers out, then remove every version, delete marker and unfinished upload."""
    deny = (
        '{"Version":"2012-10-17","Statement":[{"Sid":"TeardownNoMoreWrites","Effect":"Deny","Principal":"*",'
        f'"Action":"s3:PutObject","Resource":"arn:aws:s3:::{item.id}/*"}}]}}'
    )
    hands.call("put_bucket_policy", Bucket=item.id, Policy=deny)
    return _empty(hands, item.id, "")


def empty_prefix(item: Item, hands: Hands) -> bool:
    """Remove what lies under one prefix of a bucket that stays."""
    return _empty(hands, item.data["Bucket"], item.data["Prefix"])


def _empty(hands: Hands, bucket: str, prefix: str) -> bool:
    """One listing, deleted page by page: what cannot be deleted keeps nothing else, and is said at the end."""
    where = {"Bucket": bucket, "Prefix": prefix}
    gone, refused = 0, list[Any]()
    for page in hands.answers("list_object_versions", **where):
        if hands.out_of_time():
            return False
        found = [entry for member in ("Versions", "DeleteMarkers") for entry in page.get(member, ())]
        if not found:
            continue
        objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in found]
        answer = hands.call("delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        # The call succeeds even if single objects could not be deleted.
        errors = answer.get("Errors", [])
        gone += len(objects) - len(errors)
        refused = [*refused, *errors][:1]
        hands.tell(f"{bucket}: {gone} versions deleted")
    for page in hands.answers("list_multipart_uploads", **where):
        for upload in page.get("Uploads", ()):
            hands.call("abort_multipart_upload", Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for error in refused:
        hands.fail("delete_objects", error.get("Code", ""), f"{error.get('Key')}: {error.get('Message', '')}")
    return True


def stop_runs(item: Item, hands: Hands) -> bool:
    """A job's runs go on, and are billed, without their job."""
    runs = hands.pages("get_job_runs", "JobRuns", JobName=item.id)
    going = [run["Id"] for run in runs if run.get("JobRunState") in ("STARTING", "RUNNING", "WAITING")]
    for start in range(0, len(going), _MOST_RUNS):
        hands.call("batch_stop_job_run", JobName=item.id, JobRunIds=going[start : start + _MOST_RUNS])
    return not going


def database_is_empty(item: Item, hands: Hands) -> bool:
    """Deleting a database takes its tables along, whoever made them."""
    return not hands.pages("get_tables", "TableList", DatabaseName=item.id)


def unprotect_pool(item: Item, hands: Hands) -> bool:
    """Deletion protection of a user pool is switched off."""
    pool = hands.call("describe_user_pool", UserPoolId=item.id)["UserPool"]
    if pool.get("DeletionProtection") == "ACTIVE":
        hands.call("update_user_pool", UserPoolId=item.id, DeletionProtection="INACTIVE")
    return True


def retire_distribution(item: Item, hands: Hands) -> bool:
    """Disable, wait until that is deployed everywhere, delete."""
    answer = hands.call("get_distribution_config", Id=item.id)
    if answer["DistributionConfig"]["Enabled"]:
        config = {**answer["DistributionConfig"], "Enabled": False}
        hands.call("update_distribution", Id=item.id, IfMatch=answer["ETag"], DistributionConfig=config)
        return False
    if item.status != "Deployed":
        return False
    hands.call("delete_distribution", Id=item.id, IfMatch=answer["ETag"])
    return True


def remove_targets(item: Item, hands: Hands) -> bool:
    """A rule with targets cannot be deleted."""
    targets = [target["Id"] for target in hands.pages("list_targets_by_rule", "Targets", Rule=item.id)]
    if targets:
        hands.call("remove_targets", Rule=item.id, Ids=targets)
    return True


def revoke_rules(item: Item, hands: Hands) -> bool:
    """Two groups that name each other cannot be deleted until neither does."""
    for group in hands.pages("describe_security_groups", "SecurityGroups", GroupIds=[item.id]):
        if group.get("IpPermissions"):
            hands.call("revoke_security_group_ingress", GroupId=item.id, IpPermissions=group["IpPermissions"])
        if group.get("IpPermissionsEgress"):
            hands.call("revoke_security_group_egress", GroupId=item.id, IpPermissions=group["IpPermissionsEgress"])
    return True


def strip_role(item: Item, hands: Hands) -> bool:
    """A role with policies or in an instance profile cannot be deleted."""
    for policy in hands.pages("list_attached_role_policies", "AttachedPolicies", RoleName=item.id):
        hands.call("detach_role_policy", RoleName=item.id, PolicyArn=policy["PolicyArn"])
    for name in hands.pages("list_role_policies", "PolicyNames", RoleName=item.id):
        hands.call("delete_role_policy", RoleName=item.id, PolicyName=name)
    for profile in hands.pages("list_instance_profiles_for_role", "InstanceProfiles", RoleName=item.id):
        name = profile["InstanceProfileName"]
        hands.call("remove_role_from_instance_profile", RoleName=item.id, InstanceProfileName=name)
    return True


def drop_versions(item: Item, hands: Hands) -> bool:
    """All versions but the default one go before the policy. It is not detached from roles that are not ours."""
    for version in hands.pages("list_policy_versions", "Versions", PolicyArn=item.arn):
        if not version["IsDefaultVersion"]:
            hands.call("delete_policy_version", PolicyArn=item.arn, VersionId=version["VersionId"])
    return True


def stack_may_go(item: Item, hands: Hands) -> bool:
    """Termination protection is somebody's word; it is lifted only when asked for."""
    if not item.data.get("EnableTerminationProtection"):
        return True
    if not hands.unprotect_stacks:
        raise ProtectedError("the stack has termination protection; pass --unprotect-stacks to lift it")
    hands.call("update_termination_protection", StackName=item.arn, EnableTerminationProtection=False)
    return True

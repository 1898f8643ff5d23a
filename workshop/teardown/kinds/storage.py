"""Where data lies: vectors, search collections, buckets, tables, secrets, file systems of Studio."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Child, Cost, Describe, Inline, Kind, Lister, Managed, Named, Tagged, call
from workshop.teardown.kinds.tags import RESOURCE_ARN, RESOURCE_ARN_CAPITAL

_AOSS = "arn:aws:aoss:{region}:{account}"
_EFS = "arn:aws:elasticfilesystem:{region}:{account}"

KINDS = (
    Kind(
        name="s3v-index", service="s3vectors", id="indexName", arn="indexArn", created="creationTime",
        find=Lister("list_indexes", "indexes", {"vectorBucketName": "{id}"}, parent="s3v-bucket"), proofs=(Child(),),
        describe=Describe(call("get_index", indexArn="{arn}"), "index"), delete=call("delete_index", indexArn="{arn}"),
        after=("br-kb",), cost=Cost.STORED, cfn="AWS::S3Vectors::Index",
    ),
    Kind(
        name="s3v-bucket", service="s3vectors", find=Lister("list_vector_buckets", "vectorBuckets"),
        id="vectorBucketName", arn="vectorBucketArn", created="creationTime", proofs=(RESOURCE_ARN,),
        describe=Describe(call("get_vector_bucket", vectorBucketName="{id}"), "vectorBucket"),
        delete=call("delete_vector_bucket", vectorBucketName="{id}"), after=("s3v-index", "br-kb"), cost=Cost.STORED,
        prepare=hooks.drop_vector_policy, uses=("delete_vector_bucket_policy",), cfn="AWS::S3Vectors::VectorBucket",
    ),
    Kind(
        # Capacity units are billed by the hour: outside of a group that scales to zero, at least one at all times.
        name="aoss-collection", service="opensearchserverless", find=Lister("list_collections", "collectionSummaries"),
        id="id", arn="arn", status="status", proofs=(RESOURCE_ARN,), cost=Cost.HOURLY,
        price="OpenSearch Serverless OCU",
        describe=Describe(call("batch_get_collection", ids=["{id}"]), "collectionDetails"),
        delete=call("delete_collection", id="{id}"), after=("br-kb",), cfn="AWS::OpenSearchServerless::Collection",
    ),
    Kind(
        name="aoss-collection-group", service="opensearchserverless", id="id", arn="arn", created="createdDate",
        find=Lister("list_collection_groups", "collectionGroupSummaries"), proofs=(RESOURCE_ARN,), cost=Cost.HOURLY,
        describe=Describe(call("batch_get_collection_group", ids=["{id}"]), "collectionGroupDetails"),
        delete=call("delete_collection_group", id="{id}"), after=("aoss-collection",),
        price="OpenSearch Serverless OCU", cfn="AWS::OpenSearchServerless::CollectionGroup",
    ),
    Kind(
        # Policies cannot be tagged and attendees cannot create any: the name is the proof.
        name="aoss-access-policy", service="opensearchserverless", id="name",
        arn=_AOSS + ":access-policy/{type}/{name}",
        find=Lister("list_access_policies", "accessPolicySummaries", {"type": "data"}), created="createdDate",
        describe=Describe(call("get_access_policy", type="{type}", name="{id}"), "accessPolicyDetail"),
        proofs=(Named(),), delete=call("delete_access_policy", type="{type}", name="{id}"), after=("aoss-collection",),
        cfn="AWS::OpenSearchServerless::AccessPolicy",
    ),
    Kind(
        name="aoss-security-policy", service="opensearchserverless", id="name",
        arn=_AOSS + ":security-policy/{type}/{name}", created="createdDate", proofs=(Named(),),
        find=Lister("list_security_policies", "securityPolicySummaries",
                    each=({"type": "encryption"}, {"type": "network"})),
        describe=Describe(call("get_security_policy", type="{type}", name="{id}"), "securityPolicyDetail"),
        delete=call("delete_security_policy", type="{type}", name="{id}"), after=("aoss-collection",),
        cfn="AWS::OpenSearchServerless::SecurityPolicy",
    ),
    Kind(
        name="aoss-vpc-endpoint", service="opensearchserverless", id="id", arn=_AOSS + ":vpc-endpoint/{id}",
        find=Lister("list_vpc_endpoints", "vpcEndpointSummaries"), status="status", proofs=(Named(),),
        describe=Describe(call("batch_get_vpc_endpoint", ids=["{id}"]), "vpcEndpointDetails"), cost=Cost.HOURLY,
        delete=call("delete_vpc_endpoint", id="{id}"), after=("aoss-collection",),
        cfn="AWS::OpenSearchServerless::VpcEndpoint",
    ),
    Kind(
        # Writers are shut out first: a log that arrives between emptying and deleting makes the deletion fail.
        name="s3-bucket", service="s3", find=Lister("list_buckets", "Buckets", {"BucketRegion": "{region}"}), id="Name",
        arn="arn:aws:s3:::{Name}", created="CreationDate", proofs=(
            Tagged(call("get_bucket_tagging", Bucket="{id}"), "TagSet", absent=("NoSuchTagSet",)),),
        describe=Describe(call("head_bucket", Bucket="{id}")), prepare=hooks.empty_bucket,
        uses=("put_bucket_policy", "delete_objects", "abort_multipart_upload"), cost=Cost.STORED,
        delete=call("delete_bucket", Bucket="{id}"), cfn="AWS::S3::Bucket",
        after=("br-*", "sm-*", "ac-*", "cf-distribution", "trail", "athena-workgroup", "sfn", "codebuild-project",
               "cfn-stack"),
    ),
    Kind(
        # What our jobs wrote into a bucket that is not ours. The bucket itself is never touched.
        name="s3-prefix", service="s3", id="claim", arn="arn:aws:s3:::{Bucket}/{Prefix}", proofs=(),
        claim=r"s3://(?P<Bucket>[^/]+)/(?P<Prefix>.*[^/]/)", cost=Cost.STORED,
        find=Lister("list_object_versions", "Versions", {"Bucket": "{Bucket}", "Prefix": "{Prefix}"}, once=True,
                    container="Bucket"),
        prepare=hooks.empty_prefix, uses=("delete_objects", "abort_multipart_upload"), after=("sm-*",),
    ),
    Kind(
        # Shared by name with every other feature store of the account, so only claimed tables go, one by one.
        name="glue-table", service="glue", id="claim", arn="arn:aws:glue:{region}:{account}:table/{claim}", proofs=(),
        find=Lister("get_table", "Table", {"DatabaseName": "{Database}", "Name": "{Table}"}),
        claim=r"(?P<Database>[^/]+)/(?P<Table>[^/]+)",
        created="CreateTime",
        describe=Describe(call("get_table", DatabaseName="{DatabaseName}", Name="{Name}"), "Table"),
        delete=call("batch_delete_table", DatabaseName="{DatabaseName}", TablesToDelete=["{Name}"]),
        after=("sm-feature-group",), cfn="AWS::Glue::Table",
    ),
    Kind(
        name="glue-crawler", service="glue", find=Lister("get_crawlers", "Crawlers"), id="Name",
        arn="arn:aws:glue:{region}:{account}:crawler/{Name}", created="CreationTime", status="State",
        proofs=(Tagged(call("get_tags", ResourceArn="{arn}"), "Tags"),), busy_on=("CrawlerRunningException",),
        describe=Describe(call("get_crawler", Name="{id}"), "Crawler"), running=("RUNNING",),
        stop=call("stop_crawler", Name="{id}"), delete=call("delete_crawler", Name="{id}"), cost=Cost.HOURLY,
        cfn="AWS::Glue::Crawler",
    ),
    Kind(
        # Its runs end with it or by themselves; until they are stopped, they are billed.
        name="glue-job", service="glue", find=Lister("get_jobs", "Jobs"), id="Name",
        arn="arn:aws:glue:{region}:{account}:job/{Name}", created="CreatedOn",
        proofs=(Tagged(call("get_tags", ResourceArn="{arn}"), "Tags"),), cost=Cost.HOURLY,
        describe=Describe(call("get_job", JobName="{id}"), "Job"), prepare=hooks.stop_runs,
        uses=("batch_stop_job_run",), delete=call("delete_job", JobName="{id}"), cfn="AWS::Glue::Job",
    ),
    Kind(
        name="glue-database", service="glue", find=Lister("get_databases", "DatabaseList"), id="Name",
        arn="arn:aws:glue:{region}:{account}:database/{Name}", created="CreateTime", proofs=(Named(),),
        describe=Describe(call("get_database", Name="{id}"), "Database"), prepare=hooks.database_is_empty,
        delete=call("delete_database", Name="{id}"), after=("glue-table", "sm-feature-group", "glue-crawler"),
        cfn="AWS::Glue::Database",
    ),
    Kind(
        name="athena-workgroup", service="athena", find=Lister("list_work_groups", "WorkGroups"), id="Name",
        arn="arn:aws:athena:{region}:{account}:workgroup/{Name}", created="CreationTime", skip=("primary",),
        proofs=(RESOURCE_ARN_CAPITAL,), describe=Describe(call("get_work_group", WorkGroup="{id}"), "WorkGroup"),
        delete=call("delete_work_group", WorkGroup="{id}", RecursiveDeleteOption=True), cfn="AWS::Athena::WorkGroup",
    ),
    Kind(
        name="dynamodb-table", service="dynamodb", find=Lister("list_tables", "TableNames"), id="id",
        arn="arn:aws:dynamodb:{region}:{account}:table/{id}", after=("lambda-function",), cost=Cost.STORED,
        proofs=(Tagged(call("list_tags_of_resource", ResourceArn="{arn}"), "Tags"),), cfn="AWS::DynamoDB::GlobalTable",
        describe=Describe(call("describe_table", TableName="{id}"), "Table"),
        delete=call("delete_table", TableName="{id}"), status="describe:TableStatus",
    ),
    Kind(
        name="secret", service="secretsmanager", find=Lister("list_secrets", "SecretList"), id="Name", arn="ARN",
        created="CreatedDate", proofs=(Inline("Tags"),), describe=Describe(call("describe_secret", SecretId="{arn}")),
        delete=call("delete_secret", SecretId="{arn}", ForceDeleteWithoutRecovery=True), cost=Cost.STORED,
        after=("ac-apikey-provider", "ac-oauth2-provider"), cfn="AWS::SecretsManager::Secret",
    ),
    Kind(
        name="efs-access-point", service="efs", id="AccessPointId", arn="AccessPointArn", status="LifeCycleState",
        find=Lister("describe_access_points", "AccessPoints", {"FileSystemId": "{id}"}, parent="efs"),
        describe=Describe(call("describe_access_points", AccessPointId="{id}"), "AccessPoints"), proofs=(Child(),),
        delete=call("delete_access_point", AccessPointId="{id}"), after=("sm-domain",), cfn="AWS::EFS::AccessPoint",
    ),
    Kind(
        name="efs-mount-target", service="efs", id="MountTargetId", arn=_EFS + ":mount-target/{MountTargetId}",
        find=Lister("describe_mount_targets", "MountTargets", {"FileSystemId": "{id}"}, parent="efs"),
        status="LifeCycleState", proofs=(Child(),), after=("sm-domain",), cfn="AWS::EFS::MountTarget",
        describe=Describe(call("describe_mount_targets", MountTargetId="{id}"), "MountTargets"),
        delete=call("delete_mount_target", MountTargetId="{id}"),
    ),
    Kind(
        # Studio's home directories; deleted before their domain, the domain could not be deleted any more.
        name="efs", service="efs", find=Lister("describe_file_systems", "FileSystems"), id="FileSystemId",
        arn="FileSystemArn", created="CreationTime", status="LifeCycleState", proofs=(Inline("Tags"), Managed()),
        describe=Describe(call("describe_file_systems", FileSystemId="{id}"), "FileSystems"), cost=Cost.STORED,
        delete=call("delete_file_system", FileSystemId="{id}"), cfn="AWS::EFS::FileSystem",
        after=("sm-domain", "efs-mount-target", "efs-access-point"),
    ),
)

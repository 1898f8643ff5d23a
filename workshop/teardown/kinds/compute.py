"""What runs code, and what starts it."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Child, Cost, Describe, Inline, Kind, Lister, Tagged, Trace, call
from workshop.teardown.kinds.tags import RESOURCE_ARN, RESOURCE_ARN_CAPITAL, RESOURCE_ARN_PASCAL

KINDS = (
    Kind(
        name="lambda-function", service="lambda", find=Lister("list_functions", "Functions"), id="FunctionName",
        arn="FunctionArn", proofs=(Tagged(call("list_tags", Resource="{arn}"), "Tags"),),
        describe=Describe(call("get_function_configuration", FunctionName="{id}")),
        delete=call("delete_function", FunctionName="{id}"),
        after=("br-agent", "ac-gateway-target", "eventbridge-rule"),
        leaves_behind=(Trace("log-group", "/aws/lambda/{id}"),), cfn="AWS::Lambda::Function",
    ),
    Kind(
        name="ecr-repository", service="ecr", find=Lister("describe_repositories", "repositories"), id="repositoryName",
        arn="repositoryArn", created="createdAt", proofs=(RESOURCE_ARN,), cost=Cost.STORED,
        describe=Describe(call("describe_repositories", repositoryNames=["{id}"]), "repositories"),
        delete=call("delete_repository", repositoryName="{id}", force=True),
        after=("sm-model", "ac-runtime", "sm-image"),
        cfn="AWS::ECR::Repository",
    ),
    Kind(
        name="codebuild-project", service="codebuild", find=Lister("list_projects", "projects"), id="id",
        arn="arn:aws:codebuild:{region}:{account}:project/{id}", cfn="AWS::CodeBuild::Project",
        proofs=(Tagged(call("batch_get_projects", names=["{id}"]), "projects.0.tags"),),
        describe=Describe(call("batch_get_projects", names=["{id}"]), "projects"),
        delete=call("delete_project", name="{id}"), leaves_behind=(Trace("log-group", "/aws/codebuild/{id}"),),
    ),
    Kind(
        name="cognito-domain", service="cognito-idp", id="Domain", proofs=(Child(),),
        find=Lister("describe_user_pool", "UserPool", {"UserPoolId": "{id}"}, parent="cognito-pool"),
        arn="arn:aws:cognito-idp:{region}:{account}:domain/{Domain}", cfn="AWS::Cognito::UserPoolDomain",
        describe=Describe(call("describe_user_pool_domain", Domain="{id}"), "DomainDescription"),
        delete=call("delete_user_pool_domain", Domain="{id}", UserPoolId="{parent}"),
    ),
    Kind(
        name="cognito-pool", service="cognito-idp", find=Lister("list_user_pools", "UserPools", {"MaxResults": 60}),
        id="Id", arn="arn:aws:cognito-idp:{region}:{account}:userpool/{Id}", created="CreationDate",
        proofs=(RESOURCE_ARN_PASCAL,), describe=Describe(call("describe_user_pool", UserPoolId="{id}"), "UserPool"),
        prepare=hooks.unprotect_pool, uses=("update_user_pool",), after=("cognito-domain", "ac-gateway"),
        delete=call("delete_user_pool", UserPoolId="{id}"), cfn="AWS::Cognito::UserPool",
    ),
    Kind(
        name="rest-api", service="apigateway", find=Lister("get_rest_apis", "items"), id="id", created="createdDate",
        arn="arn:aws:apigateway:{region}::/restapis/{id}", proofs=(Inline("tags"),), cfn="AWS::ApiGateway::RestApi",
        describe=Describe(call("get_rest_api", restApiId="{id}")), delete=call("delete_rest_api", restApiId="{id}"),
    ),
    Kind(
        # Has to be disabled and deployed before it can go; minutes.
        name="cf-distribution", service="cloudfront", find=Lister("list_distributions", "DistributionList.Items"),
        id="Id", arn="ARN", status="Status", proofs=(
            Tagged(call("list_tags_for_resource", Resource="{arn}"), "Tags.Items"),),
        describe=Describe(call("get_distribution", Id="{id}"), "Distribution"), home="us-east-1",
        prepare=hooks.retire_distribution, uses=("update_distribution", "delete_distribution"),
        busy_on=("PreconditionFailed", "DistributionNotDisabled"), cfn="AWS::CloudFront::Distribution",
    ),
    Kind(
        name="eventbridge-rule", service="events", find=Lister("list_rules", "Rules"), id="Name", arn="Arn",
        proofs=(RESOURCE_ARN_CAPITAL,), describe=Describe(call("describe_rule", Name="{id}")),
        prepare=hooks.remove_targets, uses=("remove_targets",), delete=call("delete_rule", Name="{id}"),
        cfn="AWS::Events::Rule",
    ),
    Kind(
        # Takes its schedules with it.
        name="schedule-group", service="scheduler", find=Lister("list_schedule_groups", "ScheduleGroups"), id="Name",
        arn="Arn", created="CreationDate", status="State", skip=("default",), proofs=(RESOURCE_ARN_PASCAL,),
        describe=Describe(call("get_schedule_group", Name="{id}")), delete=call("delete_schedule_group", Name="{id}"),
        cfn="AWS::Scheduler::ScheduleGroup",
    ),
    Kind(
        name="sfn", service="stepfunctions", find=Lister("list_state_machines", "stateMachines"), id="name",
        arn="stateMachineArn", created="creationDate", proofs=(RESOURCE_ARN,),
        describe=Describe(call("describe_state_machine", stateMachineArn="{arn}")),
        delete=call("delete_state_machine", stateMachineArn="{arn}"), cfn="AWS::StepFunctions::StateMachine",
    ),
)

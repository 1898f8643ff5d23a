"""Actions for which `"Resource": "*"` is the only thing that IAM accepts.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

_REASONS = {
    "belongs to the account: the action does not support resource-level permissions": (
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "bedrock:GetModelInvocationLoggingConfiguration",
        "bedrock:PutModelInvocationLoggingConfiguration",
        "ecr-public:GetAuthorizationToken",
        "ecr:GetAuthorizationToken",
        "sts:GetCallerIdentity",
        "sts:GetServiceBearerToken",
    ),
    "works on what is in the request: the action does not support resource-level permissions": (
        "comprehend:DetectDominantLanguage",
    ),
    "takes terminologies as resources, and without one only `*` matches": ("translate:TranslateText",),
    "lists names in the account: the action does not support resource-level permissions": (
        "sagemaker:ListApps",
        "sagemaker:ListHyperParameterTuningJobs",
        "sagemaker:ListProcessingJobs",
        "sagemaker:ListDomains",
        "sagemaker:ListSpaces",
        "sagemaker:ListTrainingJobs",
        "sagemaker:ListUserProfiles",
    ),
    "takes data sets as resources, and for metrics without one only `*` matches": ("cloudwatch:PutMetricData",),
    "sends telemetry: the action does not support resource-level permissions": (
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ),
}

WITHOUT_RESOURCES = {action.lower(): reason for reason, actions in _REASONS.items() for action in actions}
"""Action in lower case → why it may be allowed on every resource."""

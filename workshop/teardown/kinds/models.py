"""SageMaker's registries: model packages, features, experiments, lineage, human review."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Child, Cost, Describe, Kind, Lister, Trace, call
from workshop.teardown.kinds.tags import SAGEMAKER

KINDS = (
    Kind(
        # A version in a group cannot have tags; it is the group's.
        name="sm-model-package", service="sagemaker",
        find=Lister("list_model_packages", "ModelPackageSummaryList", {"ModelPackageGroupName": "{id}"},
                    parent="sm-model-package-group"),
        id="ModelPackageArn", arn="ModelPackageArn", created="CreationTime", status="ModelPackageStatus",
        proofs=(Child(),), describe=Describe(call("describe_model_package", ModelPackageName="{arn}")),
        delete=call("delete_model_package", ModelPackageName="{arn}"), cfn="AWS::SageMaker::ModelPackage",
        label="{ModelPackageGroupName}/{ModelPackageVersion}",
    ),
    Kind(
        # A package without a group has tags of its own, and no group lists it (API reference of ListModelPackages).
        name="sm-ungrouped-package", service="sagemaker",
        find=Lister("list_model_packages", "ModelPackageSummaryList", {"ModelPackageType": "Unversioned"}),
        id="ModelPackageName", arn="ModelPackageArn", created="CreationTime", status="ModelPackageStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_model_package", ModelPackageName="{arn}")),
        delete=call("delete_model_package", ModelPackageName="{arn}"), cfn="AWS::SageMaker::ModelPackage",
    ),
    Kind(
        name="sm-model-package-group", service="sagemaker", after=("sm-model-package",),
        find=Lister("list_model_package_groups", "ModelPackageGroupSummaryList"),
        id="ModelPackageGroupName", arn="ModelPackageGroupArn", created="CreationTime",
        status="ModelPackageGroupStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_model_package_group", ModelPackageGroupName="{id}")),
        delete=call("delete_model_package_group", ModelPackageGroupName="{id}"),
        cfn="AWS::SageMaker::ModelPackageGroup",
    ),
    Kind(
        name="sm-model-card", service="sagemaker", find=Lister("list_model_cards", "ModelCardSummaries"),
        id="ModelCardName", arn="ModelCardArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_model_card", ModelCardName="{id}")),
        delete=call("delete_model_card", ModelCardName="{id}"), cfn="AWS::SageMaker::ModelCard",
    ),
    Kind(
        name="sm-algorithm", service="sagemaker", find=Lister("list_algorithms", "AlgorithmSummaryList"),
        id="AlgorithmName", arn="AlgorithmArn", created="CreationTime", status="AlgorithmStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_algorithm", AlgorithmName="{id}")),
        delete=call("delete_algorithm", AlgorithmName="{id}"),
        cfn="AWS::SageMaker::Algorithm",
    ),
    Kind(
        # Deleting it leaves the offline store's objects and the Glue table (API reference of DeleteFeatureGroup).
        name="sm-feature-group", service="sagemaker", find=Lister("list_feature_groups", "FeatureGroupSummaries"),
        id="FeatureGroupName", arn="FeatureGroupArn", created="CreationTime", status="FeatureGroupStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_feature_group", FeatureGroupName="{id}")),
        delete=call("delete_feature_group", FeatureGroupName="{id}"), cost=Cost.STORED,
        leaves_behind=(Trace("s3-prefix", "{OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri}/", ask=True),
                Trace("glue-table", "{OfflineStoreConfig.DataCatalogConfig.Database}/"
                                   "{OfflineStoreConfig.DataCatalogConfig.TableName}", ask=True)),
        cfn="AWS::SageMaker::FeatureGroup",
    ),
    Kind(
        name="sm-trial-component", service="sagemaker", find=Lister("list_trial_components", "TrialComponentSummaries"),
        id="TrialComponentName", arn="TrialComponentArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_trial_component", TrialComponentName="{id}")),
        prepare=hooks.leave_trials, uses=("disassociate_trial_component",),
        delete=call("delete_trial_component", TrialComponentName="{id}"),
        cfn="AWS::SageMaker::TrialComponent",
    ),
    Kind(
        name="sm-trial", service="sagemaker", find=Lister("list_trials", "TrialSummaries"),
        after=("sm-trial-component",),
        id="TrialName", arn="TrialArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_trial", TrialName="{id}")), delete=call("delete_trial", TrialName="{id}"),
    ),
    Kind(
        name="sm-experiment", service="sagemaker", find=Lister("list_experiments", "ExperimentSummaries"),
        id="ExperimentName", arn="ExperimentArn", created="CreationTime", proofs=(SAGEMAKER,), after=("sm-trial",),
        describe=Describe(call("describe_experiment", ExperimentName="{id}")),
        delete=call("delete_experiment", ExperimentName="{id}"),
        cfn="AWS::SageMaker::Experiment",
    ),
    Kind(
        name="sm-action", service="sagemaker", find=Lister("list_actions", "ActionSummaries"),
        id="ActionName", arn="ActionArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_action", ActionName="{id}")), prepare=hooks.cut_lineage,
        uses=("delete_association",), delete=call("delete_action", ActionName="{id}"),
        cfn="AWS::SageMaker::Action",
    ),
    Kind(
        name="sm-artifact", service="sagemaker", find=Lister("list_artifacts", "ArtifactSummaries"),
        id="ArtifactArn", arn="ArtifactArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_artifact", ArtifactArn="{arn}")), prepare=hooks.cut_lineage,
        uses=("delete_association",), delete=call("delete_artifact", ArtifactArn="{arn}"),
        cfn="AWS::SageMaker::Artifact",
    ),
    Kind(
        name="sm-context", service="sagemaker", find=Lister("list_contexts", "ContextSummaries"),
        id="ContextName", arn="ContextArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_context", ContextName="{id}")), prepare=hooks.cut_lineage,
        uses=("delete_association",), delete=call("delete_context", ContextName="{id}"),
        cfn="AWS::SageMaker::Context",
    ),
    Kind(
        name="sm-flow-definition", service="sagemaker", find=Lister("list_flow_definitions", "FlowDefinitionSummaries"),
        id="FlowDefinitionName", arn="FlowDefinitionArn", created="CreationTime", status="FlowDefinitionStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_flow_definition", FlowDefinitionName="{id}")),
        delete=call("delete_flow_definition", FlowDefinitionName="{id}"),
    ),
    Kind(
        name="sm-human-task-ui", service="sagemaker", find=Lister("list_human_task_uis", "HumanTaskUiSummaries"),
        id="HumanTaskUiName", arn="HumanTaskUiArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_human_task_ui", HumanTaskUiName="{id}")), after=("sm-flow-definition",),
        delete=call("delete_human_task_ui", HumanTaskUiName="{id}"),
        cfn="AWS::SageMaker::HumanTaskUi",
    ),
    Kind(
        name="sm-workteam", service="sagemaker", find=Lister("list_workteams", "Workteams"),
        id="WorkteamName", arn="WorkteamArn", created="CreateDate", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_workteam", WorkteamName="{id}"), "Workteam"),
        delete=call("delete_workteam", WorkteamName="{id}"), after=("sm-flow-definition", "sm-labeling-job"),
        cfn="AWS::SageMaker::Workteam",
    ),
    Kind(
        # The account has one private workforce at most, so it is the workshop's only if its tag says so.
        name="sm-workforce", service="sagemaker", find=Lister("list_workforces", "Workforces"), id="WorkforceName",
        arn="WorkforceArn", created="CreateDate", status="Status", proofs=(SAGEMAKER,), after=("sm-workteam",),
        describe=Describe(call("describe_workforce", WorkforceName="{id}"), "Workforce"),
        delete=call("delete_workforce", WorkforceName="{id}"), cfn="AWS::SageMaker::Workforce",
    ),
)

"""SageMaker jobs. Some can only be stopped: their records stay for ever, cost nothing, and are reported as such."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Child, Cost, Describe, Kind, Lister, Trace, call
from workshop.teardown.kinds.tags import SAGEMAKER

# The account-wide bucket of the Python SDK: only what our own jobs wrote there is ours.
_OUTPUT = Trace("s3-prefix", "s3://sagemaker-{region}-{account}/{id}/")

KINDS = (
    Kind(
        # Terminal state and no warm pool, or the service refuses (API reference of DeleteTrainingJob).
        name="sm-training-job", service="sagemaker", find=Lister("list_training_jobs", "TrainingJobSummaries"),
        id="TrainingJobName", arn="TrainingJobArn", created="CreationTime", status="TrainingJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_training_job", TrainingJobName="{id}")),
        running=("InProgress",), stop=call("stop_training_job", TrainingJobName="{id}"), cost=Cost.HOURLY,
        prepare=hooks.release_warm_pool, uses=("update_training_job",), after=("sm-hp-tuning-job", "sm-automl-job"),
        delete=call("delete_training_job", TrainingJobName="{id}"),
        leaves_behind=(_OUTPUT, Trace("log-stream", "/aws/sagemaker/TrainingJobs:{id}/"),
                       Trace("sm-trial-component", "{id}-aws-training-job")),
    ),
    Kind(
        name="sm-processing-job", service="sagemaker", find=Lister("list_processing_jobs", "ProcessingJobSummaries"),
        id="ProcessingJobName", arn="ProcessingJobArn", created="CreationTime", status="ProcessingJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_processing_job", ProcessingJobName="{id}")),
        running=("InProgress",), stop=call("stop_processing_job", ProcessingJobName="{id}"), cost=Cost.HOURLY,
        after=("sm-monitoring-schedule", "sm-pipeline-execution", "sm-automl-job"),
        delete=call("delete_processing_job", ProcessingJobName="{id}"), cfn="AWS::SageMaker::ProcessingJob",
        leaves_behind=(_OUTPUT, Trace("log-stream", "/aws/sagemaker/ProcessingJobs:{id}/"),
                       Trace("sm-trial-component", "{id}-aws-processing-job")),
    ),
    Kind(
        name="sm-transform-job", service="sagemaker", find=Lister("list_transform_jobs", "TransformJobSummaries"),
        id="TransformJobName", arn="TransformJobArn", created="CreationTime", status="TransformJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_transform_job", TransformJobName="{id}")),
        running=("InProgress",), stop=call("stop_transform_job", TransformJobName="{id}"), cost=Cost.HOURLY,
        leaves_behind=(_OUTPUT, Trace("log-stream", "/aws/sagemaker/TransformJobs:{id}/"),
                       Trace("sm-trial-component", "{id}-aws-transform-job")),
    ),
    Kind(
        name="sm-hp-tuning-job", service="sagemaker",
        find=Lister("list_hyper_parameter_tuning_jobs", "HyperParameterTuningJobSummaries"),
        id="HyperParameterTuningJobName", arn="HyperParameterTuningJobArn", created="CreationTime",
        status="HyperParameterTuningJobStatus", running=("InProgress",), proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_hyper_parameter_tuning_job", HyperParameterTuningJobName="{id}")),
        stop=call("stop_hyper_parameter_tuning_job", HyperParameterTuningJobName="{id}"),
        delete=call("delete_hyper_parameter_tuning_job", HyperParameterTuningJobName="{id}"),
    ),
    Kind(
        name="sm-automl-job", service="sagemaker", find=Lister("list_auto_ml_jobs", "AutoMLJobSummaries"),
        id="AutoMLJobName", arn="AutoMLJobArn", created="CreationTime", status="AutoMLJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_auto_ml_job_v2", AutoMLJobName="{id}")),
        running=("InProgress",), stop=call("stop_auto_ml_job", AutoMLJobName="{id}"), cost=Cost.HOURLY,
    ),
    Kind(
        name="sm-compilation-job", service="sagemaker", find=Lister("list_compilation_jobs", "CompilationJobSummaries"),
        id="CompilationJobName", arn="CompilationJobArn", created="CreationTime", status="CompilationJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_compilation_job", CompilationJobName="{id}")),
        running=("INPROGRESS", "STARTING"), stop=call("stop_compilation_job", CompilationJobName="{id}"),
        delete=call("delete_compilation_job", CompilationJobName="{id}"), cost=Cost.HOURLY,
    ),
    Kind(
        name="sm-optimization-job", service="sagemaker",
        find=Lister("list_optimization_jobs", "OptimizationJobSummaries"),
        id="OptimizationJobName", arn="OptimizationJobArn", created="CreationTime", status="OptimizationJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_optimization_job", OptimizationJobName="{id}")),
        running=("INPROGRESS", "STARTING"), stop=call("stop_optimization_job", OptimizationJobName="{id}"),
        delete=call("delete_optimization_job", OptimizationJobName="{id}"), cost=Cost.HOURLY,
    ),
    Kind(
        name="sm-labeling-job", service="sagemaker", find=Lister("list_labeling_jobs", "LabelingJobSummaryList"),
        id="LabelingJobName", arn="LabelingJobArn", created="CreationTime", status="LabelingJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_labeling_job", LabelingJobName="{id}")),
        running=("Initializing", "InProgress"), stop=call("stop_labeling_job", LabelingJobName="{id}"),
        cost=Cost.HOURLY,
    ),
    Kind(
        name="sm-recommendation-job", service="sagemaker",
        find=Lister("list_inference_recommendations_jobs", "InferenceRecommendationsJobs"),
        id="JobName", arn="JobArn", created="CreationTime", status="Status", proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_inference_recommendations_job", JobName="{id}")),
        running=("PENDING", "IN_PROGRESS"), stop=call("stop_inference_recommendations_job", JobName="{id}"),
    ),
    Kind(
        name="sm-ai-benchmark-job", service="sagemaker", find=Lister("list_ai_benchmark_jobs", "AIBenchmarkJobs"),
        id="AIBenchmarkJobName", arn="AIBenchmarkJobArn", created="CreationTime", status="AIBenchmarkJobStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_ai_benchmark_job", AIBenchmarkJobName="{id}")),
        running=("InProgress",), stop=call("stop_ai_benchmark_job", AIBenchmarkJobName="{id}"), cost=Cost.HOURLY,
        delete=call("delete_ai_benchmark_job", AIBenchmarkJobName="{id}"),
    ),
    Kind(
        name="sm-ai-recommendation-job", service="sagemaker",
        find=Lister("list_ai_recommendation_jobs", "AIRecommendationJobs"),
        id="AIRecommendationJobName", arn="AIRecommendationJobArn", created="CreationTime",
        status="AIRecommendationJobStatus", running=("InProgress",), proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_ai_recommendation_job", AIRecommendationJobName="{id}")),
        stop=call("stop_ai_recommendation_job", AIRecommendationJobName="{id}"),
        delete=call("delete_ai_recommendation_job", AIRecommendationJobName="{id}"),
    ),
    Kind(
        name="sm-ai-workload-config", service="sagemaker", find=Lister("list_ai_workload_configs", "AIWorkloadConfigs"),
        id="AIWorkloadConfigName", arn="AIWorkloadConfigArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_ai_workload_config", AIWorkloadConfigName="{id}")),
        delete=call("delete_ai_workload_config", AIWorkloadConfigName="{id}"),
        after=("sm-ai-benchmark-job", "sm-ai-recommendation-job"),
        cfn="AWS::SageMaker::AIWorkloadConfig",
    ),
    Kind(
        name="sm-pipeline-execution", service="sagemaker",
        find=Lister("list_pipeline_executions", "PipelineExecutionSummaries", {"PipelineName": "{id}"},
                    parent="sm-pipeline"),
        id="PipelineExecutionArn", arn="PipelineExecutionArn", created="StartTime", status="PipelineExecutionStatus",
        describe=Describe(call("describe_pipeline_execution", PipelineExecutionArn="{arn}")), proofs=(Child(),),
        running=("Executing",), cost=Cost.HOURLY,
        stop=call("stop_pipeline_execution", PipelineExecutionArn="{arn}", ClientRequestToken="{token}"),
        # The record goes with the pipeline.
        gone=("Stopped", "Failed", "Succeeded", "CompletedWithFailures"),
    ),
    Kind(
        name="sm-pipeline", service="sagemaker", find=Lister("list_pipelines", "PipelineSummaries"),
        id="PipelineName", arn="PipelineArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_pipeline", PipelineName="{id}")), after=("sm-pipeline-execution",),
        delete=call("delete_pipeline", PipelineName="{id}", ClientRequestToken="{token}"),
        cfn="AWS::SageMaker::Pipeline",
    ),
)

"""What SageMaker's control plane declares, by area."""

from local_aws.services.sagemaker import hosting, mlops, studio

KINDS = (*studio.KINDS, *hosting.KINDS, *mlops.KINDS)

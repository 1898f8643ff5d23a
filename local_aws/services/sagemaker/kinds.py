"""What SageMaker's control plane declares, by area."""

from local_aws.services.sagemaker import features, hosting, mlops, registry, studio

KINDS = (*studio.KINDS, *hosting.KINDS, *mlops.KINDS, *registry.KINDS, *features.KINDS)

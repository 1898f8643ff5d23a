"""The organiser's commands: `python -m workshop <command>`. Knows boto3, never CDK."""

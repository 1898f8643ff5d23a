"""Scripts of the pipelines' jobs: `python -m ml.steps.<name>` in SageMaker's XGBoost image.

Each takes its folders as arguments, so that it runs the same in a job, in the local AWS and in a test. The image has
Python 3.10, and none of them calls AWS.
"""

"""The managed XGBoost image in algorithm mode, as a program of its own.

Its rules are those of github.com/aws/sagemaker-xgboost-container (tag v3.0-5), written anew; its numbers come from the
same version of XGBoost. It is imported by nothing: a training job runs it.
"""

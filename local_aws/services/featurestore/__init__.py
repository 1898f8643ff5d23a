"""Amazon SageMaker Feature Store: the records of feature groups."""

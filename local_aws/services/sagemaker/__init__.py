"""Amazon SageMaker AI: domains, profiles, models, endpoints."""

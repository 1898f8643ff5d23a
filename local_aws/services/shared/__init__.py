"""Vector stores: Amazon S3 Vectors and Amazon OpenSearch Serverless."""

"""Amazon OpenSearch Serverless: collections, policies, vector indexes."""

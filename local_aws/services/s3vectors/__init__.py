"""Amazon S3 Vectors: vector buckets, indexes, vectors."""

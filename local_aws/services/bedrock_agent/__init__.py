"""Agents and Knowledge Bases for Amazon Bedrock."""

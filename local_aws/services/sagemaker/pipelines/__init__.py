"""Pipelines that are interpreted: definitions checked when they are saved, executions step by step."""

"""The chat: a question goes to the agent, and its answer comes back as a stream of events."""

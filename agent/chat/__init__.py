"""Conversations: follow-ups, edits that build on each other, threads that persist."""

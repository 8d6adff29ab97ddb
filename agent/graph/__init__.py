"""The agent's graph: from a request to an answer. `graph.py` draws it, one module a node."""

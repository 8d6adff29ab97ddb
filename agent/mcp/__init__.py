"""The agent as part of the MCP server: requests, programs, runs, prompts, `viscript mcp`."""

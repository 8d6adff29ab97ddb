"""The tools as an MCP server: schemas, pictures in and out, artifacts, security, transports."""

"""The MCP server: read-only tools over the built tables, for assistants."""

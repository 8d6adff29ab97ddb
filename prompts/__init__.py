"""What planners are told, as data: `instructions.md` and `cells.md`, and worked `examples.toml`."""

"""What sees and edits: values, the registry, the tools, the model host and the cache."""

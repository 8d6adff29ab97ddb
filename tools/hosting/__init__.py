"""The model host: models in memory, one queue each, batches, a memory budget."""

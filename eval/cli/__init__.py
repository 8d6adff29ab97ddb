"""`viscript eval`, one module a command."""

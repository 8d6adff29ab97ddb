"""The command line: `viscript` and its commands, one module each."""

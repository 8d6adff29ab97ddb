"""Where the questions of a suite are answered: in this process, or on a Ray cluster."""

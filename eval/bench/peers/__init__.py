"""viscript beside its peers, in one run: smolagents' Python executor, and a plain `exec`.

`python -m viscript.eval.bench.peers` makes an environment of its own for them, so that nothing of
theirs is in viscript's.
"""

"""Benchmarks: what viscript adds to a model's own work, each figure beside an anchor.

`python -m viscript.eval.bench` measures everything; names of groups choose among them. Nothing is
asserted: a figure is a ratio to an anchor of the same run, and people read it. README.md has what
was reached, and what bounds it.
"""

"""The embedded planner: a small model that ships with its adapter and writes programs offline."""

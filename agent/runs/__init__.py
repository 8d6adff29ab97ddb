"""Running programs: steps, the run folder and its trace, replay, diff, the page."""

"""Teaching the embedded planner: requests with programs, scenes to score them, fine-tuning."""

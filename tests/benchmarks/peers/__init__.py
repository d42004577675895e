"""Workload B as others would write it: each peer idiomatic, documented, and fair to the tool it uses."""

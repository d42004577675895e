"""Speed, side by side in one run: workload B given to our engine and to its peers.

`workload_b` states the work, `peers` holds our own versions of the other ways to do it, `measure` times them
and `workload_b_run` is the command. Not a test suite: pytest collects only `test_peers`, which asks that
all of them do the same work.
"""

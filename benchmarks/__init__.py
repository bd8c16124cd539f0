"""Benchmarks: a mailbox made from a seed, and what reading it costs beside a peer."""

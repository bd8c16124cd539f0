"""Replies: what to do next, decided as data, and the letter that follows from it.

``plan`` decides, ``templates`` and ``draft`` write, ``lint`` looks over the result.  The
playbook (a TOML file) holds every number and every phrase that the advice of job-search
coaches fixes, so that a user can change them without touching code.  Nothing here reads a
clock, a mailbox or a store.
"""

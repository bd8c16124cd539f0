"""The demo: a sample mailbox on servers of its own on this machine, and nothing else.

The servers are real ones (pymap for IMAP, aiosmtpd as a sink for SMTP), and what runs
against them is the very code that a real account runs.
"""

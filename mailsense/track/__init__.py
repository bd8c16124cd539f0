"""From messages to applications: which process a message belongs to, and where it stands.

Pure: events in, values out.  Nothing here reads a clock, a file or a server; what is not
stated in the mail stays absent (rule 7 of the design).
"""

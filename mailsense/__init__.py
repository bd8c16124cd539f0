"""mailsense: reads recruiter mail over IMAP, drafts gracious answers, learns from corrections."""

__version__ = "0.1.0"

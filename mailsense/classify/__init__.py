"""Messages to verdicts, labels to models. Start at ``classifier`` and ``training``."""

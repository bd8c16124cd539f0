"""The pipeline: stages in order, over ports.

``read`` (fetch, parse, thread, store) → ``judge`` (classify) → ``decide`` (track, plan,
draft) → ``deliver`` (place or send what a human approved) → ``learn`` (labels, training).
Each stage takes up what the one before has stored, so a killed run is finished by the
next.  Nothing here prints, asks, or knows which server or database it talks to.
"""

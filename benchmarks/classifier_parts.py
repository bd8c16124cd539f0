"""Who is heard and who is asked: the corpus dealt into parts by whole writers, and thinned.

Decides what counts as one writer: all that one voice wrote, and every letter of a family that
one of them shares.  A record that names neither is a writer of its own.  Nothing here looks at
what a model makes of a letter, and nothing is drawn without a seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from mailsense.classify.corpus import Corpus, Letter, Sentence
from mailsense.classify.samples import SENTENCES_A_LETTER, dealt
from mailsense.domain import Kind

T = TypeVar("T")


def united(corpus: Corpus) -> Corpus:
    """Given a corpus, return it with every writer under one voice.

    Voices that share a family become one, and so does a letter without a voice with the voice
    of its family: whoever deals out voices then never parts a family.
    """
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.get(name, name) != name:
            name = above[name]
        return name

    for letter in corpus.letters:
        ends = sorted({root(name) for name in _names(letter)})
        for name in ends:
            above[name] = ends[0]
    shared = Counter(root(f"family {letter.family}") for letter in corpus.letters)
    named: dict[str, str] = {}
    for letter in corpus.letters:
        if letter.voice:
            one = root(f"voice {letter.voice}")
            named[one] = min(named.get(one, letter.voice), letter.voice)

    def voice(letter: Letter) -> str:
        one = root(f"family {letter.family}")
        return named.get(one, one if shared[one] > 1 else "")

    letters = tuple(replace(letter, voice=voice(letter)) for letter in corpus.letters)
    sentences = tuple(
        replace(s, voice=named.get(root(f"voice {s.voice}"), s.voice)) if s.voice else s
        for s in corpus.sentences
    )
    return Corpus(sentences, letters)


def _names(letter: Letter) -> list[str]:
    family = f"family {letter.family}"
    return [family, f"voice {letter.voice}"] if letter.voice else [family]


def writer(record: Letter | Sentence) -> str:
    """Given a record of a united corpus, return the name of its writer."""
    if record.voice:
        return f"voice {record.voice}"
    return f"family {record.family}" if isinstance(record, Letter) else f"text {record.text}"


def deal(corpus: Corpus, parts: int, seed: int) -> dict[str, int]:
    """Given a united corpus, return a part for each writer, the parts as even as can be."""
    sizes: Counter[str] = Counter()
    for letter in corpus.letters:
        sizes[writer(letter)] += SENTENCES_A_LETTER
    for sentence in corpus.sentences:
        sizes[writer(sentence)] += 1
    return dealt(sizes, parts, random.Random(seed))


def split(corpus: Corpus, parts: int, seed: int) -> list[tuple[Corpus, tuple[Letter, ...]]]:
    """Given a corpus, return for each part what is learned without it, and its letters.

    Raise ValueError when there are fewer writers than parts.
    """
    whole = united(corpus)
    part_of = deal(whole, parts, seed)
    if len(part_of) < parts:
        raise ValueError(f"{len(part_of)} writers cannot be dealt into {parts} parts")
    found = []
    for part in range(parts):
        rest = Corpus(
            tuple(s for s in whole.sentences if part_of[writer(s)] != part),
            tuple(one for one in whole.letters if part_of[writer(one)] != part),
        )
        found.append((rest, tuple(one for one in whole.letters if part_of[writer(one)] == part)))
    return found


def sampled(corpus: Corpus, letters: int, sentences: int, seed: int) -> Corpus:
    """Given a corpus, return so many of its records, drawn at random, in their order."""
    rng = random.Random(seed)
    return Corpus(
        tuple(_some(corpus.sentences, sentences, rng)), tuple(_some(corpus.letters, letters, rng))
    )


def some_writers(corpus: Corpus, share: float, seed: int) -> Corpus:
    """Given a united corpus, return what this share of its writers wrote.

    Voices are drawn whole; of what names no voice the same share is drawn.
    """
    rng = random.Random(seed)
    records: list[Letter | Sentence] = [*corpus.sentences, *corpus.letters]
    voices = sorted({one.voice for one in records if one.voice})
    kept = set(rng.sample(voices, max(1, round(share * len(voices))))) if voices else set()

    def some(records: Sequence[Letter | Sentence]) -> set[int]:
        alone = [n for n, one in enumerate(records) if not one.voice]
        drawn = _some(alone, round(share * len(alone)), rng)
        return {n for n, one in enumerate(records) if one.voice in kept} | set(drawn)

    said, sent = some(corpus.sentences), some(corpus.letters)
    return Corpus(
        tuple(one for n, one in enumerate(corpus.sentences) if n in said),
        tuple(one for n, one in enumerate(corpus.letters) if n in sent),
    )


def with_life(corpus: Corpus, letters: int, seed: int) -> Corpus:
    """Given a corpus, return it with only so many letters of ordinary life.

    Of the sentences of ordinary life the same share is kept.
    """
    rng = random.Random(seed)
    life = [n for n, one in enumerate(corpus.letters) if one.kind is Kind.OTHER]
    said = [n for n, one in enumerate(corpus.sentences) if one.kind is Kind.OTHER]
    share = min(1.0, letters / max(1, len(life)))
    left_out = set(life) - set(_some(life, letters, rng))
    unsaid = set(said) - set(_some(said, round(share * len(said)), rng))
    return Corpus(
        tuple(one for n, one in enumerate(corpus.sentences) if n not in unsaid),
        tuple(one for n, one in enumerate(corpus.letters) if n not in left_out),
    )


def _some(records: Sequence[T], many: int, rng: random.Random) -> list[T]:
    """Return so many of the records, or all, in their order."""
    chosen = sorted(rng.sample(range(len(records)), min(many, len(records))))
    return [records[n] for n in chosen]

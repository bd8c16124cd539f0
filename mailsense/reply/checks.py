"""Looking over the templates before a letter depends on them.

Compiles each, tells names that no fact provides, writes it with sample facts in every
phrasing, and holds the result against the playbook.  Likewise the user's own phrasings, in
every letter that says them.  All problems, each with file and line, or file and key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mailsense.errors import TemplateError
from mailsense.reply import words
from mailsense.reply.lint import PLACEHOLDER, asking, banned_phrases
from mailsense.reply.phrasings import FILE, Own, Paragraph, paragraphs
from mailsense.reply.playbook import Playbook
from mailsense.reply.samples import samples
from mailsense.reply.templates import DERIVED, FACTS, VARIANTS, Templates, context

_ASKS = ((False, False), (True, False), (False, True), (True, True))
"""Whether a reply asks for advice and for a referral: some phrasings stand only in some."""


def problems(templates: Templates, playbook: Playbook | None) -> list[str]:
    """Given the templates and perhaps the playbook, return every problem as one line."""
    names, plain = templates.names(), templates.saying({})
    found = [line for name in names for line in _template(plain, name, playbook)]
    try:
        found += of_phrasings(plain, templates.own, playbook)
    except TemplateError as error:
        found += error.problems
    if playbook is not None:
        wanted = {choice.template: "choose" for choice in playbook.choices}
        for key, variants in playbook.variants.items():
            wanted.update((name, f"variants.{key}") for name in variants if name not in wanted)
        found += [
            f"playbook.toml: {key}: no template is called {name!r}"
            for name, key in sorted(wanted.items())
            if name not in names
        ]
    return found


def spoken(scripts: Templates, playbook: Playbook | None, where: str) -> list[str]:
    """Given what is said on the phone, return every problem; ``where`` stands before each."""
    told = [line for name in scripts.names() for line in _template(scripts, name, playbook, True)]
    return [f"{where}{line}" for line in told]


def _template(
    templates: Templates, name: str, playbook: Playbook | None, aloud: bool = False
) -> list[str]:
    from jinja2 import TemplateSyntaxError

    try:
        unknown = list(templates.undeclared(name))
    except TemplateSyntaxError as error:
        return [f"{name}.j2:{error.lineno}: {error.message}"]
    except TemplateError as error:
        return list(error.problems)
    if unknown:
        return [
            f"{name}.j2:{line}: {used!r} is not a fact: check its spelling"
            for line, used in dict.fromkeys(unknown)
        ]
    return list(dict.fromkeys(_written(templates, name, playbook, aloud)))


def _written(templates: Templates, name: str, playbook: Playbook | None, aloud: bool) -> list[str]:
    """Return what is wrong with a letter, or with what is said ``aloud``, written with samples."""
    found: list[str] = []
    for which, facts in samples(name).items():
        for variant in range(VARIANTS):
            try:
                rendered = templates.render(name, {**facts, "variant": variant})
            except TemplateError as error:
                found.extend(error.problems)
                continue
            if not rendered.subject and not aloud:
                found.append(f"{name}.j2:1: the first line must be `Subject: …`")
            if playbook is None:
                continue
            found += [
                f"{name}.j2:{_where(templates, name, phrase)}: says {phrase!r}, which is banned"
                for phrase in banned_phrases(rendered.body, playbook.banned_in(name), facts)
            ]
            if aloud:
                continue
            bounds = playbook.bounds(name, rendered.body)
            total, least = words.count(rendered.body), words.count(words.prose(rendered.body))
            if total > bounds.most:
                found.append(
                    f"{name}.j2:1: {total} words with {which} facts, at most {bounds.most}"
                )
            if least < bounds.least:
                found.append(
                    f"{name}.j2:1: {least} words with {which} facts, at least {bounds.least}"
                )
    return found


def _where(templates: Templates, name: str, phrase: str) -> int:
    """Return the line of the source a phrase stands in, 1 when it comes from a part."""
    lines = templates.source(name).splitlines()
    hits = (n for n, line in enumerate(lines, 1) if phrase.casefold() in line.casefold())
    return next(hits, 1)


# --- the user's own phrasings -------------------------------------------------------------


def of_phrasings(templates: Templates, own: Own, playbook: Playbook | None) -> Iterator[str]:
    """Given ours alone and the user's, yield what is wrong with the user's, each with its key."""
    known = {one.name: one for one in paragraphs(templates)}
    for name, texts in own.sayings.items():
        if name not in known:
            told = "no paragraph has this name: `mailsense templates phrasings` lists them"
            yield f"{FILE}: {name}: {told}"
            continue
        for number, text in enumerate(texts, 1):
            one = Own({name: (text,)}, templates.sandbox)
            found = list(_strange(templates, text))
            found = found or list(_saying(templates, known[name], one, playbook))
            yield from (f"{FILE}: {name}[{number}]: {told}" for told in dict.fromkeys(found))


def _strange(templates: Templates, text: str) -> Iterator[str]:
    """Yield what does not compile, and the names that no fact provides."""
    from jinja2 import TemplateSyntaxError, meta

    try:
        tree = templates.sandbox.parse(text)
    except TemplateSyntaxError as error:
        yield f"{error.message}: check the braces"
        return
    for used in sorted(meta.find_undeclared_variables(tree) - {*FACTS, *DERIVED, "range"}):
        yield f"{used!r} is not a fact: check its spelling"
    if "phrase" in meta.find_undeclared_variables(tree):
        yield "a phrasing cannot take another one in: write it out"


def _saying(
    templates: Templates, paragraph: Paragraph, one: Own, playbook: Playbook | None
) -> Iterator[str]:
    """Yield what reads badly in one phrasing, by itself and in the letters that say it."""
    name, read = paragraph.name, ""
    for template in paragraph.used:
        for facts in samples(template).values():
            try:
                read = one.write(name, 1, context(facts)) or read
            except TemplateError as error:
                yield from (p.partition("]: ")[2] for p in error.problems)
                return
            if playbook is None:
                continue
            for phrase in banned_phrases(read, playbook.banned_in(template), facts):
                yield f"says {phrase!r}, which is banned"
            for phrase in banned_phrases(read, playbook.padding, facts):
                yield f"says {phrase!r}, which says nothing: leave it out"
    if not read:
        yield "is empty, whatever is known: write it out"
    if PLACEHOLDER.search(read):
        yield "holds a placeholder that nothing fills in: facts stand in {{ double braces }}"
    if read and all(map(_ends, paragraph.ours)) and not _ends(read):
        yield "must end as a sentence does: ours do"
    if asking(read) > max(map(asking, paragraph.ours)):
        yield "asks a question where ours ask none: say it without one"
    if playbook is not None:
        yield from _too_long(templates.saying(one.sayings), paragraph, read, playbook)


def _ends(text: str) -> bool:
    return re.search(r"[.!?:][\"'”’)]?$", text) is not None


def _too_long(
    saying: Templates, paragraph: Paragraph, read: str, playbook: Playbook
) -> Iterator[str]:
    """Yield the letters that a phrasing makes longer than they may be."""
    for template in paragraph.used:
        for facts in _cases(template):
            try:
                body = saying.render(template, facts).body
            except TemplateError:
                break  # the template itself is broken, which is told of the template
            most, total = playbook.bounds(template, body).most, words.count(body)
            if read in body and total > most:
                yield f"makes {template} {total} words long, at most {most}: say it shorter"
                break


def _cases(template: str) -> Iterator[Mapping[str, Any]]:
    for facts in samples(template).values():
        for advice, referral in _ASKS:
            yield {**facts, "ask_advice": advice, "ask_referral": referral}

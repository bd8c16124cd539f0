"""Looking over the templates before a letter depends on them.

Compiles each, tells names that no fact provides, writes it with sample facts in every
phrasing, and holds the result against the playbook.  All problems, each with file and line.
"""

from __future__ import annotations

from mailsense.errors import TemplateError
from mailsense.reply import words
from mailsense.reply.lint import banned_phrases
from mailsense.reply.playbook import Playbook
from mailsense.reply.samples import samples
from mailsense.reply.templates import VARIANTS, Templates


def problems(templates: Templates, playbook: Playbook | None) -> list[str]:
    """Given the templates and perhaps the playbook, return every problem as one line."""
    from jinja2 import TemplateSyntaxError

    found: list[str] = []
    names = templates.names()
    for name in names:
        try:
            unknown = list(templates.undeclared(name))
        except TemplateSyntaxError as error:
            found.append(f"{name}.j2:{error.lineno}: {error.message}")
            continue
        except TemplateError as error:
            found.extend(error.problems)
            continue
        found += [
            f"{name}.j2:{line}: {used!r} is not a fact: check its spelling"
            for line, used in dict.fromkeys(unknown)
        ]
        if not unknown:
            found += dict.fromkeys(_written(templates, name, playbook))
    if playbook is not None:
        wanted = {choice.template for choice in playbook.choices}
        found += [
            f"playbook.toml: choose: no template is called {name!r}"
            for name in sorted(wanted - set(names))
        ]
    return found


def _written(templates: Templates, name: str, playbook: Playbook | None) -> list[str]:
    found: list[str] = []
    for which, facts in samples(name).items():
        for variant in range(VARIANTS):
            try:
                rendered = templates.render(name, {**facts, "variant": variant})
            except TemplateError as error:
                found.extend(error.problems)
                continue
            if not rendered.subject:
                found.append(f"{name}.j2:1: the first line must be `Subject: …`")
            if playbook is None:
                continue
            found += [
                f"{name}.j2:{_where(templates, name, phrase)}: says {phrase!r}, which is banned"
                for phrase in banned_phrases(rendered.body, playbook.banned_in(name), facts)
            ]
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

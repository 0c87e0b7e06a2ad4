"""The part of a release's text that is ours: between two markers, and nothing else is touched."""

from __future__ import annotations

from services.publisher.targets.github.calls import Calls
from services.publisher.targets.github.once import digest
from services.publisher.targets.github.wording import Report, markdown
from services.publisher.targets.ledger import Page
from shared.events import JobSpec
from shared.github.refusals import Refused

MOST_CHARACTERS = 125_000
"""Of a release's text."""
TOO_LONG = 422


def markers(spec: JobSpec) -> tuple[str, str]:
    """A newer film of the same kind takes the older one's place."""
    kind = f"reporeel {spec.profile} {spec.format}"
    return f"<!-- {kind} -->", f"<!-- /{kind} -->"


def spliced(text: str, begin: str, end: str, section: str, *, anew: bool) -> str:
    """The text with the section in its place; where there is none, at the end if it may stand there anew."""
    whole = f"{begin}\n{section}\n{end}"
    head, found, rest = text.partition(begin)
    if found:
        _ours, closed, tail = rest.partition(end)
        # Without its end the section is only its first marker: what follows is not ours.
        return f"{head}{whole}{tail}" if closed else f"{head}{whole}{rest}"
    if not anew:
        return text
    return f"{text.rstrip()}\n\n{whole}\n" if text.strip() else f"{whole}\n"


async def bring_section(calls: Calls, spec: JobSpec, report: Report, page: Page, *, surely: bool) -> None:
    """Put the report into the release's text; where a person took it out, it stays out.

    GitHub edits a release's text only as a whole, so it is read just before. Raises Refused, or Retry.
    """
    section = f"### Film\n\n{markdown(report)}"
    told = digest(section)
    if told in page.entry.done and not surely:
        return
    release = await calls.release(spec.repo, spec.ref or "")
    text = release.body or ""
    changed = spliced(text, *markers(spec), section, anew=not page.entry.done)
    if len(changed) > MOST_CHARACTERS:
        raise Refused(TOO_LONG, "the release's text has no room for a section")
    if changed != text:
        await calls.edit(f"/repos/{spec.repo}/releases/{release.id}", {"body": changed})
    await page.record(reference=str(release.id), done=(told,))

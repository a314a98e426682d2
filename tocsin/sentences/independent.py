"""How many voices there really are, in a sentence or two."""

from __future__ import annotations

from tocsin.analysis.doubled import apart, doubled
from tocsin.errors import counted
from tocsin.model import Model

MOST = 4
"""Questions that are named."""


def independence(model: Model) -> str:
    """What statements share, what counts once for it, and what counts each time all the same."""
    once = [one for one in doubled(model) if one.kind != "numbers"]
    told = []
    if once:
        count = len({name for one in once for name in one.members})
        votes = sum(len(one.counting) or 1 for one in once)
        groups = counted(len(once), "group")
        formed = f"{groups} with {counted(votes, 'vote')} between them"
        if votes == len(once):
            formed = f"{groups}, {'which' if votes == 1 else 'each of which'} counts once"
        told.append(
            f"{count} statements share a speaker or an origin with another on the same number, or report the same; "
            f"they form {formed}."
        )
    on: dict[str, dict[str, None]] = {}
    for one in apart(model):
        on.setdefault(one.variable, {}).update(dict.fromkeys(one.members))
    if on:
        variables = model.records.variables
        named = "; ".join(f"“{variables[name].title}” ({', '.join(on[name])})" for name in list(on)[:MOST])
        more = f"; and {len(on) - MOST} more" if len(on) > MOST else ""
        told.append(
            f"On {counted(len(on), 'question')} statements that share a speaker or an origin count each, "
            f"since they set different numbers, or one judges what another reports: {named}{more}."
        )
    return f"Independence: {' '.join(told) or 'no two statements on one question share a speaker or an origin.'}"

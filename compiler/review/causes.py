"""Why a job does not have the result that it had: what of it changed, and where that was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, NamedTuple, TypeAlias

from mlipilot.compiler.plan import Compiled, Job
from mlipilot.compiler.source_map import HEAD, item_name, place_of
from mlipilot.spec.one_line import in_a_line

_RULES = "constraints/"
_LONGEST = 60
"""Characters of a value that are shown."""


Texts: TypeAlias = Mapping[str, str]
"""By parameter: the field that it came from and its value as written, `field = value`."""
_IN_A_BOUND = ("/threshold", "/unit")


class Absent:
    """The value of a parameter that a plan does not have."""

    def __repr__(self) -> str:
        return "none"


ABSENT = Absent()


class Cause(NamedTuple):
    """One thing that differs."""

    kind: str
    """`parameter`, `operation`, `device`, `package`, `input` (another file), or `job` (one that it needs)."""
    subject: str
    """A parameter's path, a package, an input's role, or a job."""
    old: Any
    new: Any
    place: str | None
    """File and line in the new spec, relative to its folder; None where no line of it is to blame."""
    written: tuple[str, str, str] | None = None
    """The field of the spec, and its value before and now as the author wrote them; None where that is not known."""

    @property
    def words(self) -> str:
        """In a few words, as the author wrote them where that is known."""
        if self.written is not None:
            field, was, now = self.written
            return f"{field}: {_shown(was)} → {_shown(now)}"
        if self.kind == "job":
            return f"`{self.subject}` {self.new}"
        subject = _readable(self.subject) if self.kind == "parameter" else self.subject
        noun = {"operation": "version of ", "package": "package ", "input": "input "}.get(self.kind, "")
        if self.old is ABSENT and isinstance(self.new, Mapping):
            return f"{noun}{subject}: added"
        if self.new is ABSENT and isinstance(self.old, Mapping):
            return f"{noun}{subject}: removed"
        return f"{noun}{subject}: {_shown(self.old)} → {_shown(self.new)}"

    def __repr__(self) -> str:
        return in_a_line("Cause", self.words, f"({self.place})" if self.place is not None else "")


class Upstream(NamedTuple):
    """A job that others need, and whose result is another than it was."""

    words: str
    """What becomes of it."""
    because_of: frozenset[str]
    """Where other jobs are all that makes it another: those."""


def causes(old: Compiled, new: Compiled, job: Job, differing: Mapping[str, Upstream]) -> list[Cause]:
    """What makes a job of the new plan another than the job of the same id in the old.

    `differing` are the jobs before it whose results are others.
    """
    before = old.plan.job(job.id)
    places = new.places.get(job.id, {})
    found: list[Cause] = []
    if (before.operation, before.version) != (job.operation, job.version):
        was, now = (f"{one.operation} {one.version}" for one in (before, job))
        found.append(Cause("operation", job.operation, was, now, None))
    texts = old.texts.get(job.id, {}), new.texts.get(job.id, {})
    found += _written(
        (Cause("parameter", path, value, changed, place_of(path, places)), _texts(path, *texts))
        for path, value, changed in _parameters(before.params, job.params)
    )
    if before.device != job.device:
        found.append(Cause("device", "device", before.device, job.device, place_of("device", places)))
    if job.on_this_machine and before.threads != job.threads:
        found.append(Cause("parameter", "threads", before.threads, job.threads, place_of("threads", places)))
    for name in dict.fromkeys((*before.packages, *job.packages)):
        version, newer = _version(old, before, name), _version(new, job, name)
        if version != newer:
            found.append(Cause("package", name, version, newer, None))
    return found + _needs(before, job, places, differing)


def besides(old: Compiled, new: Compiled) -> list[Cause]:
    """What differs and changes no result: names, budget, engine, how a campaign decides."""
    was, now = (
        {
            "name": plan.name,
            "question": plan.question,
            "budget": dict(plan.budget),
            "engine": dict(plan.engine),
            "campaign": {name: value for name, value in (plan.campaign or {}).items() if name != "template"},
        }
        for plan in (old.plan, new.plan)
    )
    texts = old.texts.get(HEAD, {}), new.texts.get(HEAD, {})
    return _written(
        (Cause("parameter", path, value, changed, new.places.get(HEAD, {}).get(path)), _texts(path, *texts))
        for path, value, changed in _parameters(was, now)
    )


def _texts(path: str, old: Texts, new: Texts) -> tuple[str, str, str] | None:
    """The field that a parameter came from, or that the smallest part came from that it belongs to, as written."""
    while path not in old and path not in new and path:
        path = path.rpartition("/")[0]
    was, now = old.get(path), new.get(path)
    if was is None or now is None:
        return None
    field, _, changed = now.partition(" = ")
    return field, was.partition(" = ")[2], changed


def _written(found: Iterable[tuple[Cause, tuple[str, str, str] | None]]) -> list[Cause]:
    """Causes in the author's words; of what is derived from a field that changed, and was not written, nothing."""
    every = list(found)
    changed = {text for _, text in every if text is not None and text[1] != text[2]}
    causes: list[Cause] = []
    said: set[tuple[str, str, str]] = set()
    for cause, text in every:
        if text is None:
            causes.append(cause)
        elif text in changed:
            if text not in said:
                causes.append(cause._replace(written=text))
                said.add(text)
        elif not changed:
            causes.append(cause)
    return causes


def _version(compiled: Compiled, job: Job, name: str) -> str | Absent | None:
    """The version of a package that a job's key has; None of one that is not installed."""
    return compiled.plan.packages.get(name) if name in job.packages else ABSENT


def _needs(before: Job, job: Job, places: Mapping[str, str], differing: Mapping[str, Upstream]) -> list[Cause]:
    """Changes of what a job needs; of jobs that run again only those that no other of them explains."""
    was, now = ({source.job for source in one.inputs.values()} for one in (before, job))
    head = place_of(HEAD, places)
    found = [Cause("job", name, None, "is needed now", head) for name in _ordered(job, now - was)]
    found += [Cause("job", name, None, "is not needed any more", head) for name in _ordered(before, was - now)]
    for role, source in job.inputs.items():
        earlier = before.inputs.get(role)
        if earlier is not None and source != earlier and source.job in was:
            files = f"{earlier.job}/{earlier.file}", f"{source.job}/{source.file}"
            found.append(Cause("input", role, *files, place_of(role, places)))
    others = {name: differing[name] for name in _ordered(job, now & was) if name in differing}
    return found + [
        Cause("job", name, None, upstream.words, None)
        for name, upstream in others.items()
        if not upstream.because_of or not upstream.because_of <= set(others)
    ]


def _ordered(job: Job, names: Set[str]) -> list[str]:
    """Some of the jobs that a job needs, in the order of its inputs."""
    return [name for name in dict.fromkeys(source.job for source in job.inputs.values()) if name in names]


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Paths whose values differ, without those that only repeat what another says."""
    found = list(_differences("", old, new))
    paths = {path for path, _, _ in found}
    return [
        (path, was, now)
        for path, was, now in found
        # A scorecard's hash is over its rules; a threshold and its unit stand beside its bound, which has both.
        if not (path == "hash" and len(found) > 1)
        and not (path.endswith(_IN_A_BOUND) and path.rpartition("/")[0] + "/bound" in paths)
    ]


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """The smallest parts that differ, by path."""
    was, now = _parts(old), _parts(new)
    if was is None or now is None:
        if old != new or type(old) is not type(new):
            yield path, old, new
        return
    for name in dict.fromkeys((*was, *now)):
        yield from _differences(f"{path}/{name}" if path else name, was.get(name, ABSENT), now.get(name, ABSENT))
    if isinstance(old, list) and list(was) != list(now) and set(was) == set(now):
        yield path, list(was), list(now)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """The parts of a mapping, and of a list whose items have names of their own; other values are whole."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list):
        names = [item_name(item) for item in value]
        if value and None not in names and len(set(names)) == len(names):
            return {str(name): item for name, item in zip(names, value, strict=True)}
    return None


def _readable(path: str) -> str:
    """A parameter's path as a spec would name it; a rule as it is written."""
    if path.startswith(_RULES):
        return path.removeprefix(_RULES).removesuffix("/bound")
    return path.replace("/", ".")


def _shown(value: Any) -> str:
    if isinstance(value, (str, Absent)) or value is None:
        text = "none" if value is None else str(value)
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

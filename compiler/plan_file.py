"""Plan files: a plan and what stands beside it, as JSON that is refused where it was altered."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlipilot.compiler.plan import Compiled, Input, Job, Plan, job_keys
from mlipilot.compiler.source_map import HEAD
from mlipilot.spec.diagnostics import Diagnostic

FORMAT_VERSION = "2.0"
"""Minor versions add; a reader refuses another major version."""


def write_plan(compiled: Compiled, folder: Path) -> str:
    """The text of a plan file in `folder`: but for a probed estimate, the same bytes for the same spec and packages."""
    keys = job_keys(compiled.plan)
    document = {
        "format_version": FORMAT_VERSION,
        "hashes": {
            "spec": compiled.plan.spec_hash,
            "scorecard": compiled.plan.scorecard_hash,
            "plan": compiled.plan.hash,
        },
        "plan": compiled.plan.document(),
        "keys": {job: key for job, key in keys.items() if key is not None},
        "unknown": [
            {"job": job, "because": "it measures the machine it runs on, or needs one that does"}
            for job, key in keys.items()
            if key is None
        ],
        "estimate": compiled.estimate,
        "source": {
            "file": Path(os.path.relpath(compiled.spec, folder)).as_posix(),
            "jobs": [
                {"id": job.id, "line": compiled.lines.get(job.id), **_beside(compiled, job.id)}
                for job in compiled.plan.jobs
            ],
            "besides": _beside(compiled, HEAD),
            "data": compiled.files,
        },
    }
    return _text(document)


def plan_moved(text: str, here: Path, there: Path) -> str:
    """The text of a plan file that is moved to another folder: it names its spec from there, where that still lies."""
    try:
        document = json.loads(text)
        spec = here / document["source"]["file"]
    except (ValueError, KeyError, TypeError):
        return text  # it is damaged, which whoever reads it says
    if not spec.is_file():
        return text
    document["source"]["file"] = Path(os.path.relpath(spec.resolve(), there.resolve())).as_posix()
    return _text(document)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def read_plan(text: str, path: Path, help_: str = "compile the spec again") -> Compiled | Diagnostic:
    """A plan from the text of a plan file; one that is damaged, altered or of another format gives a diagnostic."""

    def refuse(reason: str) -> Diagnostic:
        return Diagnostic("MLP0702", f"`{path}` is no plan that this version can run: {reason}", help=help_)

    try:
        document = json.loads(text)
        version = str(document["format_version"])
        if version.split(".", maxsplit=1)[0] != FORMAT_VERSION.split(".", maxsplit=1)[0]:
            return refuse(f"it has format {version}, and this version reads {FORMAT_VERSION}")
        source = document["source"]
        beside = {str(job["id"]): job for job in source["jobs"]}
        ids = [str(job["id"]) for job in source["jobs"]]
        plan = _plan(document["plan"], ids)
        if plan.hash != document["hashes"]["plan"]:
            return refuse("its content does not match its hash; it was altered or cut")
        estimate = document["estimate"]
        figures = [estimate["factor"], *(estimate["seconds"][job] for job in ids)]
        if not all(figure is None or math.isfinite(figure) for figure in figures):
            return refuse("its estimate is no number")
        if "campaign" in estimate:
            from mlipilot.compiler.campaign_cost import read_cost

            read_cost(estimate["campaign"])
        lines = {name: int(job["line"]) for name, job in beside.items() if job["line"] is not None}
        found = {HEAD: source["besides"], **beside}
        places, texts = ({name: _strings(part[n]) for name, part in found.items()} for n in ("places", "texts"))
        return Compiled(plan, estimate, lines, source["data"], path.parent / source["file"], places, texts)
    except RecursionError:
        return refuse("it is nested too deeply")
    except json.JSONDecodeError as error:
        return refuse(f"it is no JSON ({error})")
    except KeyError as error:
        return refuse(f"it lacks {error}")
    except (TypeError, AttributeError, ValueError):
        return refuse("it does not have the shape of a plan")


def _beside(compiled: Compiled, job: str) -> dict[str, Any]:
    """Where the parameters of a job were written and how, or what belongs to no job."""
    return {"places": compiled.places.get(job, {}), "texts": compiled.texts.get(job, {})}


def _strings(found: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()}


def _plan(body: Mapping[str, Any], ids: Sequence[str]) -> Plan:
    """A plan from its document, and the ids of its jobs. Raises KeyError, TypeError or ValueError where it is none."""
    if len({HEAD, *ids}) <= len(ids):
        raise ValueError("two jobs have one id, or one has none")
    jobs = tuple(
        Job(
            id=job_id,
            kind=job["kind"],
            operation=job["operation"],
            version=job["version"],
            params=job["params"],
            inputs={role: Input(_before(ids[:place], s["job"]), s["file"]) for role, s in job["inputs"].items()},
            threads=job["resources"]["threads"],
            device=job["resources"]["device"],
            packages=tuple(job["packages"]),
            on_this_machine=job["on_this_machine"],
            block=job["block"],
            seed=job["seed"],
            repeat=job["repeat"],
            target=job["target"],
            backend=job["backend"],
        )
        for place, (job_id, job) in enumerate(zip(ids, body["jobs"], strict=True))
    )
    return Plan(
        body["name"],
        body["question"],
        body["spec"],
        body["scorecard"],
        jobs,
        body["packages"],
        body["budget"],
        body["engine"],
        body.get("campaign"),
    )


def _before(ids: Sequence[str], place: Any) -> str:
    """The id of one of the jobs before a job: it needs results of no others."""
    if type(place) is not int or not 0 <= place < len(ids):
        raise ValueError("an input is of no job before it")
    return ids[place]

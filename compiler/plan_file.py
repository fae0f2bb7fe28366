"""Plan files: a plan and what stands beside it, as JSON that is refused where it was altered."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

from mlipilot.compiler.plan import Compiled, Input, Job, Plan, job_keys
from mlipilot.spec.diagnostics import Diagnostic

FORMAT_VERSION = "1.2"
"""Minor versions add; a reader refuses another major version."""
_FIELDS = ("block", "seed", "repeat", "target", "backend")
"""What of a job stands beside the plan, outside its hash."""


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
            "lines": compiled.lines,
            "places": compiled.places,
            "texts": compiled.texts,
            "jobs": {job.id: {name: getattr(job, name) for name in _FIELDS} for job in compiled.plan.jobs},
            "data": compiled.files,
        },
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def read_plan(text: str, path: Path) -> Compiled | Diagnostic:
    """A plan from the text of a plan file; one that is damaged or was altered gives a diagnostic."""

    def refuse(reason: str) -> Diagnostic:
        return Diagnostic(
            "MLP0702", f"`{path}` is no plan that this version can run: {reason}", help="compile the spec again"
        )

    try:
        document = json.loads(text)
        version = str(document["format_version"])
        if version.split(".", maxsplit=1)[0] != FORMAT_VERSION.split(".", maxsplit=1)[0]:
            return refuse(f"it has format {version}, and this version reads {FORMAT_VERSION}")
        body = document["plan"]
        fields = document["source"].get("jobs")
        if fields is None:
            from mlipilot.compiler.job_labels import read_label  # of old files alone

            fields = {job["id"]: read_label(job["id"])._asdict() for job in body["jobs"]}
        jobs = tuple(
            Job(
                job["id"],
                job["kind"],
                job["operation"],
                job["version"],
                job["params"],
                {role: Input(source["job"], source["file"]) for role, source in job["inputs"].items()},
                job["resources"]["threads"],
                job["resources"]["device"],
                tuple(job["packages"]),
                job["on_this_machine"],
                **{name: fields[job["id"]][name] for name in _FIELDS},
            )
            for job in body["jobs"]
        )
        plan = Plan(
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
        if plan.hash != document["hashes"]["plan"]:
            return refuse("its content does not match its hash; it was altered or cut")
        estimate = document["estimate"]
        figures = [estimate["factor"], *(estimate["seconds"][job.id] for job in jobs)]
        if not all(figure is None or math.isfinite(figure) for figure in figures):
            return refuse("its estimate is no number")
        if "campaign" in estimate:
            from mlipilot.compiler.campaign_cost import read_cost

            read_cost(estimate["campaign"])
        source = document["source"]
        places = {
            str(job): {str(name): str(place) for name, place in found.items()}
            for job, found in source.get("places", {}).items()
        }
        texts = {
            str(job): {str(name): str(text) for name, text in found.items()}
            for job, found in source.get("texts", {}).items()
        }
        file = path.parent / source["file"]
        return Compiled(plan, estimate, source["lines"], source["data"], file, places, texts)
    except RecursionError:
        return refuse("it is nested too deeply")
    except json.JSONDecodeError as error:
        return refuse(f"it is no JSON ({error})")
    except KeyError as error:
        return refuse(f"it lacks {error}")
    except (TypeError, AttributeError, ValueError):
        return refuse("it does not have the shape of a plan")

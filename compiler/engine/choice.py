"""Which engine a plan is for: the first of a spec, or the one that is named."""

from __future__ import annotations

from dataclasses import replace

from mlipilot.compiler.engine.settings import settings
from mlipilot.compiler.plan import Compiled
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve import resolve
from mlipilot.spec.schema import tags
from mlipilot.spec.source import SourceFile, Unreadable, read_source
from mlipilot.spec.suggest import nearest


def with_engine(spec: Spec, name: str | None) -> Spec | Diagnostic:
    """A spec with one engine: the first, or the one of a name or a tag; its other engines are left out.

    A tag that no block has is that engine with its defaults, on the device of the first block.
    """
    declared = spec.of_kind("engine")
    if name is None:
        chosen = declared[:1]
    else:
        chosen = tuple(block for block in declared if block.name == name)[:1]
        chosen = chosen or tuple(block for block in declared if block.tag == name)[:1]
        if not chosen and name in tags("engine"):
            device = declared[0].text("device") if declared else "cpu"
            text = f'edition "{spec.edition}"\nengine {name} : {name} {{ device = {device} }}\n'
            chosen = resolve(SourceFile("--engine", text)).spec.blocks
        if not chosen:
            return _unknown(name, [block.name for block in declared])
    if len(declared) <= 1 and chosen == declared:
        return spec
    others = tuple(block for block in spec.blocks if block.kind != "engine")
    return replace(spec, blocks=(*others, *chosen))


def plan_with_engine(compiled: Compiled, name: str) -> Compiled | Diagnostic:
    """A plan for another engine, which its spec declares, or of a kind with its defaults; no key is another."""
    source = read_source(compiled.spec)
    plan = compiled.plan
    if isinstance(source, Unreadable):
        source = SourceFile(
            str(compiled.spec), f'edition "2026"\nengine e : local {{ device = {plan.engine["device"]} }}\n'
        )
    chosen = with_engine(resolve(source).spec, name)
    if isinstance(chosen, Diagnostic):
        return chosen
    engine = settings(chosen)
    if engine["device"] != plan.engine["device"]:
        devices = f"`{engine['device']}`, and the plan was compiled for `{plan.engine['device']}`"
        headline = f"engine `{name}` evaluates models on {devices}"
        return Diagnostic("MLP0703", headline, help=f"compile the spec with `--engine {name}`")
    return compiled._replace(plan=replace(plan, engine=engine))


def _unknown(name: str, declared: list[str]) -> Diagnostic:
    known = list(dict.fromkeys([*declared, *tags("engine")]))
    meant = nearest(name, known)
    help_ = f"did you mean `{meant}`?" if meant else f"there are {', '.join(f'`{one}`' for one in known)}"
    return Diagnostic("MLP0716", f"there is no engine `{name}`", help=help_)

"""An experiment of a spec file: checked, formatted, edited, compiled, weighed, executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from mlipilot.compiler.plan import Compiled
from mlipilot.interface.arguments import AnyPath, as_path, public
from mlipilot.interface.errors import InvalidSpec, MlipilotError, demand, value_of, warn
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.edit import Change
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars

    from mlipilot.compiler.compile import Checked
    from mlipilot.compiler.review.promises import BenchmarkPower
    from mlipilot.runtime.comparison import PlanDifference
    from mlipilot.runtime.execution.outcome import Outcome
    from mlipilot.runtime.pilot.campaign.execution import Ended
    from mlipilot.runtime.pilot.campaign.powers import CampaignPower
    from mlipilot.runtime.rewriting import Rewrite


class Experiment:
    """A spec file, or a plan file that was compiled from one; its content is read anew by every method."""

    @public
    def __init__(self, path: AnyPath) -> None:
        self.path = as_path(path)

    def __repr__(self) -> str:
        return in_a_line("Experiment", str(self.path))

    @public
    def check(self, *, fix: bool = False, unsafe_fixes: bool = False, engine: str | None = None) -> list[Diagnostic]:
        """Everything that is wrong with the spec, or doubtful; it is never raised.

        With `fix` those fixes are made in the file first that keep the meaning, with `unsafe_fixes` those too that are
        probably meant; what is left is returned. `engine` names one of the spec's engines, `local` or `slurm`: a
        cluster is asked whether it takes the jobs, for three seconds at most.

        Raises:
            MlipilotError: The file with its fixes cannot be written.
        """
        from mlipilot.compiler.compile import check_file, check_source

        if fix or unsafe_fixes:
            from mlipilot.runtime.rewriting import mended_file, write

            mended = mended_file(self.path, lambda source: check_source(source).diagnostics, unsafe=unsafe_fixes)
            demand(None if isinstance(mended, list) else write(mended))
        checked = check_file(self.path)
        if engine is not None and not has_errors(checked.diagnostics):
            from mlipilot.runtime.loading import asked_of

            return asked_of(self.path, engine).diagnostics
        if checked.spec is None or checked.spec.only("pilot") is None:
            return checked.diagnostics
        from mlipilot.runtime.pilot.campaign.power_of import refusal

        return [*checked.diagnostics, *refusal(checked)]

    @public
    def format(self, *, write: bool = True) -> Rewrite:
        """The spec in the house style, comments kept; with `write=False` the file stays as it is.

        Raises:
            InvalidSpec: The file does not parse, or cannot be read.
            MlipilotError: The file cannot be written.
        """
        from mlipilot.runtime.rewriting import formatted_file
        from mlipilot.runtime.rewriting import write as write_file

        found = formatted_file(self.path)
        if isinstance(found, list):
            raise InvalidSpec(found)
        demand(write_file(found) if write else None)
        return found

    @public
    def edit(
        self, changes: Mapping[str, object] | Sequence[Change], because: str = "", *, write: bool = True
    ) -> Rewrite:
        """The spec with values of its `search` set, and nothing else; with `write=False` the file stays as it is.

        `changes` are values by path, all for one reason, `because`: numbers, `True`, `False`, or texts as a spec has
        them (`"4.5 Å"`, a quantity with its unit); or a list of `Change`, each with its own reason.

        Raises:
            InvalidSpec: The search lacks a path, a value is not in its domain, or the result does not check.
            MlipilotError: The changes have another shape, or the file cannot be written.
        """
        from mlipilot.runtime.rewriting import edited_file
        from mlipilot.runtime.rewriting import write as write_file

        found = edited_file(self.path, value_of(_changes(changes, because)))
        if isinstance(found, list):
            raise InvalidSpec(found)
        demand(write_file(found) if write else None)
        return found

    @public
    def compile(self, *, probe: bool = False, output: AnyPath | None = None, engine: str | None = None) -> Compiled:
        """The plan, with its estimate: device seconds of each job, from earlier runs where there are any.

        With `probe` each training is tried by a dry run of a minute at most, and the estimate goes by what that takes
        in time and memory. With `output` the plan is written there too. `engine` names another of the spec's engines
        than the first, `local` or `slurm`. What is doubtful is a `MlipilotWarning`.

        Raises:
            InvalidSpec: The spec has errors.
            MlipilotError: The plan cannot be written, or something else than a plan is there.
        """
        compiled = self._compile(probe=probe, engine=engine)
        if output is not None:
            from mlipilot.runtime.loading import write_plan_file

            demand(write_plan_file(compiled, as_path(output)))
        return compiled

    @public
    def forecast(self) -> str:
        """What an execution would do now, in a sentence: jobs that are reused, jobs that run, and for how long.

        Raises:
            InvalidSpec: The spec has errors.
        """
        from mlipilot.compiler.estimate import in_words
        from mlipilot.compiler.review.trials import sentences
        from mlipilot.runtime.forecast import forecast

        compiled = self._compile()
        return "\n".join([forecast(compiled, in_words), *sentences(compiled)])

    @public
    def jobs(self) -> polars.DataFrame:
        """The jobs of the plan in their order, a row each.

        Columns: `job`, `operation`, `state` (`reuse` where its result is there, else `run`), `seconds` (estimated, on
        its device), `memory_bytes` (peak, where a probe measured it), `threads`, `key`, `place` (file and line of the
        block it comes from). What is not known is null.

        Raises:
            InvalidSpec: The spec has errors.
        """
        import polars

        from mlipilot.compiler.review.table import rows
        from mlipilot.runtime.forecast import finished, keys_here

        compiled = self._compile()
        text, whole = polars.String, polars.Int64
        table = rows(compiled, keys_here(compiled), finished(compiled))
        columns = {"job": text, "operation": text, "state": text, "seconds": polars.Float64, "memory_bytes": whole}
        schema = {**columns, "threads": whole, "key": text, "place": text}
        return polars.DataFrame([tuple(vars(row).values()) for row in table], schema=schema, orient="row")

    @public
    def graph(self, format: Literal["mermaid", "dot", "json"] = "mermaid") -> str:
        """Which jobs need which, as a text: by `format` for Mermaid, for Graphviz (`"dot"`), or as JSON.

        Raises:
            InvalidSpec: The spec has errors.
        """
        import json

        from mlipilot.compiler.review.graph import DRAWINGS, document

        plan = self._compile().plan
        return json.dumps(document(plan)) if format == "json" else DRAWINGS[format](plan)

    @public
    def diff(self, new: Experiment | Compiled | AnyPath) -> PlanDifference:
        """Which jobs run again if `new` is executed in place of this, and because of which line.

        `new` is an experiment, a plan, or the path of a spec or a plan file.

        Raises:
            InvalidSpec: One of both has errors.
        """
        from mlipilot.runtime.comparison import compare

        other = new if isinstance(new, Compiled | Experiment) else load(new)
        return compare(self._compile(), other if isinstance(other, Compiled) else other._compile())

    @public
    def canonical(self) -> bytes:
        """What the spec means, as the bytes that are hashed: JSON in one fixed form.

        Raises:
            InvalidSpec: The spec has errors.
        """
        from mlipilot.compiler.canonical import encode

        return encode(self._meaning())

    @public
    def hash(self) -> str:
        """The SHA-256 of `canonical()`: two specs that mean the same have the same.

        Raises:
            InvalidSpec: The spec has errors.
        """
        from mlipilot.compiler.canonical import digest

        return digest(self._meaning())

    @public
    def power(self) -> CampaignPower:
        """What gains the campaign of the spec can find within its budget, in units of σ over seeds.

        Raises:
            InvalidSpec: The spec has errors.
            MlipilotError: It declares no campaign.
        """
        from mlipilot.runtime.loading import load_any
        from mlipilot.runtime.pilot.campaign.powers import power

        compiled, found = load_any(self.path)
        if compiled is None:
            raise InvalidSpec(found)
        return value_of(power(compiled, found))

    @public
    def benchmark_power(self) -> BenchmarkPower:
        """What the spec's benchmarks of encodings can find, by data set and tier; nothing where it has none.

        Raises:
            InvalidSpec: The spec has errors.
        """
        from mlipilot.compiler.compile import check_file
        from mlipilot.compiler.review.promises import benchmark_power

        checked = check_file(self.path)
        if checked.spec is None or has_errors(checked.diagnostics):
            raise InvalidSpec(checked.diagnostics)
        return benchmark_power(checked.spec)

    @public
    def execute(self, *, progress: bool = False, engine: str | None = None) -> Outcome | Ended:
        """Run what the plan still lacks, judge it and write the report; a campaign's where the spec has a pilot.

        What became of each job, the verdict, and where the report and the accepted model are; a job that failed is a
        value, too. Of a campaign: how it ended, its run and its report. `progress` writes lines to standard error.
        `engine` names another of the spec's engines than the first, `local` or `slurm`. Interrupted work continues
        where it was; another process may execute another plan at the same time.

        Raises:
            InvalidSpec: The spec has errors.
            MlipilotError: Nothing could be started: another process has the run, data changed, a package is missing.
        """
        from mlipilot.interface.execution import execute

        return execute(self._compile(engine=engine), progress=progress)

    def _compile(self, *, probe: bool = False, engine: str | None = None) -> Compiled:
        from mlipilot.runtime.loading import compile_spec_file, load

        loaded = compile_spec_file(self.path, probe=True, engine=engine) if probe else load(self.path, engine)
        if loaded.compiled is None:
            raise InvalidSpec(loaded.diagnostics)
        warn((str(found) for found in loaded.diagnostics if not found.is_error), 4)
        return loaded.compiled

    def _meaning(self) -> dict[str, Any]:
        from mlipilot.compiler.canonical import canonical

        checked = self._checked()
        assert checked.spec is not None
        return canonical(checked.spec)

    def _checked(self) -> Checked:
        from mlipilot.compiler.compile import check_file

        checked = check_file(self.path)
        if checked.spec is None or has_errors(checked.diagnostics):
            raise InvalidSpec(checked.diagnostics)
        return checked


@public
def load(path: AnyPath | None = None) -> Experiment:
    """An experiment of a spec file, or of a plan file; without `path`, of the one `.mlp` file of this folder.

    Its content is read when it is checked, compiled or executed.

    Raises:
        MlipilotError: The file does not exist, it cannot be read, or it is of another kind.
    """
    from mlipilot.compiler.spec_files import find_spec
    from mlipilot.spec.source import Unreadable, read_source, read_text

    found = value_of(find_spec(None if path is None else as_path(path)))
    source = read_text(found)
    if isinstance(source, Unreadable) or not (found.suffix == ".json" or source.text.lstrip().startswith("{")):
        source = read_source(found)
    if isinstance(source, Unreadable):
        raise MlipilotError([Diagnostic("MLP0001", source.headline, help=source.help)])
    return Experiment(found)


def _changes(changes: Mapping[str, object] | Sequence[Change], because: str) -> list[Change] | Diagnostic:
    from mlipilot.spec.edit import changes_of, set_once

    made = changes_of(changes, because) if isinstance(changes, Mapping) else list(changes)
    how = 'give values by path, such as `{"potential.channels": 16}`'
    return made if isinstance(made, Diagnostic) else set_once(made, how)


__all__ = ["Experiment", "load"]

"""What a resolver knows while it works: the file, its blocks by name, and the faults found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlipilot.spec.confusables import skeleton, stranger
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema.synonyms import absent, synonym
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.suggest import nearest, same_letters
from mlipilot.spec.syntax.tree import Bound, Expression, Field, Path, Statement, Word

if TYPE_CHECKING:
    from mlipilot.spec.schema.types import FieldType
    from mlipilot.spec.values import BlockValue


@dataclass(frozen=True)
class Declared:
    """A block that can be referred to."""

    kind: str
    tag: str | None
    span: Span
    source: SourceFile | None = None
    """The file, where it is imported."""

    def annotation(self, label: str) -> Annotation:
        """The place of the declaration, with what is to be said about it."""
        return Annotation(self.span, label, self.source)


def _nothing_fits(scope: Scope, node: Expression, type_: FieldType) -> bool:
    return False


@dataclass
class Scope:
    """State of one resolution."""

    source: SourceFile
    blocks: dict[str, Declared] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)
    """Names that a statement which could not be read may have declared: uses of them stay silent."""
    strays: set[str] = field(default_factory=set)
    """Kinds of block that stand where they cannot: a block that lacks one says nothing."""
    nameless: set[str] = field(default_factory=set)
    """Kinds of which a block has no name: a name that is unknown may be meant for it."""
    lost_import: bool = False
    """An import could not be read: names with a dot may be of its file."""
    aliases: dict[str, Span] = field(default_factory=dict)
    """The names of imports."""
    imported: dict[str, BlockValue] = field(default_factory=dict)
    """Blocks of imported files, by their full names."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    statements: tuple[Statement, ...] = ()
    """Those of the file."""
    around: tuple[Field | Bound, ...] = ()
    """The fields of the block that is being read, as they are written."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Its fields that have one."""
    fits: Callable[[Scope, Expression, FieldType], bool] = _nothing_fits
    """Whether an expression is a value of a type, as the reader of expressions says that has the scope."""

    def split(self, path: Path) -> tuple[Word, tuple[Word, ...]]:
        """The name of a block, which of an imported one has several words, and the words that follow it."""
        words = path.words
        for count in range(len(words), 1, -1):
            name = ".".join(word.text for word in words[:count])
            if name in self.blocks or (count == 2 and words[0].text in self.aliases):
                return Word(name, words[0].span.to(words[count - 1].span)), words[count:]
        return words[0], words[1:]

    def sibling(self, name: str) -> Expression | None:
        """The value of another field of the block that is being read: as written, else its default."""
        written = next((field.value for field in self.around if field.path.text == name), None)
        if written is not None or name not in self.defaults:
            return written
        from mlipilot.spec.syntax.parser import read_expression  # few messages need one

        return read_expression(SourceFile("<schema>", self.defaults[name]))

    def report_unknown(self, path: Path, name: Word, kind: str, what: str, known: list[str], help: str) -> None:
        """Report the name of a path that no block has; silent where a statement that cannot be read may have it."""
        if path.words[0].text in self.poisoned or (self.lost_import and len(path.words) > 1) or kind in self.nameless:
            return
        other = next((k for k in known if k != name.text and skeleton(k) == skeleton(name.text)), None)
        if other is not None and stranger(other) and self.blocks[other].source is None:
            self.report_alike(Word(other, self.blocks[other].span), name)
            return
        near, fix = like_a_name(name.text, name.span, known)
        headline = f"there is no {what} named `{name.text}`"
        if not known and len(path.words) > 1:
            self.poisoned.add(path.words[0].text)  # an import that is missing, said once
        self.report("MLP0301", headline, name.span, "unknown name", help=near or help, fix=fix)

    def report(
        self,
        code: str,
        headline: str,
        span: Span,
        label: str = "",
        *,
        help: str = "",
        fix: Fix | None = None,
        secondary: tuple[Annotation, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        """Add a diagnostic of this file."""
        self.diagnostics.append(
            Diagnostic(code, headline, self.source, Annotation(span, label), secondary, notes, help, fix)
        )

    def report_alike(self, declared: Word, used: Word | None = None) -> None:
        """Report a declared name that looks like another, once: where it is declared."""
        meant = skeleton(declared.text)
        self.poisoned.add(used.text if used is not None else meant)
        from mlipilot.spec.syntax.lexer import lex, span_of  # most names are what they look like

        tokens = lex(self.source).tokens
        edits = tuple(Edit(span_of(t), meant) for t in tokens if t.type == "WORD" and str(t) == declared.text)
        headline = f"`{declared.text}` is not the name that it looks like"
        letter = next(c for c in declared.text if stranger(c))
        self.report(
            "MLP0311",
            headline,
            declared.span,
            f"`{letter}` is U+{ord(letter):04X}",
            secondary=(Annotation(used.span, f"`{used.text}` is another name"),) if used is not None else (),
            help=f"{stranger(declared.text)}: write `{meant}`",
            fix=Fix(f"write `{meant}`", edits, Applicability.UNSAFE),
        )

    def report_again(self, code: str, headline: str, span: Span, label: str, *, help: str) -> None:
        """Add a diagnostic, or a place to the one that says the same already."""
        for index, found in enumerate(self.diagnostics):
            if (found.code, found.headline) == (code, headline):
                secondary = (*found.secondary, Annotation(span, "here too"))
                self.diagnostics[index] = replace(found, secondary=secondary)
                return
        self.report(code, headline, span, label, help=help)


def did_you_mean(word: str, span: Span, known: list[str] | tuple[str, ...]) -> tuple[str, Fix | None]:
    """The help text and fix for an unknown word; without a near word, what there is to choose from.

    The fix is safe only where the two words are one in another case, or another tool's word for the same.
    """
    alike = _look_alike(word, span, known)
    if alike is not None:
        return alike
    other = synonym(word, known)
    if other is not None:
        return f"it is `{other}` here", Fix(f"write `{other}`", (Edit(span, other),))
    found = nearest(word, known)
    if found is not None:
        sure = Applicability.SAFE if _one_by_case(word, known) else Applicability.UNSAFE
        return f"did you mean `{found}`?", Fix(f"replace by `{found}`", (Edit(span, found),), sure)
    if not known:
        return "", None
    reason = absent(word)
    return "known: " + ", ".join(f"`{name}`" for name in known) + (f"; {reason}" if reason else ""), None


def like_a_name(word: str, span: Span, known: list[str] | tuple[str, ...]) -> tuple[str, Fix | None]:
    """The same among names that the author gave: whether the use or the declaration is wrong, nobody knows but they."""
    alike = _look_alike(word, span, known)
    if alike is not None:
        return alike[0], alike[1]._replace(applicability=Applicability.UNSAFE)
    found = nearest(word, known)
    if found is None:
        return ("known: " + ", ".join(f"`{name}`" for name in known) if known else ""), None
    fix = Fix(f"replace by `{found}`", (Edit(span, found),), Applicability.UNSAFE)
    return f"did you mean `{found}`?", fix


def certain(fix: Fix | None) -> str | None:
    """The word that a fix of `did_you_mean` puts, where it is safe: only then is the text read as if it stood there."""
    return fix.edits[0].text if fix is not None and fix.applicability is Applicability.SAFE else None


def meant(word: str, known: Iterable[str]) -> str | None:
    """The word itself where it is known, else the one that it is without a doubt."""
    candidates = list(known)
    return word if word in candidates else certain(did_you_mean(word, Span(0, 0), candidates)[1])


def _look_alike(word: str, span: Span, known: Iterable[str]) -> tuple[str, Fix] | None:
    """The help and fix for a word that looks like a known one, or is looked like by one."""
    found = next((other for other in known if other != word and skeleton(other) == skeleton(word)), None)
    if found is None:
        return None
    what = stranger(word) or f"in `{found}` {stranger(found)}"
    return f"{what}: write `{found}`", Fix(f"write `{found}`", (Edit(span, found),))


def _one_by_case(word: str, known: Iterable[str]) -> bool:
    return len(word) > 1 and sum(same_letters(word, other) for other in known) == 1

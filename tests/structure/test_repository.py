"""The repository as people meet it: its own words, its changelog fragments, its locks and commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from tests.structure import tree
from tools import lock, reference

FRAGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(feature|change|bugfix|removal|migration|security|docs)\.md")
PROSE = {".md", ".py", ".cfg", ".toml", ".html", ".yaml", ".po", ".txt", ".css", ".js", ""}

REFUSED_WORDS = re.compile(
    "|".join(
        [
            r"\bissues? #?\d", r"\(#\d+\)", r"(?<!\w)/(?:work|opt|root)/",
            r"\b(?:HOUSE|architecture|stack|peers|limits|anchors)\.md\b",
            r"\bsub-?agents?\b", r"\b[Ll]anguage model\b",
        ]
    )
)  # fmt: skip
"""What belongs to the making and not to the product: other people's folders, notes and tickets."""

WORDS_THAT_STAND: dict[str, str] = {}


def test_the_repository_speaks_of_the_product() -> None:
    """Nothing in it sends the reader to a place he does not have."""
    found = {}
    for path in tree.files():
        if path.suffix not in PROSE or "vendor" in path.parts or path.suffix in (".css", ".js"):
            continue
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            if match := REFUSED_WORDS.search(line):
                found[str(path)] = f"line {number}: {match.group()}"
    tree.judge(found, WORDS_THAT_STAND)


def test_change_fragments_are_named() -> None:
    """`changes/<what>.<type>.md`; the page of changes is made from them at a release."""
    fragments = [path for path in tree.files() if path.parts[0] == "changes" and path.name != "README.md"]
    tree.judge([str(path) for path in fragments if not FRAGMENT.fullmatch(path.name)], {})
    tree.judge([str(path) for path in fragments if not tree.text(path).strip()], {})


def test_locks_agree_with_what_is_asked() -> None:
    """requirements*.txt pin everything setup.cfg asks for, inside the asked ranges."""
    assert lock.disagreements() == []


def test_both_readmes_have_the_same_commands() -> None:
    """A Chinese reader is told to type what an English reader is told to type."""
    english, chinese = (sorted(set(_commands(Path(name)))) for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese


def test_named_make_targets_exist() -> None:
    """`make something` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", tree.text(Path("Makefile")), re.MULTILINE))
    found = [
        f"{path}: {command}"
        for path in _documents()
        for command in _commands(path)
        if (words := command.split())[0] == "make" and len(words) > 1
        and "=" not in words[1] and words[1] not in targets
    ]  # fmt: skip
    tree.judge(found, {})


def test_named_commands_exist() -> None:
    """Every `remit ...` in a document resolves to a command, and its options to options of that command."""
    group = reference.root_command()
    found = {}
    for path in _documents():
        for command in _commands(path):
            if command.startswith("remit ") and (fault := _fault(group, command)):
                found[f"{path}: {command}"] = fault
    tree.judge(found, {})


def test_named_files_exist() -> None:
    """A link to a file of the repository leads to it."""
    found = [
        f"{path}: {target}"
        for path in _documents()
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", tree.text(path))
        if not (tree.ROOT / path.parent / target).exists()
    ]
    tree.judge(found, {})


def _documents() -> list[Path]:
    return [
        path
        for path in tree.files()
        if path.suffix == ".md" and (path.parts[0] in ("docs", "changes") or len(path.parts) == 1)
    ]


def _commands(path: Path) -> Iterator[str]:
    """What a document tells the reader to type: lines of its code blocks, and code inside sentences."""
    content = tree.text(path)
    for block in re.findall(r"^```(?:sh|console|bash)?\n(.*?)^```", content, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            command = line.removeprefix("$ ").split("  #")[0].strip()
            if command.startswith(("remit ", "make")):
                yield command
    outside = re.sub(r"^```.*?^```", "", content, flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`((?:remit|make) [^`\n]+)`", outside):
        if not code.endswith("..."):
            yield code


def _fault(command: click.Command, line: str) -> str:
    """What is wrong with a command line, or nothing. Capital words and alternatives stand for values."""
    context = click.Context(command, info_name="remit")
    words = shlex.split(re.split(r"\s[|<>&]", line)[0])[1:]
    while words and isinstance(command, click.Group):
        if words[0].startswith("-"):
            return ""
        names = words.pop(0).split("|")
        children = [command.get_command(context, name) for name in names]
        if None in children:
            return f"there is no {names[children.index(None)]} in {context.command_path}"
        assert children[0] is not None
        command = children[0]
        context = click.Context(command, info_name=command.name, parent=context)
    known = {name for parameter in command.get_params(context) for name in parameter.opts + parameter.secondary_opts}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"{context.command_path} has no {', '.join(unknown)}" if unknown else ""

"""What several commands take from the command line: the workspace, the question, and the options of every figure family."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

import typer

from metrics.errors import QuestionError
from metrics.figures import families
from metrics.options import option_name

WORKSPACE = Path("workspace")

InWorkspace = Annotated[
    Path, typer.Option("--workspace", "-w", envvar="CX_WORKSPACE", help="The folder of the company's exports and snapshots.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfMetric = Annotated[str, typer.Argument(help="The metric's id; `cx metrics` lists them.", show_default=False)]
Period = Annotated[str | None, typer.Option(help="2026, 2026-Q3, 2026-10, 2026-W41, START..END or all; this month unless said.")]
Where = Annotated[list[str] | None, typer.Option(help="Only these: dimension=value; repeat it for more.")]
Why = Annotated[str, typer.Option("--why", help="What these people are listed for; it is written into the audit log.")]
By = Annotated[list[str] | None, typer.Option(help="Split by this dimension; at most two.")]
Compare = Annotated[str | None, typer.Option(help="With the period before (before), the year before (year), or none.")]


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command a flag for every option of every figure family, in place of its parameter `options`."""
    flags = option_flags()

    def called(**given: Any) -> None:
        options = {name: given.pop(_parameter(name)) for name in flags}
        command(**given, options={name: value for name, value in options.items() if value is not None})

    kept = [one for one in inspect.signature(command).parameters.values() if one.name != "options"]
    added = [
        inspect.Parameter(_parameter(name), inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in flags.items()
    ]
    called.__dict__["__signature__"] = inspect.Signature([*kept, *added])
    called.__annotations__ = {one.name: one.annotation for one in (*kept, *added)}
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    return called


def option_flags() -> dict[str, Any]:
    """Returns the flags by the option's name; an option of several families says what each means by it."""
    told: dict[str, dict[str, list[str]]] = {}
    for family in families().values():
        for option in fields(family.Options):
            meanings = told.setdefault(option_name(option), {})
            meanings.setdefault(str(option.metadata["help"]), []).extend(option.metadata.get("choices", ()))
    return {
        name: Annotated[str | None, typer.Option(f"--{name.replace('_', '-')}", help="; ".join(_told_once(meanings)))]
        for name, meanings in told.items()
    }


def filters(texts: Sequence[str] | None) -> dict[str, list[str]]:
    """Returns dimension=value texts as values by dimension; raises QuestionError."""
    found: dict[str, list[str]] = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise QuestionError(f'"{text}" is not dimension=value', instead="Write for example region=North")
        found.setdefault(name.strip(), []).append(value)
    return found


def _told_once(meanings: Mapping[str, Sequence[str]]) -> list[str]:
    """Returns each meaning with all the words it takes, without those that begin another one, which says more."""
    return [
        _with_choices(one, choices)
        for one, choices in meanings.items()
        if not any(other != one and other.startswith(one) for other in meanings)
    ]


def _parameter(name: str) -> str:
    """Returns the parameter that takes an option, which may be a word of Python's own."""
    return f"{name}_" if iskeyword(name) else name


def _with_choices(meaning: str, choices: Sequence[str]) -> str:
    words = [choice for choice in dict.fromkeys(choices) if choice]
    return f"{meaning} ({', '.join(words)})" if words else meaning

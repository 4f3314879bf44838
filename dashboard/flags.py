"""Command-line flags for the options of every figure family, read from their dataclasses."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from keyword import iskeyword
from typing import Annotated, Any

import typer

from metrics.figures import families
from metrics.options import option_name


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

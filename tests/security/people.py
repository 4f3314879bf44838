"""A file of people made by hand: who may come in, by name or by group."""

from dataclasses import dataclass, field

from dashboard.access.who import Role
from queries.policy import Policy

NORTH = Policy(regions=frozenset({"North"}), names=False, least=5)


@dataclass(slots=True)
class FakePeople:
    """Answers as the workspace's file does; asked keeps what it was asked."""

    named: dict[str, tuple[Role, Policy]] = field(
        default_factory=lambda: {
            "ada@example.com": (Role.ADMIN, Policy()),
            "max@example.com": (Role.MANAGER, Policy()),
            "vera@example.com": (Role.VIEWER, NORTH),
        }
    )
    of_group: dict[str, tuple[Role, Policy]] = field(
        default_factory=lambda: {"board": (Role.VIEWER, Policy(names=False, least=5))}
    )
    asked: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def who(self, name: str, groups: frozenset[str]) -> tuple[Role, Policy] | None:
        self.asked.append((name, groups))
        return self.named.get(name) or next((told for group, told in self.of_group.items() if group in groups), None)

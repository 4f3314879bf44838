"""What a person should know of the join-up once a build has made it: what identity.toml names in vain, whose ids lead on."""

from collections.abc import Iterator

from queries.engines.duckdb import Connection, read_columns

MOST = 5


def identity_notices(connection: Connection) -> Iterator[str]:
    """Yield a sentence about what identity.toml names and no record tells of, and one about ids that lead on since this build."""
    unheard = sorted(read_columns(connection, "identity_unheard", ("named_in", "named")))
    if unheard:
        told = ", ".join(f'"{named}" ({place})' for place, named in unheard[:MOST])
        yield f"identity.toml: no customer record tells of {told}{_more(len(unheard))}; they change nothing"
    before = {key for (key,) in read_columns(connection, "customer_registry", ("node_key",)) if key.startswith("customer=")}
    found = read_columns(connection, "customer_redirect", ("old_customer_id", "customer_id"))
    led = sorted((old, kept) for old, kept in found if f"customer={old}" not in before)
    if led:
        told = ", ".join(f"{old} to {kept}" for old, kept in led[:MOST])
        customers = "1 customer is" if len(led) == 1 else f"{len(led):,} customers are"
        yield f"{customers} one with others now; the ids lead on: {told}{_more(len(led))}"


def _more(count: int) -> str:
    return f" and {count - MOST:,} more" if count > MOST else ""

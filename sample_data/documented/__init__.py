"""Everything that is told in the documented import format: one table per entity and source."""

from sample_data.cases import in_zendesk
from sample_data.documented.agreements import commitments, contracts, customer_records, properties
from sample_data.documented.finance import costs, rates
from sample_data.documented.passing import campaigns, consents, interactions
from sample_data.documented.purchases import order_lines, shop_orders, till_orders
from sample_data.documented.sales import opportunities, stage_changes
from sample_data.documented.service import field_case_events, field_cases, reported_promises, survey_answers, survey_responses
from sample_data.world import World
from sample_data.writers import Table


def documented_tables(world: World) -> list[Table]:
    """Every table of the import format."""
    in_field = [case for case in world.cases if not in_zendesk(case)]
    tables = [
        customer_records,
        contracts,
        commitments,
        shop_orders,
        till_orders,
        order_lines,
        campaigns,
        consents,
        opportunities,
        stage_changes,
        reported_promises,
        survey_responses,
        survey_answers,
        costs,
        rates,
        properties,
    ]
    made = [table(world) for table in tables]
    return [*made, *interactions(world), field_cases(world, in_field), field_case_events(in_field)]

-- One row per event that means something in a journey, by the value of a property that it asks for, as it was declared when the snapshot was made.
--
-- grain: journey_id, rule_no, channel, property_name, property_value
-- reads: journey_rule, journey_condition
select
    rule.journey_id,
    rule.rule_no,
    rule.rule,
    rule.stage_no,
    rule.event,
    rule.channel,
    rule.conditions,
    rule.after_no,
    rule.before_no,
    condition.property_name,
    condition.property_value
from journey_rule as rule
left join journey_condition as condition on rule.journey_id = condition.journey_id and rule.rule_no = condition.rule_no
order by rule.journey_id, rule.rule_no, rule.channel, condition.property_name, condition.property_value

"""Rows of a large file are cast as they are read, those of a small one kept between the steps: both must become the same."""

import pytest

from queries.intake import cast

INTERACTIONS = """interaction_id,record_id,happened_at,event,channel,direction,purpose,value,properties
1,R1,2026-03-01 10:00:00,call,phone,inbound,,"1,5","{""device"": ""desk""}"
2,R1,2026-03-01T10:00:00Z,mail sent,E-Mail,Outbound,promotional,2.5,
3,R2,yesterday,call,phone,inbound,,,
4,R2,2026-03-02,call,carrier  pigeon,inbound,,,{}
,R3,2026-03-03 08:00,visit,store,self,,,
,R3,2026-03-03 08:00,visit,store,self,,,no object
1,R1,2026-03-01 10:00:00,call,phone,inbound,,"1,5","{""device"": ""desk""}"
5,R1,2026-03-04
"""
TABLES = ("interactions", "properties", "ledger", "rejected_rows", "unknown_values", "unused_columns")


@pytest.mark.parametrize("text", [INTERACTIONS, INTERACTIONS.replace("3,R2,yesterday", "3,R2,2026-03-01"), INTERACTIONS[:230]])
def test_many_rows_become_what_few_become(intake_in, monkeypatch, tmp_path, text):
    def told(most: int, name: str) -> list[list[tuple[object, ...]]]:
        monkeypatch.setattr(cast, "MANY", most)
        (tmp_path / name).mkdir()
        taken = intake_in(tmp_path / name).take({"interactions.csv": text})
        assert not taken.refused
        return [sorted(taken.connection.table(table).fetchall(), key=repr) for table in TABLES]

    assert told(0, "many") == told(1_000_000, "few")

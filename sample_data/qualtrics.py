"""The yearly survey as Qualtrics exports it: three header rows, a score and its group, no zone."""

from sample_data.draw import Draw
from sample_data.moments import MINUTE, local_text
from sample_data.surveys import NpsAnswer, feeling
from sample_data.world import World
from sample_data.writers import Row, Table

COLUMNS = {
    "StartDate": ("Start Date", "startDate"),
    "EndDate": ("End Date", "endDate"),
    "Status": ("Response Type", "status"),
    "IPAddress": ("IP Address", "ipAddress"),
    "Progress": ("Progress", "progress"),
    "Duration (in seconds)": ("Duration (in seconds)", "duration"),
    "Finished": ("Finished", "finished"),
    "RecordedDate": ("Recorded Date", "recordedDate"),
    "ResponseId": ("Response ID", "_recordId"),
    "RecipientLastName": ("Recipient Last Name", "recipientLastName"),
    "RecipientFirstName": ("Recipient First Name", "recipientFirstName"),
    "RecipientEmail": ("Recipient Email", "recipientEmail"),
    "ExternalReference": ("External Data Reference", "externalDataReference"),
    "DistributionChannel": ("Distribution Channel", "distributionChannel"),
    "UserLanguage": ("User Language", "userLanguage"),
    "Q_NPS_NPS_GROUP": ("Would you recommend us to a friend? - Group", "QID1_NPS_GROUP"),
    "Q_NPS": ("Would you recommend us to a friend?", "QID1"),
    "Q_COMMENT": ("What is the reason for your score?", "QID2_TEXT"),
    "Wave": ("Wave", "Wave"),
}


def answer_row(answer: NpsAnswer) -> Row:
    """One response as Qualtrics tells it."""
    person = answer.person
    return [
        local_text(answer.answered - 3 * MINUTE),
        local_text(answer.answered),
        "IP Address",
        "192.0.2.17",
        "100",
        "180",
        "True",
        local_text(answer.answered),
        answer.number,
        person.family,
        person.first,
        person.email,
        person.number,
        "email",
        "DE",
        feeling(answer.score).title(),
        str(answer.score),
        answer.comment,
        answer.wave,
    ]


def nps_table(world: World) -> Table:
    """All waves in one export, with a preview, unfinished responses and people who answered twice."""
    draw, rows = Draw(world.seed, "qualtrics"), []
    again = {answer.number for answer in draw.sample(world.nps[:-1], world.size.quota(36, 2))}
    for answer in world.nps:
        row = answer_row(answer)
        if answer.number in again:
            first = list(row)
            first[0] = first[1] = first[7] = local_text(answer.answered - 20 * MINUTE)
            first[8], first[15], first[16], first[17] = "R_0" + answer.number[2:], "Passive", "7", ""
            rows.append(first)
        rows.append(row)
    previews = world.size.quota(6, 2)
    refused: list[tuple[Row, str, str]] = []
    for place in range(previews):
        preview = list(rows[place])
        preview[2], preview[8], preview[11], preview[12] = "Survey Preview", f"R_PREVIEW{place}", "", ""
        rows.insert(0, preview)
        refused.append((preview, "Status", "preview"))
    unfinished = world.size.quota(45, 2)
    for place, answer in enumerate(draw.sample(world.nps[:-1], unfinished)):
        begun = answer_row(answer)
        begun[4], begun[6], begun[8], begun[15], begun[16], begun[17] = "35", "False", f"R_BEGUN{place}", "", "", ""
        rows.insert(len(rows) * (place + 1) // (unfinished + 2), begun)
    table = Table(
        file="Fernhill NPS 2026-10-29.csv", entity="survey_responses", source="qualtrics", header=list(COLUMNS), rows=rows
    )
    table.refused = refused
    table.above = ([text for text, _ in COLUMNS.values()], [f'{{"ImportId":"{name}"}}' for _, name in COLUMNS.values()])
    table.notes.update(answered_twice=len(again), previews=previews, unfinished=unfinished)
    return table

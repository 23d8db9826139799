"""What passes between the customer and people at Mackerel: tickets, searches, surveys, touches."""

from mackerel_cs.simulate import words
from mackerel_cs.simulate.entities import compact, quoted
from mackerel_cs.simulate.moments import DAY_MS, HOUR_MS, date_of, tokyo_day
from mackerel_cs.simulate.organization import Organization

UNHAPPY = 6
COVERAGE = {"individual": "tech", "startup": "tech", "business": "low", "enterprise": "high"}


def search(org: Organization, ms: int, topic: str) -> None:
    """A search of the guide; searches about what does not exist find nothing."""
    dice = org.dice
    query = dice.pick(words.SEARCHES[topic])
    nothing = 1.0 if topic == "search_without_answer" else 0.12
    found = 0 if dice.chance(nothing) else dice.whole(1, 20)
    user = f'"{org.operator.id}"' if org.users else "null"
    locale = "ja" if dice.chance(0.8) else "en"
    org.emit(
        "zendesk.guide.search",
        ms,
        f'{{"query":{quoted(query)},"resultCount":{found},"userId":{user},"locale":"{locale}"}}',
    )


def open_ticket(org: Organization, ms: int, category: str, is_answered: bool = True) -> None:
    """A support ticket and how it goes on; an unanswered one drags on without help."""
    dice = org.dice
    if not org.users:
        return
    number = f"{org.index * 100_000 + org.made}"
    org.made += 1
    body = {
        "id": number,
        "category": category,
        "priority": dice.weighted({"low": 0.2, "normal": 0.6, "high": 0.15, "urgent": 0.05}),
        "channel": "web" if dice.chance(0.7) else "email",
        "requesterUserId": org.operator.id,
        "subject": dice.pick(words.TICKETS[category]),
    }
    org.emit("zendesk.ticket.created", ms, f'{{"ticket":{compact(body)}}}')
    moment = ms + int(dice.between(0.5, 9) * HOUR_MS)
    for reply in range(1 if dice.chance(0.55) else dice.whole(2, 5)):
        author = "end_user" if reply % 2 else "agent"
        org.schedule(moment, _comment, number, author)
        moment += int(dice.between(1, 30) * HOUR_MS)
    if is_answered:
        org.schedule(moment, _solve, number)


def _comment(org: Organization, ms: int, number: str, author: str) -> None:
    comment = f'"comment":{{"authorType":"{author}","isPublic":true}}'
    org.emit("zendesk.ticket.comment-added", ms, f'{{"ticket":{{"id":"{number}"}},{comment}}}')


def _solve(org: Organization, ms: int, number: str) -> None:
    org.emit("zendesk.ticket.solved", ms, f'{{"ticket":{{"id":"{number}"}}}}')
    if org.dice.chance(0.3):
        org.schedule(ms + int(org.dice.between(0.1, 2) * DAY_MS), _rate, number)


def _rate(org: Organization, ms: int, number: str) -> None:
    verdict = "good" if org.dice.chance(0.85 if not org.stall else 0.5) else "bad"
    org.emit(
        "zendesk.ticket.rated", ms, f'{{"ticket":{{"id":"{number}"}},"satisfaction":"{verdict}"}}'
    )


def log_touch(org: Organization, ms: int, topic: str, stumble: str | None = None) -> None:
    """A CRE had contact with the customer."""
    coverage = COVERAGE[org.segment]
    kinds = {"high": ("visit", "online", "mail"), "low": ("online", "mail", "phone")}
    touch = {
        "id": org.new_id(ms),
        "kind": org.dice.pick(kinds.get(coverage, ("mail", "seminar"))),
        "coverage": coverage,
        "topic": topic,
        "stumble": stumble,
        "creId": f"cre-0{org.index % 4 + 1}",
    }
    org.emit("cre.touch.logged", ms, f'{{"touch":{compact(touch)}}}')


def survey(org: Organization, ms: int) -> None:
    """An answer to the NPS question; who is in trouble answers lower."""
    if not org.users:
        return
    dice = org.dice
    trouble = 3.0 * bool(org.stall or org.flood_rate) + 2.5 * (org.champion is None)
    trouble += 3.0 * (org.migrating_from < ms)
    score = max(0, min(10, round(dice.spread(8.2, 0.18) - trouble * dice.unit())))
    comment = quoted("アラートが多い") if score < UNHAPPY and dice.chance(0.3) else "null"
    org.emit(
        "cre.survey.answered",
        ms,
        f'{{"survey":{{"id":"{org.new_id(ms)}","kind":"nps","score":{score}}},'
        f'"userId":"{org.operator.id}","comment":{comment}}}',
    )


def override(org: Organization, ms: int) -> None:
    """A CRE knows better than the score, for a while."""
    band = org.dice.pick(("red", "yellow", "green"))
    expires = date_of(tokyo_day(ms) + 60).isoformat()
    org.emit(
        "cre.override.set",
        ms,
        f'{{"override":{{"band":"{band}","reason":"spoke with the customer",'
        f'"expiresOn":"{expires}"}},'
        f'"authorId":"cre-0{org.index % 4 + 1}"}}',
    )


def verdict(org: Organization, ms: int) -> None:
    """A CRE says whether an alarm was right."""
    is_right = org.stall is not None or org.champion is None
    value = "right" if is_right else org.dice.pick(("wrong", "unclear"))
    org.emit(
        "cre.verdict.given",
        ms,
        f'{{"verdict":{{"alarmId":"{org.new_id(ms)}","value":"{value}"}},'
        f'"authorId":"cre-0{org.index % 4 + 1}"}}',
    )

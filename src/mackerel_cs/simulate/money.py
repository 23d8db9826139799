"""Trials, subscriptions, invoices, payments, and the ways a subscription ends."""

from datetime import date

from mackerel_cs.simulate import prices, words
from mackerel_cs.simulate.entities import SYSTEM, compact
from mackerel_cs.simulate.moments import (
    DAY_MS,
    HOUR_MS,
    NEVER,
    at,
    date_of,
    day_of,
    iso,
    next_month,
    tokyo_day,
)
from mackerel_cs.simulate.organization import Organization, month_start
from mackerel_cs.simulate.world import Churn

TRIAL_DAYS = 14
CONVERSION = {"individual": 0.12, "startup": 0.6, "business": 0.82, "enterprise": 0.92}
PATIENCE = 3
DISCOUNTS = (0, 0, 0, 5, 10, 15, 20)


def start_trial(org: Organization, ms: int) -> None:
    """Everybody begins with a trial."""
    ends = ms + TRIAL_DAYS * DAY_MS
    org.emit("billing.trial.started", ms, f'{{"trial":{{"plan":"trial","endsAt":"{iso(ends)}"}}}}')
    if ends >= org.world.opened or org.created >= org.world.opened:
        org.schedule(ends, end_trial)


def end_trial(org: Organization, ms: int) -> None:
    """Who has got going converts; others fall to the free plan or go."""
    dice = org.dice
    if org.is_internal or (org.segment == "individual" and dice.chance(0.06)):
        subscribe(org, ms, "ambassador", "conversion")
        return
    chance = CONVERSION[org.segment]
    if org.stall or not org.hosts or not org.monitors:
        chance *= 0.45
    if dice.chance(chance):
        if org.segment == "enterprise":
            org.discount = dice.pick(DISCOUNTS)
        is_large = org.segment == "enterprise" and dice.chance(0.5)
        subscribe(org, ms, "enterprise" if is_large else "standard", "conversion")
    elif org.is_at_home or dice.chance(0.6):
        subscribe(org, ms, "free", "plan")
        org.target = min(org.target, prices.FREE_HOSTS)
    else:
        end_subscription(org, ms, "trial_expired")
        org.world.truth.churns.append(Churn(org.id, ms, ms, "trial_expired"))
        org.leaving_on = ms
        org.schedule(ms + int(dice.between(2, 20) * DAY_MS), _delete, "trial_expired")


def subscribe(org: Organization, ms: int, plan: str, reason: str) -> None:
    """The plan, the price or the quantities change from a date on."""
    previous = f'{{"plan":"{org.plan}"}}' if org.plan else "null"
    org.plan = plan
    if org.subscription is None:
        org.subscription = org.new_id(ms)
    if org.is_paying:
        org.bill = org.bill_now()
    else:
        standard = sum(host.size == "standard" for host in org.hosts)
        org.bill = prices.Bill(standard, len(org.hosts) - standard, 0, org.regime, 100)
    body = {
        "id": org.subscription,
        "plan": plan,
        "billingRegime": org.regime,
        "billingPeriod": org.period,
        "standardHosts": org.bill.standard,
        "microHosts": org.bill.micro,
        "discountPercent": org.discount,
        "mrrJpy": org.bill.amount if org.is_paying else 0,
        "currency": "JPY",
        "effectiveDate": date_of(tokyo_day(ms)).isoformat(),
    }
    org.emit(
        "billing.subscription.changed",
        ms,
        f'{{"subscription":{compact(body)},"previous":{previous},"reason":"{reason}"}}',
    )


def monthly(org: Organization, ms: int) -> None:
    """The first of a month: bill the last one, then look at quantities and price."""
    if not org.is_paying or org.bill is None:
        return
    today = date_of(tokyo_day(ms))
    if org.period == "month" or today.month == date_of(tokyo_day(org.created)).month:
        _invoice(org, ms, today)
    if org.segment == "enterprise" and org.dice.chance(0.02):
        org.discount = org.dice.pick(DISCOUNTS)
        subscribe(org, ms + HOUR_MS, org.plan, "discount")
    elif org.plan == "standard" and org.segment == "enterprise" and org.dice.chance(0.012):
        subscribe(org, ms + HOUR_MS, "enterprise", "plan")
    elif org.bill_now() != org.bill:
        subscribe(org, ms + HOUR_MS, org.plan, "hosts")


def change_regime(org: Organization, ms: int) -> None:
    """The planned day on which an old customer moves to the price list of November 2024."""
    org.regime = "metric"
    if org.is_paying:
        subscribe(org, ms, org.plan, "regime")


def _invoice(org: Organization, ms: int, today: date) -> None:
    assert org.bill is not None
    dice = org.dice
    months = 12 if org.period == "year" else 1
    start = month_start(tokyo_day(ms) - 1)
    if months > 1:
        start = today.replace(year=today.year - 1)
    lines = [
        {
            "item": item,
            "quantity": quantity * months,
            "unitPriceJpy": unit,
            "amountJpy": yen * months,
        }
        for item, quantity, unit, yen in org.bill.lines
    ]
    amount = org.bill.amount * months
    invoice = {
        "id": org.new_id(ms),
        "periodStart": start.isoformat(),
        "periodEnd": today.isoformat(),
        "dueDate": date_of(day_of(next_month(today)) - 1).isoformat(),
        "amountJpy": amount,
        "lines": lines,
    }
    org.emit("billing.invoice.issued", ms, f'{{"invoice":{compact(invoice)}}}')
    org.schedule(ms + int(dice.between(1, 20) * DAY_MS), pay, invoice["id"], amount, 0)


def pay(org: Organization, ms: int, invoice: str, amount: int, failures: int) -> None:
    """A payment arrives, or fails and is tried again until patience ends."""
    body = f'"invoiceId":"{invoice}","amountJpy":{amount}'
    # One failure makes the next likelier: the card stays expired until somebody cares.
    if org.dice.chance(0.022 if failures == 0 else 0.35):
        reason = org.dice.weighted(
            {"card_expired": 0.6, "insufficient_funds": 0.25, "unknown": 0.15}
        )
        org.emit("billing.payment.failed", ms, f'{{{body},"reason":"{reason}"}}')
        if failures + 1 < PATIENCE:
            org.schedule(ms + 4 * DAY_MS, pay, invoice, amount, failures + 1)
        elif org.leaving_on == NEVER and org.is_paying:
            org.leaving_on = ms
            org.world.truth.churns.append(Churn(org.id, ms, ms + 5 * DAY_MS, "payment"))
            org.schedule(ms + 5 * DAY_MS, _stop, "payment")
    else:
        org.emit("billing.payment.received", ms, f"{{{body}}}")


def request_cancellation(org: Organization, ms: int, state: str) -> None:
    """The customer asks to leave: paid at the next month's first, free at once."""
    if org.leaving_on != NEVER:
        return
    dice = org.dice
    org.leaving_on = ms
    if not org.is_paying:
        org.world.truth.churns.append(Churn(org.id, ms, ms + HOUR_MS, state))
        org.schedule(ms + HOUR_MS, _delete, "left")
        return
    effective = day_of(next_month(date_of(tokyo_day(ms) + 4)))
    reason = dice.weighted(words.CANCEL_REASONS.get(state, words.ANY_REASON))
    person = next((u for u in org.users if u.authority == "owner"), None) or org.operator
    org.emit(
        "billing.cancellation.requested",
        ms,
        f'{{"cancellation":{{"reason":"{reason}",'
        f'"effectiveDate":"{date_of(effective).isoformat()}"}},'
        f'"requestedBy":{{"userId":"{person.id}"}}}}',
    )
    org.world.truth.churns.append(Churn(org.id, ms, at(effective), state))
    stays = reason in ("price", "no_need") and dice.chance(0.4)
    org.schedule(at(effective, 0.2), _stop, "downgraded" if stays else "cancelled")


def end_subscription(org: Organization, ms: int, reason: str) -> None:
    """The subscription ends."""
    if org.subscription is None:
        org.subscription = org.new_id(ms)
    ended = date_of(tokyo_day(ms)).isoformat()
    org.emit(
        "billing.subscription.ended",
        ms,
        f'{{"subscription":{{"id":"{org.subscription}"}},"endedOn":"{ended}","reason":"{reason}"}}',
    )


def _stop(org: Organization, ms: int, reason: str) -> None:
    end_subscription(org, ms, reason)
    if reason == "downgraded":
        org.leaving_on = NEVER
        org.migrating_from = NEVER
        org.declining_until = 0
        subscribe(org, ms + 60_000, "free", "plan")
        org.target = min(org.target, prices.FREE_HOSTS)
        if org.dice.chance(0.35):
            org.schedule(ms + int(org.dice.between(40, 200) * DAY_MS), reactivate)
    else:
        org.plan = "ended"
        org.bill = None
        days = org.dice.between(1, 25)
        org.schedule(ms + int(days * DAY_MS), _delete, reason)


def reactivate(org: Organization, ms: int) -> None:
    """A former payer pays again."""
    if org.plan == "free" and org.leaving_on == NEVER:
        org.subscription = None
        org.target = max(2, org.target * 2)
        subscribe(org, ms, "standard", "reactivation")


def _delete(org: Organization, ms: int, reason: str) -> None:
    owner = next((user for user in org.users if user.authority == "owner"), None)
    org.end(ms, reason, owner.actor if owner else SYSTEM)

"""Raw logs of a believable Mackerel, with the hidden truth beside them.

Two halves. Each organization has a story (`founding`, `onboarding`, `operations`, `everyday`,
`fleet`, `alerting`, `money`, `relations`) that is played day by day and changes its state
(`organization`): it writes the rare, telling events. What is frequent (host-day metering, page
views, sign-ins, API key use) follows from that state and is drawn for a month at a time with NumPy
and Polars (`daily`). `delivery` puts everything into envelopes, brings it into disorder and writes
it by arrival date. The truth never enters the log (`truth`).
"""

from mackerel_cs.simulate.options import SimulationOptions, SimulationSummary
from mackerel_cs.simulate.run import run

__all__ = ["SimulationOptions", "SimulationSummary", "run"]

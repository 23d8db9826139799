"""Made-up names and published vocabulary the simulator speaks with."""


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _split(
    "amber azure brisk calm cedar clear coral crisp dawn deep delta early ember fair fern"
    " fresh gentle glad gold green ivory jade keen kind lucky maple mint noble north olive"
    " pale plain quick quiet rapid silver sunny"
)
SECOND = _split(
    "anchor arbor atlas beacon bridge canvas cargo circle cloud comet depot field forge"
    " garden harbor hive island kite lantern ledger lotus market meadow mirror orchard parcel"
    " pixel planet portal quarry relay river rocket signal studio temple tower valley voyage"
    " window works"
)
GIVEN = _split(
    "akira aoi asahi chika daiki emi haru hina jun kaito kana ken mai makoto mei mika nao ren"
    " riku rina sakura sora taro yui yuki yuto"
)
FAMILY = _split(
    "abe endo fujita goto hara hayashi ikeda inoue ito kato kimura kobayashi maeda mori"
    " nakamura ogawa okada saito sasaki sato suzuki tanaka ueda wada yamada yoshida"
)
SERVICES = ("web", "api", "batch", "data", "auth", "media", "shop", "search", "infra", "mail")
ROLES = ("app", "db", "proxy", "cache", "worker", "queue", "bastion", "log")
METRICS = ("cpu%", "memory%", "disk%", "loadavg5", "swap%", "custom.nginx.requests.requests")
CHECKS = ("procs", "log", "http", "tcp", "mysql", "ping")
METRIC_PLUGINS = _split(
    "mackerel-plugin-accesslog mackerel-plugin-apache2 mackerel-plugin-jvm"
    " mackerel-plugin-linux mackerel-plugin-multicore mackerel-plugin-mysql"
    " mackerel-plugin-nginx mackerel-plugin-postgres mackerel-plugin-redis"
    " mackerel-plugin-snmp"
)
FEATURES = {
    "hosts": 0.27,
    "services": 0.15,
    "dashboards": 0.17,
    "alerts": 0.17,
    "monitors": 0.09,
    "channels": 0.03,
    "members": 0.02,
    "billing": 0.015,
    "settings": 0.025,
    "integrations": 0.02,
    "metrics-explorer": 0.02,
    "apm": 0.02,
}
PATHS = {"members": "members", "settings": "settings/account", "billing": "settings/plan"}
AWS_SERVICES = ("EC2", "RDS", "ALB", "ElastiCache", "Lambda", "SQS")
# (version, first day it was there), mackerel-agent's change log (Apache-2.0)
AGENTS = (
    ("0.82.0", "2024-06-13"),
    ("0.83.0", "2024-11-26"),
    ("0.84.0", "2025-01-27"),
    ("0.84.3", "2025-03-31"),
    ("0.85.0", "2025-05-16"),
    ("0.85.2", "2025-09-19"),
    ("0.85.3", "2025-12-10"),
    ("0.86.0", "2026-01-26"),
    ("0.86.3", "2026-04-16"),
    ("0.87.0", "2026-06-26"),
)
CANCEL_REASONS = {
    "migrating": {"rival": 0.9, "price": 0.1},
    "declining": {"no_need": 0.7, "price": 0.3},
    "champion_lost": {"no_need": 0.4, "hard_to_use": 0.3, "price": 0.2, "other": 0.1},
    "stalled": {"hard_to_use": 0.7, "no_need": 0.2, "other": 0.1},
    "flooded": {"hard_to_use": 0.8, "other": 0.2},
}
ANY_REASON = {"price": 0.35, "no_need": 0.3, "rival": 0.1, "hard_to_use": 0.1, "other": 0.15}
TICKETS = {
    "agent": ("agent does not start", "agent stopped posting", "host id after reinstalling"),
    "alerts": ("too many alerts", "alert did not reach us", "how to mute a monitor"),
    "billing": ("question about the invoice", "how hosts are counted", "changing the card"),
    "integration": ("AWS integration shows no hosts", "IAM role for the integration"),
    "dashboard": ("graph shows gaps", "sharing a dashboard"),
    "account": ("adding a member", "changing the owner", "two-step verification"),
    "other": ("a wish", "where to find the documentation"),
}
SEARCHES = {
    "no_host": ("agent install amazon linux", "mackerel-agent.conf apikey", "host not displayed"),
    "hosts_without_roles": ("role とは", "service role 設定"),
    "hosts_without_monitor": ("監視ルール 作り方", "connectivity monitoring default"),
    "monitor_without_channel": ("通知 届かない", "slack 連携"),
    "channel_suspended": ("channel suspended", "通知チャンネル 停止"),
    "alert_flood": ("alert too many", "アラート 抑制", "maxCheckAttempts"),
    "agent_silent": ("agent log 404", "host stopped posting"),
    "search_without_answer": (
        "plugin oracle database",
        "custom metric powershell",
        "sap hana plugin",
        "サービスメトリック curl proxy",
    ),
    "dashboard_missing": ("dashboard template", "graph 共有"),
    "alone": ("invite member saml", "権限 viewer"),
    "everyday": ("agent upgrade", "api key", "downtime", "query monitor", "料金 ホスト数"),
}

"""The suite in Locust: its command line, its web UI, and what it leaves behind.

- `life`: a run from its start to its end, in one process or as a master of workers
- `options`: the suite's options on the command line and in the form of the web UI
- `stacks`: the arms that `chatbench locust` started, which the form offers
- `tables`: deliveries in Locust's own tables
- `tab`: the tabs "Deliveries" and "Live" in the web UI
- `pair`: two chats under one load, in turns
- `telemetry`: deliveries as OpenTelemetry metrics
- `timeline`, `processes`: what the tab "Live" draws
- `runs`: the tests of this process, two of them compared
- `page`: the data of that tab, and its modules (`web/`), which a browser runs
- `endings`, `summary`: the ledger at the end, on the terminal, as CSV, JSON and HTML
- `accounts`, `shapes`: the accounts of users that sign in; shapes of load for the form
- `thresholds`: the largest p99 and loss with which a run succeeds
- `resets`, `guard`: the button "Reset" in a distributed run; the UI answers only its own pages
"""

"""The shop's own books agree with what the town lived: what its sales left, and what its campaigns cost."""

import csv
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from town_lived import Lived


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_margins_and_media_costs_are_those_of_the_truth(town_run: Lived, tmp_path: Path) -> None:
    plan, files = town_run.plan, (tmp_path / "products.csv", tmp_path / "spend.csv")
    command = [sys.executable, "-m", "simulator.ledgers", str(town_run.folder), *map(str, files),
               "--start", plan.start.isoformat(), "--seed", str(plan.seed)]  # fmt: skip
    subprocess.run(command, check=True)
    cost = {row["product_id"]: float(row["cost"]) for row in read(files[0])}
    truth = {one["order_id"]: one for one in town_run.truth("orders")}
    checked = 0
    for event in town_run.sent:
        said = event.get("properties", {})
        if event.get("event") == "Order Completed" and not said.get("discount") and said.get("order_id") in truth:
            lines = said["products"]
            left = sum((line["price"] - cost[line["product_id"]]) * line["quantity"] for line in lines)
            assert round(left * 100) == truth[said["order_id"]]["margin_cents"], json.dumps(event)
            checked += 1
    assert checked > 50
    campaigns = {one["campaign_id"]: one for one in town_run.truth("campaigns")}
    assert {row["campaign_id"] for row in read(files[1])} == set(campaigns)
    for row in read(files[1]):
        one = campaigns[row["campaign_id"]]
        assert round(float(row["amount"]) * 100) == round(one["touches"] * one["cost_cents_per_touch"])
        assert row["starts"] == (plan.start + timedelta(days=one["first_day"])).isoformat()

"""From single runs to medians, the aims and a Markdown table."""
import statistics

PERCENTILES = ("p50_us", "p99_us", "p999_us")


def _median(values: list) -> float | None:
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def summarize(results: list[dict]) -> list[dict]:
    """One row per load and target: medians over the rounds, and what was added to the backend's own latency."""
    rows: dict[tuple[str, str], list[dict]] = {}
    direct = {(r["load"], r["round"]): r for r in results if r["target"] == "direct"}
    for result in results:
        rows.setdefault((result["load"], result["target"]), []).append(result)
    return [_row(load, target, runs, direct) for (load, target), runs in rows.items()]


def _row(load: str, target: str, runs: list[dict], direct: dict) -> dict:
    row = {"load": load, "target": target, "group": runs[0]["group"]}
    for key in ("rps", "rps_per_cpu", "cpu_us_per_request", "cpu_us_per_frame"):
        row[key] = _median([run.get(key) for run in runs])
    for part in ("latency", "first_byte", "frame"):
        measured = [run for run in runs if run.get(part, {}).get("count", 1) and part in run]
        if not measured:
            continue
        for percentile in PERCENTILES:
            row[f"{part}_{percentile}"] = _median([run[part][percentile] for run in measured])
            added = [run[part][percentile] - direct[load, run["round"]][part][percentile]
                     for run in measured if (load, run["round"]) in direct]
            row[f"added_{part}_{percentile}"] = _median(added) if target != "direct" else None
    row["broken"] = sum(run["broken"] + run["not_200"] for run in runs)
    row["frames"] = sum(run.get("frames", 0) for run in runs)
    row["frames_lost"] = sum(run.get("frames_expected", 0) - run.get("frames", 0) for run in runs)
    return row


def _find(summary: list[dict], target: str, start: str) -> dict | None:
    return next((row for row in summary if row["target"] == target and row["load"].startswith(start)), None)


def aims(document: dict) -> list[dict]:
    """What issue 3 asks for, with what was measured."""
    summary, found = document["summary"], []

    def aim(what: str, limit: float, value: float | None, below: bool = True) -> None:
        if value is not None:
            met = value <= limit if below else value >= limit
            found.append({"aim": what, "limit": limit, "measured": round(value, 3), "met": met})

    if row := _find(summary, "signalbox", "latency c=1 1 KiB"):
        aim("added p50 at one connection, us", 30, row["added_latency_p50_us"])
        aim("added p99 at one connection, us", 100, row["added_latency_p99_us"])
    for start in ("throughput c=16 1 KiB", "throughput c=256 1 KiB", "throughput c=16 16 KiB"):
        ours, nginx = _find(summary, "signalbox", start), _find(summary, "nginx", start)
        if ours and nginx and ours["rps_per_cpu"] and nginx["rps_per_cpu"]:
            aim(f"share of nginx's requests per CPU-second, {start}", 0.5, ours["rps_per_cpu"] / nginx["rps_per_cpu"],
                below=False)
    if row := _find(summary, "signalbox", "frames c=16"):
        aim("processor time per SSE frame, us", 2, row["cpu_us_per_frame"])
    if row := _find(summary, "signalbox", "streams c=512"):
        aim("frames lost in 512 parallel streams", 0, row["frames_lost"] + row["broken"])
    memory = document["memory"]
    aim("resident memory when idle, MiB", 40, memory["idle_mib"])
    if memory["soak"]:
        aim("memory after the soak over memory when idle at the start", 1.1,
            memory["soak"]["rss_after_mib"] / memory["idle_mib"])
    return found


def _cell(value: float | None, digits: int = 0) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def render(document: dict) -> str:
    machine = ", ".join(f"{key} {value}" for key, value in document["machine"].items())
    lines = [f"Gateway benchmark: {machine}; commit {document['commit']}; {document['rounds']} round(s) of "
             f"{document['seconds']:g} s; gateway on cores {document['gateway_cores']}, load and backend on "
             f"{document['load_cores']}; {document['wall_seconds']} s in all",
             "Versions: " + "; ".join(f"{name}: {version}" for name, version in document["versions"].items()), "",
             "| load | target | requests/s | requests per CPU-s | CPU us/request | CPU us/frame | p50 us | p99 us | "
             "added p50 us | added p99 us | bad | frames lost |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for row in document["summary"]:
        part = "frame" if row["group"] in ("frames", "streams") else "latency"
        lines.append("| " + " | ".join([
            row["load"], row["target"], _cell(row["rps"]), _cell(row["rps_per_cpu"]), _cell(row["cpu_us_per_request"], 1),
            _cell(row["cpu_us_per_frame"], 2), _cell(row.get(f"{part}_p50_us")), _cell(row.get(f"{part}_p99_us")),
            _cell(row.get(f"added_{part}_p50_us")), _cell(row.get(f"added_{part}_p99_us")), str(row["broken"]),
            str(row["frames_lost"]) if row["frames"] else ""]) + " |")
    memory = document["memory"]
    lines += ["", f"Resident memory of Signalbox: {memory['idle_mib']} MiB idle (its picture readers "
              f"{memory['picture_readers_pss_mib']} MiB beside), {memory['after_load_mib']} MiB after the load"
              + (f", {memory['soak']['rss_after_mib']} MiB after a soak of {memory['soak']['seconds']:g} s with "
                 f"{memory['soak']['requests']:,} requests" if memory["soak"] else ""), "",
              "| aim | limit | measured | |", "|---|--:|--:|---|"]
    lines += [f"| {aim['aim']} | {aim['limit']:g} | {aim['measured']:g} | {'met' if aim['met'] else 'MISSED'} |"
              for aim in document["aims"]]
    return "\n".join(lines)

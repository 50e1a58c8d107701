"""Generator B of screens and drawings, for judging alone: other programs' looks, charts by matplotlib, radiograph-like fields by numpy, maps and boards as SVG."""
import html as escaping
import io
import math
import re

import matplotlib
import numpy
from papers_b import HANDS, SANS, document, text, tone
from PIL import Image
from words import GOODS, NOUNS, Words

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen before)

MONO = ("Hack", "Times", "JetBrains Mono", "FreeMono", "Noto Sans Mono")
THEMES = (("#2e3440", "#d8dee9", "#81a1c1", "#a3be8c", "#616e88"), ("#fdf6e3", "#586e75", "#cb4b16", "#2aa198", "#93a1a1"), ("#ffffff", "#24292e", "#d73a49", "#032f62", "#6a737d"),
          ("#282c34", "#abb2bf", "#c678dd", "#98c379", "#5c6370"), ("#f7f7f7", "#333", "#7928a1", "#008000", "#999"), ("#1a1b26", "#c0caf5", "#bb9af7", "#9ece6a", "#565f89"))
WORD = re.compile(r"(?P<c>#.*$|//.*$)|(?P<s>\"[^\"]*\"|'[^']*')|\b(?P<k>def|class|return|if|else|elif|for|while|import|from|const|auto|struct|namespace|local|function|let|var|in|not|and|or|try|except|with|as|static|void|int|bool|template|then|fi|done|do)\b")


def coloured(line: str, theme: tuple) -> str:
    out, at = "", 0
    for match in WORD.finditer(line):
        colour = theme[{"c": 4, "s": 3, "k": 2}[match.lastgroup]]
        out += escaping.escape(line[at:match.start()]) + f'<span style="color:{colour}">{escaping.escape(match.group())}</span>'
        at = match.end()
    return out + escaping.escape(line[at:])


def code(w: Words):
    theme, size = w.pick(THEMES), w.number(15, 22)
    lines = w.code(30).splitlines()
    marked = w.number(0, 25)
    rows = "".join(f'<div style="background:{"#8883" if i == marked else "none"}"><span style="display:inline-block;width:46px;color:{theme[4]}">{i + 1 + marked * 7}</span>{coloured(line, theme)}</div>' for i, line in enumerate(lines))
    minimap = "".join(f'<div style="height:2px;margin:2px;width:{min(70, len(line))}px;background:{theme[w.number(1, 4)]}"></div>' for line in lines * 3)
    status = f'<footer style="position:absolute;bottom:0;width:100%;background:{w.pick(("#007acc", "#444", "#6a3"))};color:#fff;font:14px Lato;padding:4px 12px">Ln {marked}, Col {w.number(1, 60)} &nbsp; UTF-8 &nbsp; {w.pick(("Python", "C++", "JavaScript", "Rust"))}</footer>'
    return document(f'<div style="white-space:pre;padding:10px">{rows}</div><div style="position:absolute;right:6px;top:6px;opacity:.6">{minimap if w.dice.random() < 0.5 else ""}</div>{status if w.dice.random() < 0.7 else ""}', f"body{{position:relative;background:{theme[0]};color:{theme[1]};font:{size}px/1.4 {w.pick(MONO)!r}}}", 940, 620)


def terminal(w: Words):
    back, ink, accent = w.pick((("#0d0208", "#00ff41", "#00ff41"), ("#1d1f21", "#c5c8c6", "#b5bd68"), ("#012456", "#eee", "#ff0"), ("#2b2b2b", "#fff", "#e95420"), ("#111", "#ccc", "#5af"), ("#fbf1c7", "#3c3836", "#af3a03")))
    mark = w.pick((f"PS C:\\Users\\{w.name().split()[0]}>", f"[{w.name().split()[0].lower()}@{w.pick(NOUNS)} {w.pick(NOUNS)}]$", "root@localhost:~#", f"~/{w.pick(NOUNS)} ➜"))
    rows = ""
    for _ in range(w.number(5, 9)):
        rows += f'<span style="color:{accent}">{mark}</span> {w.pick(("npm run build", "tail -n 20 /etc/hosts", "systemctl status nginx", "python3 main.py --verbose", "ping 8.8.8.8", "cat README", "top -n 1", "cargo test", "ps aux | head"))}\n'
        for _ in range(w.number(0, 6)):
            rows += w.pick((f"64 bytes from 8.8.8.8: icmp_seq={w.number(1, 40)} ttl=117 time={w.number(4, 90)}.{w.number(0, 9)} ms", f"test {w.pick(NOUNS)}::{w.pick(NOUNS)} ... ok", f"{w.number(1, 9999):5} root  20  0 {w.number(10000, 999999):7} {w.number(0, 99)}.{w.number(0, 9)} {w.pick(NOUNS)}d", f"   Compiling {w.pick(NOUNS)} v0.{w.number(1, 30)}.{w.number(0, 9)}", w.sentence())) + "\n"
    return document(f"<pre>{rows}<span style='color:{accent}'>{mark}</span> ▌</pre>", f"body{{background:{back};color:{ink}}}pre{{margin:{w.number(4, 18)}px;font:{w.number(15, 20)}px/1.35 {w.pick(MONO)!r}}}", 900, 600)


def log(w: Words):
    dark = w.dice.random() < 0.5
    rows = ""
    for _ in range(34):
        level = w.pick(("info", "info", "info", "warn", "error", "debug"))
        line = w.pick((f'{{"ts":"2026-0{w.number(1, 9)}-{w.number(10, 28)}T{w.number(10, 23)}:{w.number(10, 59)}:{w.number(10, 59)}Z","level":"{level}","msg":"{w.sentence()}"}}', f"{w.number(10, 23)}:{w.number(10, 59)}:{w.number(10, 59)},{w.digits(3)} {level.upper():5} [{w.pick(NOUNS)}] {w.sentence()} id={w.code_id(6)}")) if w.dice.random() < 0.2 else f"{w.number(10, 23)}:{w.number(10, 59)}:{w.number(10, 59)},{w.digits(3)} {level.upper():5} {w.pick(NOUNS)}.{w.pick(NOUNS)} - {w.sentence()}"
        back = {"error": "#e002", "warn": "#fa02"}.get(level, "none")
        rows += f'<div style="background:{back};color:{ {"error": "#e55", "warn": "#c80"}.get(level, "inherit")};border-bottom:{w.pick((0, 0))}">{escaping.escape(line)}</div>'
    return document(rows, f"body{{background:{'#161616' if dark else '#fff'};color:{'#c8c8c8' if dark else '#333'};font:{w.number(13, 17)}px/1.45 {w.pick(MONO)!r};white-space:nowrap;padding:8px}}", 980, 620)


def diff(w: Words):
    dark = w.dice.random() < 0.4
    lines = w.code(30).splitlines()
    def side(sign: str) -> str:
        out = ""
        for i, line in enumerate(lines):
            changed = (i * 7 + len(lines[0])) % 5 < 2
            colour = ("#3f2a2d" if sign == "-" else "#23402b") if dark else ("#fbd3d3" if sign == "-" else "#cdf3cd")
            out += f'<div style="background:{colour if changed else "none"}">{i + 10:4} {sign if changed else " "} {escaping.escape(line) if not (changed and sign == "+" and i % 3 == 0) else escaping.escape(w.code(1))}&nbsp;</div>'
        return out
    if w.dice.random() < 0.5:
        body = f'<div style="display:flex"><pre style="width:50%;overflow:hidden;border-right:1px solid #888">{side("-")}</pre><pre style="width:50%;overflow:hidden">{side("+")}</pre></div>'
    else:
        body = "<pre>" + f'<b>diff --git a/{w.pick(NOUNS)}.c b/{w.pick(NOUNS)}.c</b>\n<span style="color:#0aa">@@ -{w.number(1, 99)},7 +{w.number(1, 99)},9 @@</span>\n' + "".join(f'<span style="color:{ {"+": "#2a2", "-": "#d33", " ": "inherit"}[sign]}">{sign}{escaping.escape(line)}</span>\n' for line in lines for sign in w.pick(("+", "-", "-+", " ", " "))) + "</pre>"
    return document(body, f"body{{background:{'#202124' if dark else '#fff'};color:{'#ccc' if dark else '#222'}}}pre{{margin:0;font:{w.number(13, 17)}px/1.4 {w.pick(MONO)!r}}}", 1000, 620)


def table(w: Words):
    if w.dice.random() < 0.4:
        columns = w.dice.sample(["id", "city", "price", "item", "owner", "year"], 4)
        def line(values): return "| " + " | ".join(f"{value:<16}" for value in values) + " |\n"
        rule = "+" + "+".join("-" * 18 for _ in columns) + "+\n"
        rows = "".join(line([w.pick((w.digits(4), w.name()[:15], w.money(), w.pick(GOODS)[:15])) for _ in columns]) for _ in range(w.number(10, 18)))
        return document(f"<pre>mysql&gt; select * from {w.pick(NOUNS)}s;\n{rule}{line(columns)}{rule}{rows}{rule}{w.number(10, 99)} rows in set (0.0{w.number(1, 9)} sec)</pre>", f"body{{background:{w.pick(('#fff', '#1b1b1b'))};color:#777}}pre{{font:{w.number(14, 18)}px {w.pick(MONO)!r};padding:8px}}", 940, 560)
    tint = tone(w, 20, 140)
    head = "".join(f"<th>{name} ⇅" for name in w.dice.sample(["ID", "Customer", "Order date", "Amount", "State", "Region", "Rep"], 6))
    rows = "".join(f"<tr><td>{w.number(1, 9999)}<td>{w.name()}<td>{w.date()}<td align=right>{w.money()}<td><span style='background:{tone(w, 190, 240)};border-radius:9px;padding:1px 9px'>{w.pick(('open', 'done', 'late'))}</span><td>{w.place()}" for _ in range(w.number(12, 20)))
    return document(f"<table>{head}{rows}</table><p>Rows 1–20 of {w.number(100, 9000)}</p>", f"body{{font:{w.number(14, 17)}px {w.pick(SANS)!r};background:#fff;padding:10px}}table{{width:100%;border-collapse:collapse}}th{{background:{tint};color:#fff;text-align:left;padding:8px}}td{{padding:6px 8px;border-bottom:1px solid #e2e2e2}}", 980, 640)


def plotted(w: Words, axes, how: str) -> None:
    x = numpy.arange(w.number(5, 30))
    noise = numpy.random.default_rng(w.number(0, 10**6))
    if how == "bar":
        axes.bar(x[:8], noise.integers(5, 100, len(x[:8])), color=w.pick(("tab:blue", "tab:green", "salmon", "grey")))
    elif how == "barh":
        axes.barh(x[:7], noise.integers(5, 100, len(x[:7])), color="tab:orange")
    elif how == "line":
        for _ in range(w.number(1, 4)):
            axes.plot(x, noise.normal(0, 1, len(x)).cumsum(), label=w.pick(NOUNS), marker=w.pick(("", "o", ".")))
        axes.legend()
    elif how == "scatter":
        axes.scatter(noise.normal(0, 1, 80), noise.normal(0, 1, 80), c=noise.random(80), cmap="viridis")
    elif how == "hist":
        axes.hist(noise.normal(0, 1, 400), bins=w.number(10, 40), color="steelblue", edgecolor="white")
    elif how == "pie":
        axes.pie(noise.integers(5, 40, 5), labels=w.dice.sample(NOUNS, 5))
    else:
        axes.fill_between(x, noise.random(len(x)).cumsum(), alpha=0.5)
    axes.set_title(w.title())


PLOTS = ("bar", "bar", "barh", "line", "line", "scatter", "hist", "pie", "area")


def figure(w: Words, rows: int, columns: int, size: tuple) -> Image.Image:
    with pyplot.style.context(w.pick(("default", "ggplot", "bmh", "seaborn-v0_8", "classic"))):
        drawn, axes = pyplot.subplots(rows, columns, figsize=size, dpi=90)
        for one in numpy.atleast_1d(axes).ravel():
            plotted(w, one, w.pick(PLOTS))
        held = io.BytesIO()
        drawn.savefig(held, format="png")
        pyplot.close(drawn)
    return Image.open(held).convert("RGB")


def chart(w: Words):
    return figure(w, 1, 1, (7, 5))


def dashboard(w: Words):
    accent, dark = tone(w, 40, 200), w.dice.random() < 0.4
    ink, tile = ("#ccc", "#26303c") if dark else ("#444", "#fff")
    def spark() -> str:
        points = " ".join(f"{i * 30},{w.number(5, 110)}" for i in range(12))
        return f'<svg width="100%" height="130" viewBox="0 0 330 120" preserveAspectRatio="none"><polyline points="{points}" fill="none" stroke="{accent}" stroke-width="3"/></svg>'
    def columns() -> str:
        return '<div style="display:flex;align-items:flex-end;height:130px;gap:5px">' + "".join(f'<div style="flex:1;height:{w.number(10, 100)}%;background:{accent}"></div>' for _ in range(12)) + "</div>"
    def ring() -> str:
        share = w.number(20, 90)
        return f'<div style="width:120px;height:120px;margin:auto;border-radius:60px;background:conic-gradient({accent} {share}%,#9995 0);display:grid;place-items:center"><b style="background:{tile};width:84px;height:84px;border-radius:42px;display:grid;place-items:center">{share}%</b></div>'
    cards = "".join(f'<section style="grid-column:span {w.pick((1, 1, 2))}"><div style="font-size:13px;text-transform:uppercase;opacity:.7">{w.pick(NOUNS)} {w.pick(NOUNS)}</div>{w.pick((spark, columns, ring, lambda: f"<p style=font-size:44px;margin:20px>{w.number(1, 9999):,}</p>"))()}</section>' for _ in range(12))
    return document(f'<header>{w.firm()} — {w.pick(("Overview", "Analytics", "Cluster health", "Sales"))}<span style="float:right">last {w.number(1, 24)} h ▾</span></header><main>{cards}</main>', f"body{{background:{'#18202a' if dark else '#e9edf2'};color:{ink};font-family:{w.pick(SANS)!r}}}header{{background:{w.pick((accent, '#222'))};color:#fff;padding:14px 20px;font-size:20px}}main{{display:grid;grid-template-columns:repeat({w.number(3, 5)},1fr);gap:14px;padding:14px}}section{{background:{tile};padding:12px}}", 1080, 680)


def diagram(w: Words):
    dark, count = w.dice.random() < 0.15, w.number(5, 9)
    ink, fill = ("#ddd", "#345") if dark else ("#222", w.pick(("#dbe9f6", "#fff2cc", "#e2efda", "#fff", "#f8cecc")))
    ring, places = w.dice.random() < 0.4, []
    for i in range(count):
        places.append((400 + 270 * math.cos(6.283 * i / count), 280 + 200 * math.sin(6.283 * i / count)) if ring else (110 + (i % 3) * 280 + w.number(-20, 20), 80 + (i // 3) * 190))
    lines = "".join(f'<path d="M{places[i][0]:.0f} {places[i][1]:.0f} L{places[j][0]:.0f} {places[j][1]:.0f}" stroke="{ink}" stroke-width="2" stroke-dasharray="{w.pick(("0", "6 4"))}" fill="none" marker-mid="url(#q)"/>' for i in range(count) for j in [w.number(0, count - 1), (i + 1) % count] if j != i)
    shapes = "".join((f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="80" ry="36" fill="{fill}" stroke="{ink}"/>' if w.dice.random() < 0.35 else f'<rect x="{x - 78:.0f}" y="{y - 34:.0f}" width="156" height="68" rx="8" fill="{fill}" stroke="{ink}" stroke-width="2"/>') + text(round(x), round(y) + 6, 17, w.pick(("API ", "", "DB ", "start ")) + w.pick(NOUNS), ink, 'text-anchor="middle"') for x, y in places)
    return document(f'<svg width="800" height="560" font-family="{w.pick(SANS)}">{lines}{shapes}</svg>', f"body{{background:{'#1e1e1e' if dark else '#fff'}}}", 800, 560)


def slide(w: Words):
    accent, left = tone(w, 20, 160), w.dice.random() < 0.5
    points = "".join(f'<p style="font-size:{w.number(24, 30)}px">{w.pick(("▪", "–", "➤", "1.", "•"))} {w.sentence()[:-1]}</p>' for _ in range(w.number(3, 5)))
    if left:
        return document(f'<div style="float:left;width:320px;height:720px;background:{accent};color:#fff"><h1 style="padding:60px 30px;font-size:44px">{w.title()}</h1></div><div style="margin:40px 40px 0 370px">{points}</div>', f"body{{background:#fff;font-family:{w.pick(SANS)!r}}}", 1080, 608)
    return document(f'<h1 style="text-align:center;font-size:56px;color:{accent};margin:40px 0 20px">{w.title()}</h1><div style="padding:0 100px">{points}</div><div style="position:absolute;bottom:0;width:100%;height:34px;background:{accent};color:#fff;text-align:right">{w.firm()} | {w.number(2, 50)} &nbsp;</div>', f"body{{position:relative;background:{w.pick(('#fff', '#fafafa', tone(w, 225, 250)))};font-family:{w.pick(SANS)!r}}}", 1080, 608)


def chat(w: Words):
    team, dark = w.dice.random() < 0.35, w.dice.random() < 0.3
    ink, back = ("#dcddde", "#36393f") if dark else ("#1d1c1d", w.pick(("#fff", "#efeae2", "#f7f7f7")))
    def said(): return w.pick((w.sentence, w.sentence, lambda: w.pick(("yes 👍", "cool", "when?", "sent you the file", "lol", "call me"))))()
    if team:
        rows = "".join(f'<div style="display:flex;gap:12px;margin:12px 16px"><div style="width:42px;height:42px;border-radius:6px;background:{tone(w, 60, 220)}"></div><div><b>{w.name()}</b> <small>{w.number(8, 20)}:{w.number(10, 59)}</small><br>{said()}</div></div>' for _ in range(9))
        side = "".join(f'<div style="padding:5px 14px"># {w.pick(NOUNS)}</div>' for _ in range(12))
        return document(f'<div style="display:flex;height:100%"><nav style="width:190px;background:{tone(w, 20, 80)};color:#ccc;padding-top:20px">{side}</nav><div>{rows}</div></div>', f"body{{background:{back};color:{ink};font:17px {w.pick(SANS)!r}}}", 900, 620)
    mine = w.pick(("#34c759", "#c7e9ff", "#7b61ff", "#ffd6a5"))
    rows = "".join(f'<div style="clear:both;float:{side};max-width:68%;background:{mine if side == "right" else "#8884"};padding:10px 14px;margin:7px 12px;border-radius:6px">{said()}</div>' for side in [w.pick(("left", "right")) for _ in range(11)])
    return document(f'<header style="text-align:center;padding:16px;border-bottom:1px solid #8886"><b>{w.name()}</b><br><small>online</small></header>{rows}', f"body{{background:{back};color:{ink};font:{w.number(17, 20)}px {w.pick(SANS)!r}}}", 430, 820)


def field(w: Words, width: int, height: int, sharp: float) -> numpy.ndarray:
    dice = numpy.random.default_rng(w.number(0, 2**31))
    spectrum = numpy.fft.rfft2(dice.normal(size=(height, width)))
    rows, columns = numpy.fft.fftfreq(height)[:, None], numpy.fft.rfftfreq(width)[None]
    made = numpy.fft.irfft2(spectrum / (0.004 + numpy.hypot(rows, columns)) ** sharp, s=(height, width))
    return (made - made.mean()) / made.std()


def radiograph(w: Words) -> Image.Image:
    """Densities of tubes and ellipsoids that add up, as rays are absorbed; not drawn shapes as in A."""
    width, height = w.pick(((460, 460), (400, 520)))
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    y, x = y / height, x / width
    dense = 0.25 * numpy.exp(-((x - 0.5) / 0.42) ** 6 - ((y - 0.55) / 0.55) ** 8)
    def tube(x1, y1, x2, y2, r, weight):
        along = numpy.clip(((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2), 0, 1)
        gap = numpy.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))
        return weight * (numpy.sqrt(numpy.clip(1 - (gap / r) ** 2, 0, 1)) + 0.5 * numpy.exp(-((gap - r * 0.85) / (r * 0.15)) ** 2))
    what = w.pick(("chest", "chest", "leg", "hand"))
    if what == "chest":
        for side in (-1, 1):
            dense -= 0.2 * numpy.exp(-((x - 0.5 - side * 0.19) / 0.13) ** 4 - ((y - 0.48) / w.dice.uniform(0.26, 0.32)) ** 4)
            for rib in range(10):
                arc = 0.12 + 0.07 * rib + 1.1 * (x - 0.5 - side * 0.17) ** 2 + side * 0.16 * (x - 0.5)
                dense += 0.06 * numpy.exp(-((y - arc) / 0.012) ** 2) * (numpy.sign(x - 0.5) == side) * (numpy.abs(x - 0.5) < 0.36)
            dense += tube(0.5, 0.13, 0.5 + side * 0.36, 0.07, 0.018, 0.2)
        dense += tube(0.5, 0, 0.5, 1, 0.035, 0.22) + 0.28 * numpy.exp(-((x - 0.57) / 0.13) ** 4 - ((y - 0.62) / 0.16) ** 4) + 0.25 * numpy.exp(-((y - 0.98) / 0.2) ** 4)
    elif what == "leg":
        dense += tube(0.45, -0.1, 0.47, 0.45, 0.07, 0.4) + tube(0.46, 0.54, 0.45, 1.1, 0.06, 0.4) + tube(0.6, 0.58, 0.6, 1.1, 0.025, 0.3) + tube(0.4, 0.46, 0.56, 0.46, 0.06, 0.3) + tube(0.4, 0.54, 0.56, 0.54, 0.05, 0.3)
    else:
        for finger in range(5):
            at = [0.28 + 0.11 * finger, 0.62]
            angle = math.radians(-40 + finger * 20 + w.number(-5, 5))
            for length in (0.2, 0.13, 0.09, 0.06):
                to = [at[0] + math.sin(angle) * length, at[1] - math.cos(angle) * length]
                dense += tube(*at, *to, 0.02, 0.35)
                at = [to[0] + math.sin(angle) * 0.015, to[1] - math.cos(angle) * 0.015]
        dense += tube(0.42, 0.72, 0.6, 0.72, 0.07, 0.3) + tube(0.45, 0.8, 0.45, 1.1, 0.05, 0.3) + tube(0.57, 0.8, 0.57, 1.1, 0.05, 0.3)
    shown = 255 * (1 - numpy.exp(-w.dice.uniform(2, 3.4) * numpy.clip(dense, 0, 2))) + 5 * field(w, width, height, 1.0) + 3 * field(w, width, height, 0.3)
    return Image.fromarray(numpy.clip(shown, 0, 255).astype(numpy.uint8)).convert("RGB")


def map(w: Words):
    ground, road, water, park = w.pick((("#f5f3ee", "#fff", "#a8d1e7", "#cfe8c0"), ("#ebe9e4", "#f6cf65", "#9cc9ea", "#bfe3b4"), ("#212936", "#3d4a5c", "#14304f", "#26423a"), ("#efe6d0", "#b5651d", "#8fbcd4", "#c3d5a0")))
    width, height = 760, 560
    def wander(y: int, bend: int) -> str:
        return f"M-10 {y} " + " ".join(f"S{x - 60} {y + w.number(-bend, bend)} {x} {y + w.number(-bend, bend)}" for x in range(120, 900, 130))
    blocks = "".join(f'<rect x="{w.number(0, width)}" y="{w.number(0, height)}" width="{w.number(60, 200)}" height="{w.number(50, 150)}" rx="20" fill="{park}"/>' for _ in range(w.number(2, 6)))
    grid = "".join(f'<path d="{wander(y, 16)}" stroke="{road}" stroke-width="{w.pick((3, 4, 4, 9))}" fill="none"/>' for y in range(10, height, w.number(32, 60))) + "".join(f'<path d="M{x} -10 Q{x + w.number(-40, 40)} {height / 2} {x + w.number(-60, 60)} {height + 10}" stroke="{road}" stroke-width="{w.pick((3, 4, 10))}" fill="none"/>' for x in range(10, width, w.number(40, 80)))
    sea = f'<path d="{wander(w.number(60, 500), 90)}" stroke="{water}" stroke-width="{w.number(20, 70)}" fill="none"/>' if w.dice.random() < 0.7 else f'<path d="M0 {height} V{w.number(250, 450)} Q300 {w.number(200, 500)} 520 {height}Z" fill="{water}"/>'
    names = "".join(text(w.number(0, 640), w.number(20, 550), w.number(13, 24), w.pick((w.address().split(",")[0][3:], w.place())), "#777", f'transform="rotate({w.pick((0, 0, -20, 12))})"') for _ in range(14))
    pin = f'<path d="M{w.number(100, 600)} {w.number(120, 450)} c-30 -44 -12 -64 0 -64 s30 20 0 64z" fill="#e33"/>' if w.dice.random() < 0.4 else ""
    return document(f'<svg width="{width}" height="{height}" font-family="{w.pick(SANS)}">{blocks}{sea}{grid}{names}{pin}</svg>', f"body{{background:{ground}}}", width, height)


def lines_by_hand(w: Words, x: int, y: int, width: int, size: int, ink: str) -> str:
    """Joined strokes like hurried writing: nothing to read."""
    path = f"M{x} {y}"
    while x < width:
        step = w.number(5, 11) * size // 30
        path += f" q{step // 2} {-w.pick((8, 10, 22)) * size // 30} {step} {w.number(-3, 3)}"
        x += step
        if w.dice.random() < 0.14:
            x += 16
            path += f" M{x} {y + w.number(-3, 3)}"
    return f'<path d="{path}" stroke="{ink}" stroke-width="{max(2, size // 14)}" fill="none" stroke-linecap="round"/>'


def note(w: Words):
    width, height, ink = 560, w.pick((460, 720)), w.pick(("#1b2f8f", "#222", "#3a3a3a", "#0a5"))
    size, strokes, hand = w.number(26, 38), w.dice.random() < 0.4, w.pick(HANDS)
    rows = ""
    for y in range(70, height - w.number(20, 120), int(size * 1.5)):
        rows += lines_by_hand(w, w.number(30, 60), y, w.number(260, width - 40), size, ink) if strokes else text(w.number(30, 55), y, size, w.sentence()[:w.number(14, 34)], ink, f'font-family="{hand}" transform="rotate({w.number(-2, 2)})"')
    ruled = "".join(f'<line x2="{width}" y1="{y}" y2="{y}" stroke="#9bd"/>' for y in range(40, height, int(size * 1.5) // w.pick((1, 2)))) if w.dice.random() < 0.6 else ""
    return document(f'<svg width="{width}" height="{height}">{ruled}{rows}</svg>', f"body{{background:{w.pick(('#fffdf2', '#fff', '#fff59b', '#f0ece2', '#ffd9e8'))}}}", width, height)


def whiteboard(w: Words):
    hand, parts = w.pick(HANDS + ("Humor Sans",)), ""
    for _ in range(w.number(4, 8)):
        x, y, ink = w.number(20, 600), w.number(60, 480), w.pick(("#111", "#c22", "#15c", "#184"))
        parts += w.pick((text(x, y, w.number(34, 54), w.pick((w.title(), w.pick(NOUNS), f"{w.pick(NOUNS)} = {w.number(2, 99)}")), ink, f'font-family="{hand}"'),
                         f'<path d="M{x} {y} q{w.number(40, 90)} {w.number(-20, 10)} {w.number(120, 170)} 4 q8 40 -4 80 q-80 12 -160 -2 q-8 -40 4 -84" stroke="{ink}" stroke-width="5" fill="none"/>',
                         f'<path d="M{x} {y} q60 {w.number(-70, 70)} 150 {w.number(-20, 40)} m-18 -18 l18 18 l-24 12" stroke="{ink}" stroke-width="5" fill="none"/>', lines_by_hand(w, x, y, x + 200, 40, ink)))
    frame = f"border:{w.number(0, 16)}px solid #b9bec4;box-sizing:border-box"
    return document(f'<svg width="800" height="540">{parts}</svg>', f"body{{background:linear-gradient({w.number(0, 360)}deg,#fff,{tone(w, 212, 236)});{frame}}}", 800, 540)


MAKERS = {f.__name__: f for f in (code, terminal, log, diff, table, dashboard, chart, diagram, slide, chat, radiograph, map, note, whiteboard)}
